"""Turkish texts, polite (siz)."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Türkçe",
    stop="⏹ Durdur",
    resume="▶ Devam et",
    retry="↻ Yeniden dene",
    cut_length="✂ Tek bir yanıt bundan uzun olamıyor. Devamı için: /continue",
    cut_deadline="⏱ Süre doldu ({seconds} sn). Devamı için: /continue",
    cut_stopped="⏹ Durduruldu. Devamı için: /continue",
    cut_failed=(
        "⚠ Dil modeliyle bağlantı koptu. /continue buradan sürdürür, /retry baştan başlar."
    ),
    paused="⏸ Yeniden başlatılıyorum, bunu birazdan tamamlayacağım.",
    unseen="Yanıtladığınız mesajı göremedim.",
    empty_answer="Dil modeli boş bir yanıt verdi. Yeniden deneyin: /retry",
    thinking="💭 Düşünüyorum…",
    thought_only=(
        "Dil modeli yalnızca düşündü ve bir yanıta varamadı. Yeniden deneyin: /retry ya da "
        "başka bir /model seçin."
    ),
    no_words="Dil modeli {seconds} sn içinde yanıt vermedi. Yeniden deneyin: /retry",
    stopped_empty="⏹ Durduruldu.",
    filtered=(
        "Dil modelinin hizmeti bunun yanıtlanmasına izin vermiyor. Lütfen başka bir şekilde sorun."
    ),
    cut_filtered=(
        "✂ Dil modelinin hizmeti, içerik kuralları nedeniyle yanıtı burada bitirdi. Baştan "
        "başlamak için: /retry"
    ),
    model_gone=(
        "Bu dil modeli artık kullanılamıyor. Başka birini seçin: /model. Listeyi yalnızca botun "
        "sahibi değiştirebilir."
    ),
    from_cache="↺ Bu bana daha önce soruldu. Düğme modele yeniden sorar.",
    model_unavailable=(
        "Dil modeline şu anda ulaşamıyorum. Bir dakika sonra yeniden deneyin: /retry"
    ),
    model_refused=(
        "Dil modeli bu soruyu kabul etmedi. Başka sözcüklerle ya da başka bir /model ile deneyin."
    ),
    not_accepted=(
        "Dil modeli bu botun erişim anahtarını reddediyor. Bunu yalnızca botun sahibi düzeltebilir."
    ),
    out_of_credit=(
        "Bu botun dil modeli için kredisi bitti. Bunu yalnızca botun sahibi düzeltebilir."
    ),
    too_long=(
        "Bu, dil modeli için çok uzun. Daha kısa bir metin gönderin ya da /new ile baştan başlayın."
    ),
    gave_up="Bunu birkaç kez denedim ama başaramadım. Aşağıdaki düğme bir kez daha dener.",
    too_heavy=(
        "Bunun üzerinde çalışırken üç kez çöktüm, bu yüzden kendiliğimden yeniden denemiyorum. "
        "Aşağıdaki düğme bir kez daha dener."
    ),
    waiting="⏳ Sıradasınız. Önünüzdeki soru sayısı: {ahead}. Yanıtınız burada görünecek.",
    busy=(
        "Şu anda yetişebileceğimden çok soru var. Lütfen bunu bir dakika sonra yeniden gönderin."
    ),
    cannot_save=(
        "Şu anda mesaj kaydedemiyorum, bu yüzden bunu almadım. Lütfen daha sonra yeniden gönderin."
    ),
    not_allowed="Bu bot özeldir. Kullanmak için sahibine şu numarayı gönderin: {user_id}",
    too_fast="Bir anda çok fazla mesaj geldi. Lütfen {seconds} sn bekleyin.",
    no_files="Henüz dosya okuyamıyorum. Lütfen metin gönderin.",
    file_reading="📄 Okunuyor: {name} (%{percent})",
    file_kept=(
        "📄 Okudum: {name}. Bana onun hakkında soru sorun! /documents onu gösterir ve siler."
    ),
    file_replaced="📄 Yeni sürümü okudum: {name}. Eskisinin yerini aldı.",
    file_known="📄 Bunu zaten biliyorum: {name}. İçinde hiçbir şey değişmemiş.",
    file_unread="Okuyamadığım sayfalar ({name}): {pages}. Resim gibi görünüyorlar.",
    file_kind=(
        "Bu dosyayı okuyamıyorum: {name}. PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, "
        "RTF, HTML, Markdown, CSV ve metin dosyalarını alıyorum."
    ),
    file_large="{name} benim için çok büyük. Lütfen daha küçük bir dosya gönderin.",
    file_long="{name} benim için çok uzun. Lütfen bir bölümünü gönderin.",
    file_locked="{name} parolayla korunuyor. Lütfen parolasız gönderin.",
    file_empty="Bu dosyada metin bulamadım: {name}. Taranmış bir belgeyse okuyamam.",
    file_slow="{name} çok uzun sürdüğü için okunamadı. Lütfen bir bölümünü gönderin.",
    file_full="Burada daha fazla belge tutamıyorum. /documents bazılarını siler.",
    file_lost="{name} bana ulaşmadı. Lütfen yeniden gönderin.",
    file_broken="Bu dosyayı okuyamıyorum: {name}. Bozuk görünüyor.",
    picture_blind=(
        "Buradaki dil modeli resimlere bakamıyor. Botun sahibi bakabilen bir model "
        "belirtebilir: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Küçük yerleşik model resimlere bakamıyor. Botun sahibi HF_TOKEN ve HF_VISION_MODEL "
        "ayarlarını yapabilir."
    ),
    picture_refused="Dil modeli resmi kabul etmedi, bu yüzden resim olmadan yanıtladım.",
    picture_left="{all} resimden {seen} tanesine baktım. Ötekileri ayrıca gönderin.",
    picture_still="Bundan yalnızca tek bir kare gördüm: {name}.",
    picture_small=(
        "Bunun yalnızca küçük bir önizlemesini gördüm: {name}. Fotoğraf olarak ya da daha küçük "
        "boyutta gönderin."
    ),
    picture_gone="{name} artık yok, bu yüzden bakamadım.",
    picture_kind=(
        "Buna bakamıyorum: {name}. JPEG, PNG, WebP, HEIC, AVIF, GIF ve BMP resimlerini alıyorum."
    ),
    picture_large="{name} bakamayacağım kadar büyük. Lütfen daha küçüğünü gönderin.",
    picture_broken="Buna bakamıyorum: {name}. Resim bozuk görünüyor.",
    voice_listening="Dinliyorum …",
    voice_deaf=(
        "Burada sesli mesaj dinleyemiyorum. Botun sahibi SPEECH_BASE_URL ayarını yapabilir. "
        "Lütfen yazın."
    ),
    voice_built_in=(
        "Küçük yerleşik model ses dinleyemiyor. Botun sahibi HF_TOKEN ya da SPEECH_BASE_URL "
        "ayarını yapabilir."
    ),
    voice_silent="Kayıtta hiç söz duymadım.",
    voice_failed="Kaydı şu anda yazıya dökemedim. Lütfen bir dakika sonra yeniden deneyin.",
    voice_format=("Yazıya dökme hizmeti bu tür kayıtları okuyamıyor. Lütfen sesli mesaj gönderin."),
    voice_long="Kayıt benim için çok uzun. En çok {minutes} dakika ve 20 MB alıyorum.",
    draw_off="Burada resim çizemiyorum. Botun sahibi HF_IMAGE_MODEL ayarını yapabilir.",
    draw_how="Ne çizmemi istediğinizi yazın, örneğin: /draw gece bir deniz feneri",
    draw_filtered=(
        "Görsel hizmeti içerik kuralları nedeniyle bunu çizmiyor. Lütfen başka bir resim isteyin."
    ),
    draw_credit="Bu botun resimler için kredisi bitti. Bunu yalnızca botun sahibi düzeltebilir.",
    draw_unknown=(
        "Görsel hizmetinde ayarlanan model yok. Botun sahibi başka bir model belirtebilir: "
        "HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "Görsel hizmeti bu botun erişim anahtarını reddediyor. Bunu yalnızca botun sahibi "
        "düzeltebilir."
    ),
    draw_refused="Görsel hizmeti bunu kabul etmedi. Lütfen başka sözcüklerle deneyin.",
    draw_failed="Görsel hizmetine şu anda ulaşamıyorum. Lütfen bir dakika sonra yeniden deneyin.",
    draw_slow="Resmi çizmek çok uzun sürdü. Lütfen yeniden deneyin.",
    draw_large="Resim gönderilemeyecek kadar büyük oldu. Lütfen yeniden deneyin.",
    draw_unsent="Resim hazır, ama bu sohbette gönderilemiyor.",
    speak_unset="Burada konuşamıyorum. Botun sahibi HF_VOICE_MODEL ayarını yapabilir.",
    speak_on="🔊 Yanıtlarım burada sesli olarak da gelir. Bitirmek için: /voice off",
    speak_off="Yanıtlarım burada yalnızca yazılı gelir. Sesli de dinlemek için: /voice on",
    speak_failed="🔇 Bu yanıtı seslendiremedim. Düğme yeniden dener.",
    speak_owner=(
        "🔇 Ses hizmeti bu botun anahtarını, modelini ya da kredisini kabul etmiyor. Bunu "
        "yalnızca botun sahibi düzeltebilir."
    ),
    memory_off="Burada yalnızca süren konuşmayı hatırlıyorum.",
    memory_head="Bunları hatırlıyorum (/memory sil ve numara birini siler):",
    memory_none="Hafızamda bununla ilgili bir şey bulamadım.",
    memory_removed="Silinen numara: {number}.",
    memory_unknown="Bu numara bende yok ya da size ait değil.",
    documents_head="Bendeki belgeler (/documents sil ve numara birini siler):",
    documents_none=("Burada belgem yok. Bana PDF, Word, Excel, metin ya da HTML dosyası gönderin."),
    document_removed="Belge silindi.",
    document_unknown="Bu numara bende yok ya da size ait değil.",
    start=(
        "Merhaba! Ben Pipit. İstediğinizi sorun, hemen ve kısaca yanıtlarım. /help başka neler "
        "yapabildiğimi gösterir."
    ),
    help_head="Bana yazmanız yeterli. Şunları da anlarım:",
    help_row="/{name} - {about}",
    unknown_command="{command} komutunu bilmiyorum. /help neler yapabildiğimi gösterir.",
    fresh="Yeni bir konuşma. Öncekini kenara koydum.",
    chats_head="Bu sohbetteki konuşmalar (/chats ve bir numara birine geri döner):",
    chats_none="Burada daha eski bir konuşma yok.",
    chats_unknown="Bende böyle bir konuşma yok. /chats hepsini listeler.",
    chats_back="O konuşmaya döndük. Devam edin!",
    nothing_to_stop="Şu anda durdurulacak bir şey yok.",
    stopping="Duruyorum.",
    only_author="Bunu yalnızca soruyu soran kişi yapabilir.",
    nothing_to_retry="Henüz yeniden denenecek bir yanıt yok.",
    nothing_to_continue="Henüz devam ettirilecek bir yanıt yok.",
    button_old="Bu düğme çok eski. Lütfen yeniden sorun.",
    button_done="Zaten yapıldı.",
    model_now="Model: {model}. Değiştirmek için /model ve şunlardan birini gönderin: {models}",
    model_set="Bu sohbette artık yanıtları veren model: {model}.",
    model_unknown="Bende {model} yok. Şunlardan birini seçin: {models}",
    persona_now=("Bu sohbetteki rolüm: {persona}\nBitirmek için: /persona kapat"),
    persona_none=(
        "Kim olmamı istediğinizi söyleyin, örneğin: /persona sabırlı bir matematik öğretmeni"
    ),
    persona_set="Anladım. Bu sohbetteki rolüm bu.",
    persona_cleared="Yine sadece Pipit’im.",
    persona_long="Bu çok uzun. En fazla karakter sayısı: {most}.",
    language_now=(
        "Dil: {language}. Değiştirmek için /language ve şunlardan birini gönderin: {languages}"
    ),
    language_set="Dil: {language}. Yanıtlarım sizin yazdığınız dile uyar.",
    language_unknown="Bende bu dil yok. Şunlardan birini seçin: {languages}",
    timezone_now=(
        "Saat dilimi: {zone}. Oradaki tarih ve saat: {time}. Değiştirmek için /timezone ve bir "
        "şehir gönderin, örneğin: /timezone Europe/Istanbul"
    ),
    timezone_set="Saat dilimi: {zone}. Oradaki tarih ve saat: {time}.",
    timezone_unknown=(
        "{zone} saat dilimini bilmiyorum. Yakındaki büyük bir şehri gönderin, örneğin: "
        "/timezone Europe/Istanbul"
    ),
    export_chat="Bu sohbetten sakladığım her şey bu.",
    export_own="Bu sohbette sizinle ilgili sakladığım her şey bu.",
    evicted=(
        "Depolama alanım dolduğu için bu sohbetteki eski yanıtları ya da belgeleri silmek "
        "zorunda kaldım."
    ),
    export_long=(
        "Bu, sohbette dosya olarak verilemeyecek kadar çok. Yalnızca botu işleten kişi verebilir."
    ),
    forget_chat=(
        "Bu, sohbetten sakladığım her şeyi kalıcı olarak siler. Yanıt: {turns}, belge: "
        "{documents}. Onaylamak için {minutes} dakika içinde gönderin: /forget evet"
    ),
    forget_own=(
        "Bu, burada sizinle ilgili sakladığım her şeyi kalıcı olarak siler. Yanıt: {turns}, "
        "belge: {documents}. Onaylamak için {minutes} dakika içinde gönderin: /forget evet"
    ),
    forgotten="Tamam. Silindi.",
    anonymous=(
        "Grup adına yazıyorsunuz, başkaları da öyle. Neyin size ait olduğunu bilemem. Kendi "
        "adınızla yazın ya da botun sahibine sorun."
    ),
    data_failed="Bu olmadı. Lütfen bir dakika sonra yeniden deneyin.",
    stats=(
        "Yanıtlar: bugün {turns_today}, toplam {turns}\n"
        "Token: bugün {tokens_today}, toplam {tokens}\n"
        "Şu anda: işlenen {working}, bekleyen {waiting}\n"
        "Önbellekten bulunan: %{hit_percent}"
    ),
    stats_cache=(
        "Yeniden verilen yanıtlar: {asked} sorudan {hits} (kelimesi kelimesine: {repeats}, "
        "reddedilen benzerler: {refused})"
    ),
    listen_object="🙈 Benimkiler hariç",
    listen_allow="👂 Benimkiler de",
    listen_end="⏹ Bitir",
    listen_on=(
        "👂 Bu sohbeti dinliyorum. Bana yazılmamış mesajların metnini yazanların adlarıyla "
        "birlikte saklıyorum: en yeni {messages} mesaj, en çok {hours} saat. Bunları dil "
        "modeline buradaki sonraki sorularla birlikte gösteriyorum ve başka hiçbir şey için "
        "kullanmıyorum. Fotoğraf, dosya ya da komut saklamıyorum."
    ),
    listen_choice=(
        "Bunu istemiyorsanız “{button}” düğmesine dokunun: o zaman size ait hiçbir şeyi "
        "saklamam ve elimdekini silerim. /forget de siler. Yöneticiler dinlemeyi son düğmeyle "
        "ya da /listen off ile bitirir."
    ),
    listen_voice=(
        "🎤 Birinin adımı söyleyip söylemediğini duymak için kısa sesli mesajları da yazıya "
        "dökerim. Kimse söylemezse onlardan hiçbir şey saklamam."
    ),
    listen_off=(
        "Bu sohbeti dinlemiyorum: bana yazılmamış hiçbir şeyi saklamıyorum. Bir yönetici bunu "
        "şununla değiştirebilir: /listen on"
    ),
    listen_stopped="Bu sohbeti artık dinlemiyorum. Duyduklarım silindi.",
    listen_objected="Burada mesajlarınızı saklamıyorum. Onlardan duyduklarım silindi.",
    listen_allowed="Kartta yazdığı gibi, mesajlarınızı burada yeniden saklayabilirim.",
    listen_admins="Buna yalnızca bu grubun bir yöneticisi karar verebilir.",
    listen_groups="Bu, gruplar içindir. Burada zaten yazdığınız her şeyi okuyorum.",
    listen_unavailable="Botun sahibi dinlemeyi kapattı.",
    listen_as_admin=(
        "⚠ Ama bu mesajları henüz görmüyorum. Beni burada yönetici yapın ya da botun sahibi "
        "gizlilik modunu kapatsın ve beni yeniden ekleyin."
    ),
    listen_by_owner=(
        "⚠ Ama bu mesajları henüz görmüyorum. Önce botun sahibinin izin vermesi gerekir: "
        "geliştirici portalında “Message Content Intent”."
    ),
    forget_overheard="Dinlenen mesaj sayısı: {overheard}.",
    help_start="merhaba de",
    help_help="bu listeyi göster",
    help_ask="grupta bir şey sor",
    help_draw="bir resim çiz",
    help_new="yeni bir konuşma başlat",
    help_chats="önceki konuşmaları listele ya da birine dön",
    help_stop="yanıtı durdur",
    help_retry="son soruyu yeniden yanıtla",
    help_continue="son yanıtı sürdür",
    help_model="modeli göster ya da seç",
    help_persona="bana bir rol ver",
    help_language="dilimi seç",
    help_timezone="saat dilimini seç",
    help_listen="bir grubu dinlememi sağla ya da bunu bitir",
    help_voice="yanıtları sesli de gönder ya da bunu bitir",
    help_memory="hatırladıklarımı göster, ara ya da sil",
    help_documents="belgeleri göster ya da sil",
    help_export="sizinle ilgili sakladıklarımı dosya olarak al",
    help_forget="sizinle ilgili sakladıklarımı sil",
    help_people="botu kimin kullanabileceğini göster veya değiştir (yöneticiler)",
    help_stats="kullanımı göster",
    help_usage="kullanımı ve maliyeti göster",
    help_set="yöneticiler için: ayarları gör veya değiştir",
    help_news="botun haberlerini burada al ya da bunu bitir",
    help_broadcast="yöneticiler için: haber isteyen tüm sohbetlere yaz",
    hint_ask="soru",
    hint_draw="resimde ne olsun",
    hint_chats="konuşma numarası",
    hint_model="model adı",
    hint_persona="kim olacağım",
    hint_language="dil kodu",
    hint_timezone="şehir, örneğin Europe/Istanbul",
    hint_listen="on ya da off",
    hint_voice="on ya da off",
    hint_memory="aranacak sözcükler",
    hint_documents="sil ve bir numara",
    hint_export="JSON olmayan dosya için text",
    hint_people="liste için boş, ya da bir değişiklik",
    hint_forget="silmek için evet",
    hint_set="ad ve değer",
    hint_news="on ya da off",
    hint_broadcast="metin",
    word_yes="evet",
    word_on="aç",
    word_off="kapat",
    word_remove="sil",
)

ALERTS = AlertWords(
    credit="Dil modeli hesabında kredi kalmadı, bu yüzden yanıt veremiyorum.",
    model_login=(
        "Dil modelinin sunucusu erişim anahtarımı reddediyor, bu yüzden yanıt veremiyorum."
    ),
    login="{about} artık erişim anahtarımı kabul etmiyor. Oradan hiçbir şey almıyorum.",
    disk="Disk dolu ya da depolama sınırına ulaşıldı, bu yüzden yeni mesaj alamıyorum.",
    database=(
        "Veritabanı kullanılamıyor, bu yüzden yeni mesaj alamıyorum. Nedeni günlükte yazıyor."
    ),
    deaf="İki dakikadır hiçbir şey almadığım yer: {about}.",
    backup="En yeni yedek çok eski. Nedeni günlükte yazıyor.",
    model="{about} modeli kimseye yanıt veremiyor. Nedeni günlükte yazıyor.",
    cap_near="Bu bot {about} tarihine kadarki kotasının %80’ini kullandı.",
    cap_reached="Bu botun kotası doldu. {about} tarihine kadar kimseye yanıt vermez.",
    over="Bu sorun geçti: {said}",
)
