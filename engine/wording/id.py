"""Indonesian texts, polite (Anda)."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Bahasa Indonesia",
    stop="⏹ Hentikan",
    resume="▶ Lanjutkan",
    retry="↻ Coba lagi",
    cut_length="✂ Satu jawaban tidak bisa lebih panjang dari ini. Selanjutnya: /continue",
    cut_deadline="⏱ Waktu habis ({seconds} dtk). Selanjutnya: /continue",
    cut_stopped="⏹ Dihentikan. Selanjutnya: /continue",
    cut_failed=(
        "⚠ Koneksi ke model bahasa terputus. /continue melanjutkan dari sini, /retry mulai dari "
        "awal."
    ),
    paused="⏸ Saya sedang dimulai ulang dan akan segera menyelesaikan ini.",
    unseen="Saya tidak bisa melihat pesan yang Anda balas.",
    empty_answer="Model bahasa memberi jawaban kosong. Coba lagi: /retry",
    thinking="💭 Sedang berpikir…",
    thought_only=(
        "Model bahasa hanya berpikir dan tidak sampai pada jawaban. Coba lagi: /retry, atau "
        "pilih /model lain."
    ),
    no_words="Model bahasa tidak menjawab dalam {seconds} dtk. Coba lagi: /retry",
    stopped_empty="⏹ Dihentikan.",
    filtered=(
        "Layanan model bahasa tidak mengizinkan jawaban untuk ini. Silakan tanyakan dengan cara "
        "lain."
    ),
    cut_filtered=(
        "✂ Layanan model bahasa menghentikan jawaban di sini karena aturan isinya. Mulai dari "
        "awal: /retry"
    ),
    model_gone=(
        "Model bahasa ini sudah tidak tersedia. Pilih yang lain: /model. Hanya pemilik bot yang "
        "bisa mengubah daftarnya."
    ),
    from_cache="↺ Saya pernah ditanya soal ini. Tombol di bawah menanyakannya lagi ke model.",
    model_unavailable=(
        "Saat ini saya tidak bisa menghubungi model bahasa. Coba lagi sebentar lagi: /retry"
    ),
    model_refused=(
        "Model bahasa tidak menerima pertanyaan ini. Coba kata-kata lain atau /model lain."
    ),
    not_accepted=(
        "Model bahasa menolak token bot ini. Hanya pemilik bot yang bisa memperbaikinya."
    ),
    out_of_credit=(
        "Kredit bot ini untuk model bahasa sudah habis. Hanya pemilik bot yang bisa memperbaikinya."
    ),
    too_long=(
        "Ini terlalu panjang untuk model bahasa. Kirim lebih sedikit sekaligus, atau mulai dari "
        "awal dengan /new."
    ),
    gave_up=(
        "Saya sudah mencobanya beberapa kali tanpa hasil. Tombol di bawah mencoba sekali lagi."
    ),
    too_heavy=(
        "Saya tiga kali mogok karena ini, jadi saya tidak mencobanya lagi sendiri. Tombol di "
        "bawah mencoba sekali lagi."
    ),
    waiting="⏳ Dalam antrean. Di depan Anda: {ahead}. Jawaban Anda akan muncul di sini.",
    busy=(
        "Saat ini pertanyaan lebih banyak daripada yang bisa saya jawab. Silakan kirim lagi "
        "sebentar lagi."
    ),
    cannot_save=(
        "Saat ini saya tidak bisa menyimpan pesan, jadi pesan ini belum saya terima. Silakan "
        "kirim lagi nanti."
    ),
    not_allowed=(
        "Bot ini privat. Untuk mendapat akses, kirim nomor ini kepada pemiliknya: {user_id}"
    ),
    too_fast="Terlalu banyak sekaligus. Mohon tunggu {seconds} dtk.",
    no_files="Saya belum bisa membaca berkas. Silakan kirim teks.",
    file_reading="📄 Membaca {name}: {percent} %",
    file_kept=(
        "📄 Saya sudah membaca {name}. Silakan bertanya! /documents menampilkan dan menghapusnya."
    ),
    file_replaced="📄 Saya sudah membaca versi baru {name}. Versi ini menggantikan yang lama.",
    file_known="📄 Saya sudah mengenal {name}. Isinya tidak berubah.",
    file_unread="Halaman {name} ini tidak bisa saya baca: {pages}. Sepertinya berupa gambar.",
    file_kind=(
        "Saya tidak bisa membaca {name}. Saya menerima berkas PDF, Word, Excel, PowerPoint, "
        "OpenDocument, EPUB, RTF, HTML, Markdown, CSV, dan teks."
    ),
    file_large="{name} terlalu besar untuk saya. Silakan kirim berkas yang lebih kecil.",
    file_long="{name} terlalu panjang untuk saya. Silakan kirim sebagian saja.",
    file_locked="{name} dikunci dengan kata sandi. Silakan kirim tanpa kata sandi.",
    file_empty=(
        "Saya tidak menemukan teks dalam {name}. Jika itu hasil pindaian, saya tidak bisa "
        "membacanya."
    ),
    file_slow="Membaca {name} memakan waktu terlalu lama. Silakan kirim sebagian saja.",
    file_full=(
        "Saya tidak bisa menyimpan dokumen lagi di sini. Gunakan /documents untuk menghapus "
        "beberapa."
    ),
    file_lost="Saya tidak berhasil menerima {name}. Silakan kirim lagi.",
    file_broken="Saya tidak bisa membaca {name}: berkasnya sepertinya rusak.",
    picture_blind=(
        "Model bahasa di sini tidak bisa melihat gambar. Pemilik bot bisa menetapkan model yang "
        "bisa: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Model bawaan yang kecil tidak bisa melihat gambar. Pemilik bot bisa mengatur HF_TOKEN "
        "dan HF_VISION_MODEL."
    ),
    picture_refused=("Model bahasa tidak menerima gambarnya, jadi saya menjawab tanpa gambar itu."),
    picture_left="Saya melihat {seen} dari {all} gambar. Kirim yang lain secara terpisah.",
    picture_still="Dari {name} saya hanya melihat satu gambar diam.",
    picture_small=(
        "Dari {name} saya hanya melihat pratinjau kecil. Kirim sebagai foto atau dalam ukuran "
        "yang lebih kecil."
    ),
    picture_gone="{name} sudah tidak ada, jadi saya tidak bisa melihatnya.",
    picture_kind=(
        "Saya tidak bisa melihat {name}. Saya menerima gambar JPEG, PNG, WebP, HEIC, AVIF, GIF, "
        "dan BMP."
    ),
    picture_large="{name} terlalu besar untuk saya lihat. Silakan kirim versi yang lebih kecil.",
    picture_broken="Saya tidak bisa melihat {name}: gambarnya sepertinya rusak.",
    voice_listening="Saya sedang mendengarkan …",
    voice_deaf=(
        "Di sini saya tidak bisa mendengar suara. Pemilik bot bisa mengatur SPEECH_BASE_URL. "
        "Silakan tulis saja."
    ),
    voice_built_in=(
        "Model bawaan yang kecil tidak bisa mendengar suara. Pemilik bot bisa mengatur HF_TOKEN "
        "atau SPEECH_BASE_URL."
    ),
    voice_silent="Saya tidak mendengar kata apa pun dalam rekaman itu.",
    voice_failed=(
        "Saat ini saya tidak bisa menuliskan rekaman itu. Silakan coba lagi sebentar lagi."
    ),
    voice_format=(
        "Layanan transkripsi tidak bisa membaca jenis rekaman ini. Silakan kirim pesan suara."
    ),
    voice_long=(
        "Rekamannya terlalu panjang untuk saya. Saya menerima paling lama {minutes} menit dan "
        "paling besar 20 MB."
    ),
    draw_off="Di sini saya tidak bisa menggambar. Pemilik bot bisa mengatur HF_IMAGE_MODEL.",
    draw_how="Tulis apa yang harus saya gambar, misalnya: /draw mercusuar di malam hari",
    draw_filtered=(
        "Layanan gambar tidak menggambar ini karena aturan isinya. Silakan minta gambar lain."
    ),
    draw_credit=(
        "Kredit bot ini untuk gambar sudah habis. Hanya pemilik bot yang bisa memperbaikinya."
    ),
    draw_unknown=(
        "Layanan gambar tidak menyediakan model yang diatur. Pemilik bot bisa memilih model "
        "lain: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "Layanan gambar menolak token bot ini. Hanya pemilik bot yang bisa memperbaikinya."
    ),
    draw_refused="Layanan gambar tidak menerima permintaan ini. Silakan coba kata-kata lain.",
    draw_failed="Saat ini saya tidak bisa menghubungi layanan gambar. Coba lagi sebentar lagi.",
    draw_slow="Menggambar memakan waktu terlalu lama. Silakan coba lagi.",
    draw_large="Gambarnya terlalu besar untuk dikirim. Silakan coba lagi.",
    draw_unsent="Gambarnya sudah jadi, tetapi tidak bisa dikirim di obrolan ini.",
    speak_unset="Di sini saya tidak bisa berbicara. Pemilik bot bisa mengatur HF_VOICE_MODEL.",
    speak_on="🔊 Di sini jawaban saya juga datang sebagai pesan suara. Untuk berhenti: /voice off",
    speak_off="Di sini jawaban saya hanya tertulis. Untuk mendengarnya juga: /voice on",
    speak_failed="🔇 Saya tidak bisa mengucapkan jawaban ini. Tombol di bawah mencobanya lagi.",
    speak_owner=(
        "🔇 Layanan suara tidak menerima token, model, atau saldo bot ini. Hanya pemilik bot "
        "yang bisa memperbaikinya."
    ),
    memory_off="Di sini saya hanya mengingat percakapan yang sedang berjalan.",
    memory_head="Ini yang saya ingat (/memory hapus dan nomornya menghapus satu):",
    memory_none="Saya tidak menemukan apa pun tentang itu dalam ingatan saya.",
    memory_removed="Nomor {number} sudah dihapus.",
    memory_unknown="Nomor itu tidak ada pada saya, atau bukan milik Anda.",
    documents_head="Saya punya dokumen ini (/documents hapus dan nomornya menghapus satu):",
    documents_none=(
        "Saya tidak punya dokumen di sini. Kirim berkas PDF, Word, Excel, teks, atau HTML."
    ),
    document_removed="Dokumen sudah dihapus.",
    document_unknown="Nomor itu tidak ada pada saya, atau bukan milik Anda.",
    start=(
        "Halo! Saya Pipit. Tanyakan apa saja, saya jawab langsung dan singkat. /help "
        "menunjukkan apa lagi yang bisa saya lakukan."
    ),
    help_head="Tulis saja kepada saya. Saya juga mengerti:",
    help_row="/{name} - {about}",
    unknown_command=(
        "Saya tidak mengenal {command}. /help menunjukkan apa yang bisa saya lakukan."
    ),
    fresh="Percakapan baru. Yang sebelumnya saya sisihkan.",
    chats_head=("Percakapan dalam obrolan ini (/chats dan sebuah nomor kembali ke salah satunya):"),
    chats_none="Tidak ada percakapan sebelumnya di sini.",
    chats_unknown="Saya tidak punya percakapan itu. /chats menampilkan daftarnya.",
    chats_back="Kita kembali ke percakapan itu. Silakan lanjutkan!",
    nothing_to_stop="Saat ini tidak ada yang perlu dihentikan.",
    stopping="Saya berhenti.",
    only_author="Hanya orang yang bertanya yang bisa melakukannya.",
    nothing_to_retry="Belum ada jawaban yang bisa diulang.",
    nothing_to_continue="Belum ada jawaban yang bisa dilanjutkan.",
    button_old="Tombol ini sudah terlalu lama. Silakan tanyakan lagi.",
    button_done="Sudah dilakukan.",
    model_now=(
        "Model yang dipakai: {model}. Untuk menggantinya, kirim /model dan salah satu dari: "
        "{models}"
    ),
    model_set="Mulai sekarang {model} yang menjawab dalam obrolan ini.",
    model_unknown="Saya tidak punya {model}. Pilih salah satu dari: {models}",
    persona_now=("Peran saya dalam obrolan ini: {persona}\nUntuk mengakhirinya: /persona matikan"),
    persona_none=(
        "Beri tahu saya harus menjadi siapa, misalnya: /persona guru matematika yang sabar"
    ),
    persona_set="Baik. Itulah peran saya dalam obrolan ini.",
    persona_cleared="Saya kembali menjadi Pipit saja.",
    persona_long="Itu terlalu panjang. Jumlah karakter paling banyak: {most}.",
    language_now=(
        "Bahasa: {language}. Untuk menggantinya, kirim /language dan salah satu dari: {languages}"
    ),
    language_set="Bahasa: {language}. Jawaban saya mengikuti bahasa yang Anda pakai.",
    language_unknown="Saya tidak punya bahasa itu. Pilih salah satu dari: {languages}",
    timezone_now=(
        "Zona waktu: {zone}. Waktu di sana: {time}. Untuk menggantinya, kirim /timezone dan "
        "sebuah kota, misalnya: /timezone Asia/Jakarta"
    ),
    timezone_set="Zona waktu: {zone}. Waktu di sana: {time}.",
    timezone_unknown=(
        "Saya tidak mengenal zona waktu {zone}. Kirim kota besar terdekat, misalnya: /timezone "
        "Asia/Jakarta"
    ),
    export_chat="Inilah semua yang saya simpan dari obrolan ini.",
    export_own="Inilah semua yang saya simpan tentang Anda dalam obrolan ini.",
    evicted=(
        "Saya terpaksa menghapus jawaban atau dokumen lama dari obrolan ini karena penyimpanan "
        "saya penuh."
    ),
    export_long=(
        "Itu terlalu banyak untuk satu berkas dalam obrolan ini. Hanya pengelola bot yang bisa "
        "memberikannya."
    ),
    forget_chat=(
        "Ini menghapus selamanya semua yang saya simpan dari obrolan ini. Jawaban: {turns}, "
        "dokumen: {documents}. Jika setuju, kirim dalam {minutes} menit: /forget ya"
    ),
    forget_own=(
        "Ini menghapus selamanya semua yang saya simpan tentang Anda. Jawaban: {turns}, "
        "dokumen: {documents}. Jika setuju, kirim dalam {minutes} menit: /forget ya"
    ),
    forgotten="Selesai. Semuanya sudah dihapus.",
    anonymous=(
        "Anda menulis atas nama grup, seperti orang lain juga. Saya tidak tahu mana milik Anda. "
        "Tulislah dengan nama Anda sendiri atau hubungi pemilik bot."
    ),
    data_failed="Itu tidak berhasil. Silakan coba lagi sebentar lagi.",
    stats=(
        "Jawaban: {turns_today} hari ini, {turns} seluruhnya\n"
        "Token: {tokens_today} hari ini, {tokens} seluruhnya\n"
        "Saat ini: {working} berjalan, {waiting} menunggu\n"
        "Dari cache: {hit_percent} %"
    ),
    stats_cache=(
        "Jawaban yang dipakai lagi: {hits} dari {asked} ({repeats} sama persis, {refused} yang "
        "mirip ditolak)"
    ),
    listen_object="🙈 Pesan saya jangan",
    listen_allow="👂 Pesan saya juga",
    listen_end="⏹ Akhiri",
    listen_on=(
        "👂 Saya menyimak obrolan ini. Saya menyimpan teks pesan yang tidak ditujukan kepada "
        "saya, beserta nama penulisnya: {messages} yang terbaru, paling lama {hours} jam. Saya "
        "menunjukkannya kepada model bahasa bersama pertanyaan berikutnya di sini dan tidak "
        "memakainya untuk hal lain. Saya tidak menyimpan foto, berkas, atau perintah."
    ),
    listen_choice=(
        "Jika Anda tidak menginginkannya, ketuk “{button}”: saya tidak akan menyimpan apa pun "
        "milik Anda dan menghapus yang sudah ada. /forget juga menghapusnya. Admin mengakhiri "
        "penyimakan dengan tombol terakhir atau /listen off."
    ),
    listen_voice=(
        "🎤 Saya juga mentranskripsikan pesan suara pendek, untuk mendengar apakah ada yang "
        "menyebut nama saya. Jika tidak ada, saya tidak menyimpan apa pun darinya."
    ),
    listen_off=(
        "Saya tidak menyimak obrolan ini: saya tidak menyimpan apa pun yang tidak ditujukan "
        "kepada saya. Admin bisa mengubahnya dengan /listen on"
    ),
    listen_stopped="Saya tidak lagi menyimak obrolan ini. Yang sudah saya simak telah dihapus.",
    listen_objected=(
        "Saya tidak menyimpan pesan Anda di sini. Yang sudah saya simak telah dihapus."
    ),
    listen_allowed="Saya boleh menyimpan pesan Anda lagi di sini, seperti tertulis pada kartu.",
    listen_admins="Hanya admin grup ini yang bisa memutuskannya.",
    listen_groups="Ini untuk grup. Di sini saya memang membaca semua yang Anda tulis.",
    listen_unavailable="Pemilik bot telah mematikan fitur menyimak.",
    listen_as_admin=(
        "⚠ Tetapi saya belum melihat pesan seperti itu. Jadikan saya admin di sini, atau minta "
        "pemilik bot mematikan mode privasi lalu tambahkan saya lagi."
    ),
    listen_by_owner=(
        "⚠ Tetapi saya belum melihat pesan seperti itu. Pemilik bot harus mengizinkannya dulu: "
        "“Message Content Intent” di portal pengembang."
    ),
    forget_overheard="Pesan yang disimak: {overheard}.",
    help_start="menyapa",
    help_help="menampilkan daftar ini",
    help_ask="bertanya dalam grup",
    help_draw="menggambar sesuatu",
    help_new="memulai percakapan baru",
    help_chats="melihat percakapan sebelumnya atau kembali ke salah satunya",
    help_stop="menghentikan jawaban",
    help_retry="menjawab lagi pertanyaan terakhir",
    help_continue="melanjutkan jawaban terakhir",
    help_model="melihat atau memilih model",
    help_persona="memberi saya peran",
    help_language="memilih bahasa saya",
    help_timezone="memilih zona waktu",
    help_listen="membuat saya menyimak grup atau mengakhirinya",
    help_voice="mengucapkan juga jawaban saya, atau berhenti",
    help_memory="melihat, mencari, atau menghapus yang saya ingat",
    help_documents="melihat atau menghapus dokumen",
    help_export="menerima berkas berisi yang saya simpan tentang Anda",
    help_forget="menghapus yang saya simpan tentang Anda",
    help_people="melihat atau mengubah siapa yang boleh memakai bot (admin)",
    help_stats="melihat pemakaian",
    help_usage="melihat pemakaian dan biaya",
    help_set="untuk admin: lihat atau ubah pengaturan",
    help_news="menerima kabar bot di sini atau mengakhirinya",
    help_broadcast="untuk admin: menulis ke semua obrolan yang ingin kabar",
    hint_ask="pertanyaan",
    hint_draw="isi gambar",
    hint_chats="nomor percakapan",
    hint_model="nama model",
    hint_persona="harus menjadi siapa",
    hint_language="kode bahasa",
    hint_timezone="kota, misalnya Asia/Jakarta",
    hint_listen="on atau off",
    hint_voice="on atau off",
    hint_memory="kata yang dicari",
    hint_documents="hapus dan sebuah nomor",
    hint_export="text untuk berkas tanpa JSON",
    hint_people="kosong untuk daftar, atau perubahan",
    hint_forget="ya untuk menghapus",
    hint_set="nama dan nilai",
    hint_news="on atau off",
    hint_broadcast="teks",
    word_yes="ya",
    word_on="aktifkan",
    word_off="matikan",
    word_remove="hapus",
)

ALERTS = AlertWords(
    credit="Kredit akun model bahasa sudah habis, jadi saya tidak bisa menjawab.",
    model_login="Layanan model bahasa menolak token saya, jadi saya tidak bisa menjawab.",
    login="{about} tidak lagi menerima token saya. Saya tidak menerima apa pun dari sana.",
    disk="Disk penuh atau batas penyimpanan tercapai, jadi saya tidak bisa menerima pesan baru.",
    database=(
        "Basis data tidak bisa dipakai, jadi saya tidak bisa menerima pesan baru. Alasannya ada "
        "di log."
    ),
    deaf="Sudah dua menit saya tidak menerima apa pun dari {about}.",
    backup="Cadangan terbaru sudah terlalu usang. Alasannya ada di log.",
    model="Model {about} gagal untuk semua orang. Alasannya ada di log.",
    cap_near="Bot ini sudah memakai 80 % jatahnya sampai {about}.",
    cap_reached="Jatah bot ini sudah habis. Bot tidak menjawab siapa pun sampai {about}.",
    over="Masalah ini sudah selesai: {said}",
)
