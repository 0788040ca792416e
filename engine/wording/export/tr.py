"""The texts of the readable view of exported data in Turkish."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Pipit’in bununla ilgili sakladığı her şey. Vektörler bu metinlerden üretilen "
        "sayılardır; burada yerlerine uzunlukları yazılıdır. Bütün saatler UTC’dir."
    ),
    chat="Sohbet {chat}",
    person="kişi {person}",
    chosen="Seçilen ({name}): {value}",
    reply="Yanıtlanan mesaj, {author}:",
    reply_plain="Yanıtlanan mesaj:",
    forwarded="İletilen mesaj, {author}:",
    forwarded_plain="İletilen mesaj:",
    file="Dosya: {name}",
    document="Belge {name}, gönderen: {author}",
    used="yanıt: {answers} ({ended}), token: {tokens}",
    spent="yanıt: {answers} ({model}), token: {tokens}",
    no_model="model yok",
    overheard="Dinlenen, {author}: {text}",
    objection="{person} dinlenmek istemiyor",
    waiting="onay bekliyor",
    since="{time} tarihinden beri",
    user="Kullanıcı {person}",
)
