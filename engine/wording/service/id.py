"""Indonesian texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Anda sudah memakai {percent} % jatah Anda. Jatah mulai lagi pada {time}.",
    near_chat="⚠ Obrolan ini sudah memakai {percent} % jatahnya. Jatah mulai lagi pada {time}.",
    cheaper="Sampai saat itu model yang lebih kecil menjawab: {model}.",
    stop_person="Jatah Anda sudah habis. Saya bisa menjawab Anda lagi pada {time}.",
    stop_chat="Jatah obrolan ini sudah habis. Saya bisa menjawab di sini lagi pada {time}.",
    stop_total="Jatah bot ini sudah habis. Saya bisa menjawab lagi pada {time}.",
    usage_today="Hari ini (UTC)",
    usage_month="Bulan ini (UTC)",
    usage_sum="Jawaban: {answers}, token: {tokens}",
    usage_people="Orang, menurut token",
    usage_chats="Obrolan, menurut token",
    usage_models="Model, menurut token",
    usage_estimated="Perkiraan, karena layanan tidak melaporkannya: {percent} % dari token.",
    usage_allowance="Anda sudah memakai {percent} % jatah Anda. Jatah mulai lagi pada {time}.",
    usage_erased="data yang dihapus",
    only_admins="Hanya admin bot ini yang bisa melakukannya.",
    set_head=(
        "Pengaturan ini bisa diubah dari sini. Untuk mengubah: /set NAMA NILAI. Untuk "
        "kembali ke nilai berkas: /set NAMA -"
    ),
    set_done="{name} sekarang {value}.",
    set_back="{name} kembali ke nilai berkas pengaturan: {value}.",
    set_unknown="{name} tidak bisa diubah dari obrolan. /set menampilkan yang bisa.",
    set_wrong="Tidak ada yang berubah. {problem}",
    in_private="Silakan lakukan itu di obrolan pribadi dengan saya.",
    news_on="Obrolan ini menerima kabar dari bot ini. Untuk berhenti: /news off",
    news_off="Obrolan ini tidak menerima kabar dari bot ini. Untuk menerima: /news on",
    news_unavailable="Saya tidak bisa mengirim kabar ke obrolan ini.",
    broadcast_how="Tulis pesannya setelah perintah: /broadcast TEKS",
    broadcast_nobody="Belum ada yang ingin kabar. Kabar bisa diminta dengan /news on",
    broadcast_long="Itu terlalu panjang. Karakter paling banyak: {most}.",
    broadcast_running="Sebuah pesan masih dikirim. Untuk berhenti: /broadcast stop",
    broadcast_preview="Obrolan yang akan menerima ini: {chats}",
    broadcast_send="✉ Kirim",
    broadcast_cancel="✕ Batal",
    broadcast_progress="Mengirim. Sampai: {sent} dari {chats}, tidak terjangkau: {gone}",
    broadcast_done="Selesai. Sampai: {sent} dari {chats}, tidak terjangkau: {gone}",
    broadcast_stopped="Dihentikan. Sampai: {sent} dari {chats}, tidak terjangkau: {gone}",
    broadcast_cancelled="Tidak ada yang dikirim.",
    broadcast_idle="Sekarang tidak ada yang sedang dikirim.",
)
