"""Turkish texts of the page."""

from __future__ import annotations

from adapters.web.wording.words import (
    GuardWords,
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)

WORDS = WebWords(
    page=PageWords(
        language="tr",
        ask="Mesaj yazın",
        send="Gönder",
        stop="Durdur",
        resume="Devam et",
        retry="Yeniden dene",
        fresh="Yeni sohbet",
        menu="Menü",
        close="Kapat",
        conversation="Konuşma",
        thinking="Pipit düşünüyor",
        offline="Bağlantı yok. Sayfa yanıta kendiliğinden döner.",
        unsent="Henüz gönderilmedi. Yeniden deneniyor.",
        hello="Merhaba! İstediğinizi sorun.",
        password="Parola",
        enter="Gir",
        wrong="Parola bu değil.",
        busy="Şu anda çok sayıda parola deneniyor. Lütfen birazdan yeniden deneyin.",
        leave="Çıkış yap",
        returned="Gönderilemedi. Metniniz yeniden kutuda.",
        name="Türkçe",
        copy="Kopyala",
        copied="Kopyalandı",
        again="Yeniden dene",
        too_long="Bu çok uzun: {length} karakter, en fazla {most}. Bölerek gönderin.",
    ),
    menu=MenuWords(
        chats="Konuşmalar",
        settings="Ayarlar",
        language="Dil",
        model="Model",
        spoken="Sesli yanıtlar",
        documents="Belgeler",
        remove="Sil",
        more="Daha fazla",
        later="Süren yanıt biter bitmez yapılacak.",
    ),
    uploads=UploadWords(
        attach="Fotoğraf ya da dosya ekle",
        remove="Kaldır: {name}",
        uploading="Dosyalar hâlâ gönderiliyor.",
        large="{name} çok büyük: en fazla {most} MB.",
        failed="{name} gönderilemedi. Kaldırıp yeniden deneyin.",
    ),
    voice=VoiceWords(
        record="Sesli mesaj kaydet",
        recording="Kaydediliyor",
        finish="Kaydı bitir",
        discard="Kaydı sil",
        play="Oynat",
        pause="Duraklat",
        denied=(
            "Tarayıcı bu sayfanın mikrofonu kullanmasına izin vermiyor. Tarayıcı "
            "ayarlarından izin verin."
        ),
        missing="Mikrofon bulunamadı.",
        broken="Kayıt yapılamadı. Lütfen yeniden deneyin.",
    ),
    guard=GuardWords(
        crowded="Aynı anda çok fazla istek var. Lütfen birazdan yeniden deneyin.",
        pages="Çok fazla açık sayfa var. Birini kapatın.",
        hurried="Bir dakikada çok fazla istek geldi. Lütfen biraz bekleyin.",
        long="Bu çok uzun.",
        name=(
            "Bu sayfa bu ada yanıt vermiyor. Sayfayı işleten kişi adı WEB_HOSTS içine ekleyebilir."
        ),
        cookies="Bu sitenin çerezleri çok uzun. Onları silip geri gelin.",
    ),
    panel=PanelWords(
        kept="Hatırladıklarım",
        nothing="Hiçbir şey hatırlanmıyor.",
        again="Yenile",
        export="Tümünü dosyaya kaydet",
        exported="Dosya sohbette.",
        role="Asistanın rolü",
        role_hint="sabırlı bir matematik öğretmeni",
        take="Rolü ayarla",
        taken="Ayarlandı.",
        sure="Evet, her şeyi kalıcı olarak sil",
        erase="Her şeyi sil",
        tick="Önce yukarıdaki kutuyu işaretleyin.",
        erased="Silindi.",
        failed="Bu olmadı. Lütfen yeniden deneyin.",
    ),
)
