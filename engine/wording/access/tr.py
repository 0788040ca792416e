"""The texts about approvals, people and roles in Turkish."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked=(
        "Bu botu yönetenlere botu kullanıp kullanamayacağınızı sordum. Mesajınızı saklıyorum, "
        "onay verir vermez yanıtlayacağım."
    ),
    asked_group=(
        "Bu botu yönetenlere bu grupta yanıt verip veremeyeceğimi sordum. Mesajınızı "
        "saklıyorum, onay verir vermez yanıtlayacağım."
    ),
    full="Şu anda çok fazla kişi izin bekliyor. Lütfen daha sonra yeniden deneyin.",
    admitted="Artık bu botu kullanabilirsiniz. Lütfen sorunuzu yeniden gönderin.",
    wants="{platform} kullanıcısı {name} bu botu kullanmak istiyor.",
    wants_group="{platform} grubu {name} bu botu kullanmak istiyor.",
    more="Karar bekleyen başka kişiler de var. /people hepsini gösterir.",
    approve="Onayla",
    block="Engelle",
    decided="Kararı veren: {admin}, {date}",
    already="{admin} zaten karar verdi: {state}",
    head="Kişiler ve gruplar, {all} kayıttan {first}–{last}:",
    nothing="Burada henüz bir şey yok.",
    log_head="En yeni kararlar:",
    waiting="karar bekliyor",
    approved="onaylandı",
    blocked="engellendi",
    removed="{id} artık listede değil. Oradan gelen sonraki mesaj ilk mesaj sayılır.",
    unknown="Şu komutları biliyorum. ID bir platform ve bir numaradır, örneğin telegram:123456.",
    roles="Roller: {roles}",
    admin_fixed="Yöneticiler ADMIN_USERS içinde belirlenir ve burada değiştirilemez.",
    only_admins="Bunu yalnızca bu botun yöneticileri yapabilir.",
    private_only="Lütfen bunu bana özel sohbette yazın.",
    admin="yönetici",
    member="üye",
    guest="konuk",
    child="çocuk",
    persona_fixed="Sizin için rolümü bu botu yönetenler belirler, burada değiştirilemez.",
    no_documents="Bu bota belge gönderemezsiniz, bu yüzden dosyayı okumadım.",
)
