"""The texts of the readable view of exported data in Indonesian."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Semua yang disimpan Pipit tentang ini. Vektor adalah angka yang dibuat dari teks ini; "
        "di tempatnya tertulis panjangnya. Semua waktu dalam UTC."
    ),
    chat="Obrolan {chat}",
    person="orang {person}",
    chosen="Dipilih ({name}): {value}",
    reply="Sebagai balasan kepada {author}:",
    reply_plain="Sebagai balasan atas sebuah pesan:",
    forwarded="Diteruskan dari {author}:",
    forwarded_plain="Pesan yang diteruskan:",
    file="Berkas: {name}",
    document="Dokumen {name}, dikirim oleh {author}",
    used="jawaban: {answers} ({ended}), token: {tokens}",
    spent="jawaban: {answers} ({model}), token: {tokens}",
    no_model="tanpa model",
    overheard="Disimak dari {author}: {text}",
    objection="{person} tidak ingin disimak",
    waiting="menunggu persetujuan",
    since="sejak {time}",
    user="Pengguna {person}",
)
