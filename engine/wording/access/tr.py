"""The texts about approvals, people and roles in Turkish."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="Bu botu yönetenlere botu kullanıp kullanamayacağını sordum. Mesajını saklıyorum; "
    "onay verir vermez yanıtlayacağım.",
    asked_group="Bu botu yönetenlere bu grupta yanıt verip veremeyeceğimi sordum. Mesajını "
    "saklıyorum; onay verir vermez yanıtlayacağım.",
    full="Şu anda çok fazla kişi izin bekliyor. Lütfen daha sonra yeniden dene.",
    admitted="Artık bu botu kullanabilirsin. Lütfen sorunu yeniden gönder.",
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
    private_only="Lütfen bunu bana özel sohbette yaz.",
    admin="yönetici",
    member="üye",
    guest="konuk",
    child="çocuk",
    persona_fixed="Karakterini bu botu yönetenler belirler ve burada değiştirilemez.",
    no_documents="Bu bota belge gönderemezsin, bu yüzden dosyayı okumadım.",
)
