"""Indonesian texts of the page."""

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
        language="id",
        ask="Tulis pesan",
        send="Kirim",
        stop="Hentikan",
        resume="Lanjutkan",
        retry="Coba lagi",
        fresh="Obrolan baru",
        menu="Menu",
        close="Tutup",
        conversation="Percakapan",
        thinking="Pipit sedang berpikir",
        offline="Tidak ada koneksi. Halaman akan kembali ke jawaban dengan sendirinya.",
        unsent="Belum terkirim. Akan dicoba lagi.",
        hello="Halo! Tanyakan apa saja.",
        password="Kata sandi",
        enter="Masuk",
        wrong="Kata sandinya salah.",
        busy="Banyak kata sandi sedang dicoba. Silakan coba lagi sebentar lagi.",
        leave="Keluar",
        returned="Pesan tidak bisa dikirim. Teks Anda kembali ada di kotak.",
        name="Bahasa Indonesia",
        copy="Salin",
        copied="Disalin",
        again="Coba lagi",
        too_long=(
            "Itu terlalu panjang: {length} dari {most} karakter. Kirim dalam beberapa bagian."
        ),
    ),
    menu=MenuWords(
        chats="Percakapan",
        settings="Pengaturan",
        language="Bahasa",
        model="Model",
        spoken="Jawaban lisan",
        documents="Dokumen",
        remove="Hapus",
        more="Lainnya",
        later="Ini dilakukan begitu jawaban yang sedang berjalan selesai.",
    ),
    uploads=UploadWords(
        attach="Tambahkan foto atau berkas",
        remove="Hapus {name}",
        uploading="Berkas masih dikirim.",
        large="{name} terlalu besar: paling besar {most} MB.",
        failed="{name} tidak bisa dikirim. Hapus lalu coba lagi.",
    ),
    voice=VoiceWords(
        record="Rekam pesan suara",
        recording="Sedang merekam",
        finish="Selesai merekam",
        discard="Buang rekaman",
        play="Putar",
        pause="Jeda",
        denied=(
            "Peramban tidak mengizinkan halaman ini memakai mikrofon. Izinkan di pengaturan "
            "peramban."
        ),
        missing="Mikrofon tidak ditemukan.",
        broken="Perekaman gagal. Silakan coba lagi.",
    ),
    guard=GuardWords(
        crowded="Terlalu banyak permintaan sekaligus. Silakan coba sebentar lagi.",
        pages="Terlalu banyak halaman terbuka. Tutup salah satunya.",
        hurried="Terlalu banyak permintaan dalam satu menit. Tunggu sebentar.",
        long="Itu terlalu panjang.",
        name=(
            "Halaman ini tidak menjawab nama ini. Pengelolanya bisa "
            "menambahkan nama itu ke WEB_HOSTS."
        ),
        cookies="Kuki situs ini terlalu panjang. Hapus lalu kembali.",
    ),
    panel=PanelWords(
        kept="Yang diingat",
        nothing="Tidak ada yang diingat.",
        again="Segarkan",
        export="Simpan semua sebagai berkas",
        exported="Berkasnya ada di obrolan.",
        role="Peran asisten",
        role_hint="guru matematika yang sabar",
        take="Tetapkan peran",
        taken="Sudah ditetapkan.",
        sure="Ya, hapus semuanya selamanya",
        erase="Hapus semuanya",
        tick="Centang dulu kotak di atas.",
        erased="Sudah dihapus.",
        failed="Itu tidak berhasil. Silakan coba lagi.",
    ),
)
