"""The texts about approvals, people and roles in Indonesian."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked=(
        "Saya sudah bertanya kepada pengelola bot ini apakah Anda boleh memakainya. Pesan "
        "Anda saya simpan dan saya jawab begitu mereka setuju."
    ),
    asked_group=(
        "Saya sudah bertanya kepada pengelola bot ini apakah saya boleh menjawab di grup ini. "
        "Pesan Anda saya simpan dan saya jawab begitu mereka setuju."
    ),
    full="Saat ini terlalu banyak orang menunggu izin. Silakan coba lagi nanti.",
    admitted="Sekarang Anda boleh memakai bot ini. Silakan kirim pertanyaan Anda sekali lagi.",
    wants="{name} di {platform} ingin memakai bot ini.",
    wants_group="Grup {name} di {platform} ingin memakai bot ini.",
    more="Ada orang lain yang menunggu keputusan. /people menampilkan semuanya.",
    approve="Setujui",
    block="Blokir",
    decided="Diputuskan oleh {admin}, {date}",
    already="{admin} sudah memutuskan: {state}",
    head="Orang dan grup, {first} sampai {last} dari {all}:",
    nothing="Belum ada apa-apa di sini.",
    log_head="Keputusan terbaru:",
    waiting="menunggu keputusan",
    approved="disetujui",
    blocked="diblokir",
    removed="{id} tidak ada lagi di daftar. Pesan berikutnya dari sana dianggap yang pertama.",
    unknown="Saya mengenal perintah ini. ID terdiri atas platform dan nomor, misalnya "
    "telegram:123456.",
    roles="Peran: {roles}",
    admin_fixed="Admin diatur di ADMIN_USERS dan tidak dapat diubah di sini.",
    only_admins="Hanya admin bot ini yang boleh melakukannya.",
    private_only="Silakan tulis ini kepada saya di obrolan pribadi.",
    admin="admin",
    member="anggota",
    guest="tamu",
    child="anak",
    persona_fixed=(
        "Peran saya untuk Anda diatur oleh pengelola bot ini dan tidak dapat diubah di sini."
    ),
    no_documents=("Anda tidak boleh mengirim dokumen ke bot ini, jadi berkasnya tidak saya baca."),
)
