"""Polish texts, informal (ty).

No verb form tells the reader's gender. A number follows a colon or precedes an abbreviation, so
it needs no plural form.
"""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Polski",
    stop="⏹ Zatrzymaj",
    resume="▶ Dalej",
    retry="↻ Jeszcze raz",
    cut_length="✂ Jedna odpowiedź nie może być dłuższa. Ciąg dalszy: /continue",
    cut_deadline="⏱ Czas minął ({seconds} s). Ciąg dalszy: /continue",
    cut_stopped="⏹ Zatrzymano. Ciąg dalszy: /continue",
    cut_failed=(
        "⚠ Połączenie z modelem językowym zostało zerwane. /continue podejmie od tego miejsca, "
        "/retry zacznie od nowa."
    ),
    paused="⏸ Uruchamiam się ponownie i zaraz to dokończę.",
    unseen="Nie widzę wiadomości, na którą odpowiadasz.",
    empty_answer="Model językowy dał pustą odpowiedź. Spróbuj ponownie: /retry",
    thinking="💭 Myślę…",
    thought_only=(
        "Model językowy tylko myślał i nie doszedł do odpowiedzi. Spróbuj ponownie: /retry, "
        "albo wybierz inny /model."
    ),
    no_words="Model językowy nie odpowiedział w ciągu {seconds} s. Spróbuj ponownie: /retry",
    stopped_empty="⏹ Zatrzymano.",
    filtered=("Usługa modelu językowego nie pozwala na to odpowiedzieć. Zapytaj, proszę, inaczej."),
    cut_filtered=(
        "✂ Usługa modelu językowego zakończyła tu odpowiedź z powodu swoich zasad dotyczących "
        "treści. Od nowa: /retry"
    ),
    model_gone=(
        "Ten model nie jest już dostępny. Wybierz inny: /model. Listę może zmienić tylko "
        "właściciel bota."
    ),
    from_cache="↺ To pytanie już znam. Przycisk zada je modelowi od nowa.",
    model_unavailable=(
        "Nie mogę teraz połączyć się z modelem językowym. Spróbuj za minutę: /retry"
    ),
    model_refused=(
        "Model językowy nie przyjął tego pytania. Spróbuj innymi słowami albo wybierz inny /model."
    ),
    not_accepted=(
        "Model językowy odrzuca token tego bota. Naprawić to może tylko właściciel bota."
    ),
    out_of_credit=(
        "Temu botowi skończyły się środki na model językowy. Naprawić to może tylko właściciel "
        "bota."
    ),
    too_long=("To za długie dla modelu językowego. Wyślij mniej naraz albo zacznij od nowa: /new."),
    gave_up="Kilka prób się nie udało. Przycisk poniżej spróbuje jeszcze raz.",
    too_heavy=(
        "Przy tym pytaniu trzy razy doszło do awarii, więc sam już nie próbuję. Przycisk poniżej "
        "spróbuje jeszcze raz."
    ),
    waiting="⏳ W kolejce przed tobą: {ahead}. Odpowiedź pojawi się tutaj.",
    busy="Mam teraz więcej pytań, niż mogę obsłużyć. Wyślij to, proszę, za minutę jeszcze raz.",
    cannot_save=(
        "Nie mogę teraz zapisywać wiadomości, więc ta nie została przyjęta. Wyślij ją, proszę, "
        "później."
    ),
    not_allowed=(
        "To prywatny bot. Aby uzyskać dostęp, wyślij jego właścicielowi ten numer: {user_id}"
    ),
    too_fast="To było dużo naraz. Odczekaj, proszę, {seconds} s.",
    no_files="Nie umiem jeszcze czytać plików. Wyślij, proszę, tekst.",
    file_reading="📄 Czytam {name}: {percent} %",
    file_kept="📄 Plik {name} przeczytany. Pytaj o niego! /documents pokaże go i usunie.",
    file_replaced="📄 Nowa wersja {name} przeczytana. Zastępuje poprzednią.",
    file_known="📄 Plik {name} już znam. Nic się w nim nie zmieniło.",
    file_unread="Tych stron pliku {name} nie mogę przeczytać: {pages}. To chyba obrazy.",
    file_kind=(
        "Nie mogę przeczytać {name}. Przyjmuję pliki PDF, Word, Excel, PowerPoint, "
        "OpenDocument, EPUB, RTF, HTML, Markdown, CSV i tekstowe."
    ),
    file_large="Plik {name} jest dla mnie za duży. Wyślij, proszę, mniejszy.",
    file_long="Plik {name} jest dla mnie za długi. Wyślij, proszę, jego część.",
    file_locked="Plik {name} jest zabezpieczony hasłem. Wyślij go, proszę, bez hasła.",
    file_empty="W pliku {name} nie ma tekstu. Jeśli to skan, nie potrafię go przeczytać.",
    file_slow="Czytanie {name} trwało za długo. Wyślij, proszę, część pliku.",
    file_full="Nie mogę tu trzymać więcej dokumentów. Niektóre usuniesz przez /documents.",
    file_lost="Nie udało się pobrać pliku {name}. Wyślij go, proszę, jeszcze raz.",
    file_broken="Nie mogę przeczytać {name}: plik wygląda na uszkodzony.",
    picture_blind=(
        "Tutejszy model językowy nie widzi obrazów. Właściciel bota może wskazać taki, który "
        "widzi: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Mały wbudowany model nie widzi obrazów. Właściciel bota może ustawić HF_TOKEN i "
        "HF_VISION_MODEL."
    ),
    picture_refused="Model językowy nie przyjął obrazu, więc odpowiedź powstała bez niego.",
    picture_left="Obejrzane obrazy: {seen} z {all}. Pozostałe wyślij osobno.",
    picture_still="Z {name} widzę tylko jedną klatkę.",
    picture_small=(
        "Z {name} widzę tylko mały podgląd. Wyślij jako zdjęcie albo w mniejszym rozmiarze."
    ),
    picture_gone="Pliku {name} już nie ma, więc nie mogę go obejrzeć.",
    picture_kind=(
        "Nie mogę obejrzeć {name}. Przyjmuję obrazy JPEG, PNG, WebP, HEIC, AVIF, GIF i BMP."
    ),
    picture_large="Obraz {name} jest dla mnie za duży. Wyślij, proszę, mniejszy.",
    picture_broken="Nie mogę obejrzeć {name}: obraz wygląda na uszkodzony.",
    voice_listening="Słucham …",
    voice_deaf=(
        "Nie mogę tu słuchać nagrań. Właściciel bota może ustawić SPEECH_BASE_URL. Napisz, "
        "proszę, tekstem."
    ),
    voice_built_in=(
        "Mały wbudowany model nie słyszy głosu. Właściciel bota może ustawić HF_TOKEN lub "
        "SPEECH_BASE_URL."
    ),
    voice_silent="W nagraniu nie słychać słów.",
    voice_failed="Nie mogę teraz spisać tego nagrania. Spróbuj, proszę, za minutę.",
    voice_format=(
        "Usługa transkrypcji nie odczytuje nagrań tego rodzaju. Wyślij, proszę, wiadomość głosową."
    ),
    voice_long="Nagranie jest dla mnie za długie. Limit to {minutes} min i 20 MB.",
    draw_off="Nie mogę tu rysować. Właściciel bota może ustawić HF_IMAGE_MODEL.",
    draw_how="Napisz, co narysować, na przykład: /draw latarnia morska w nocy",
    draw_filtered=(
        "Usługa obrazów nie narysuje tego z powodu swoich zasad dotyczących treści. Poproś, "
        "proszę, o inny obraz."
    ),
    draw_credit=(
        "Temu botowi skończyły się środki na obrazy. Naprawić to może tylko właściciel bota."
    ),
    draw_unknown=(
        "Usługa obrazów nie ma ustawionego modelu. Właściciel bota może podać inny: HF_IMAGE_MODEL."
    ),
    draw_rejected="Usługa obrazów odrzuca token tego bota. Naprawić to może tylko właściciel bota.",
    draw_refused="Usługa obrazów nie przyjęła tej prośby. Spróbuj, proszę, innych słów.",
    draw_failed="Nie mogę teraz połączyć się z usługą obrazów. Spróbuj za minutę.",
    draw_slow="Rysowanie trwało zbyt długo. Spróbuj, proszę, jeszcze raz.",
    draw_large="Obraz jest za duży, żeby go wysłać. Spróbuj, proszę, jeszcze raz.",
    draw_unsent="Obraz jest gotowy, ale nie można go wysłać w tym czacie.",
    speak_unset="Nie mogę tu mówić. Właściciel bota może ustawić HF_VOICE_MODEL.",
    speak_on="🔊 Moje odpowiedzi przychodzą tu także głosem. Wyłączenie: /voice off",
    speak_off="Moje odpowiedzi przychodzą tu tylko na piśmie. Żeby ich też słuchać: /voice on",
    speak_failed="🔇 Nie udało się wypowiedzieć tej odpowiedzi. Przycisk spróbuje ponownie.",
    speak_owner=(
        "🔇 Usługa głosowa nie przyjmuje tokena, modelu lub środków tego bota. Naprawić to "
        "może tylko właściciel bota."
    ),
    memory_off="Pamiętam tu tylko bieżącą rozmowę.",
    memory_head="Oto co pamiętam (/memory usuń i numer usuwa jeden wpis):",
    memory_none="Nie znajduję o tym nic w pamięci.",
    memory_removed="Wpis {number} został usunięty.",
    memory_unknown="Nie mam takiego numeru albo nie należy on do ciebie.",
    documents_head="Mam te dokumenty (/documents usuń i numer usuwa jeden):",
    documents_none="Nie mam tu dokumentów. Wyślij plik PDF, Word, Excel, tekstowy albo HTML.",
    document_removed="Dokument został usunięty.",
    document_unknown="Nie mam takiego numeru albo nie należy on do ciebie.",
    start=(
        "Cześć! Jestem Pipit. Pytaj, o co chcesz, a odpowiem od razu i krótko. Co jeszcze "
        "umiem, pokaże /help."
    ),
    help_head="Po prostu napisz. Rozumiem też:",
    help_row="/{name} - {about}",
    unknown_command="Nie znam {command}. Co umiem, pokaże /help.",
    fresh="Nowa rozmowa. Poprzednią odkładam na bok.",
    chats_head="Rozmowy na tym czacie (/chats i numer wraca do jednej z nich):",
    chats_none="Nie ma tu wcześniejszych rozmów.",
    chats_unknown="Nie mam takiej rozmowy. Listę pokaże /chats.",
    chats_back="Wracamy do tamtej rozmowy. Pisz dalej!",
    nothing_to_stop="Nie ma teraz czego zatrzymać.",
    stopping="Kończę.",
    only_author="Może to zrobić tylko autor pytania.",
    nothing_to_retry="Nie ma jeszcze odpowiedzi do powtórzenia.",
    nothing_to_continue="Nie ma jeszcze odpowiedzi do kontynuowania.",
    button_old="Ten przycisk jest za stary. Zapytaj, proszę, jeszcze raz.",
    button_done="Już zrobione.",
    model_now="Obecny model: {model}. Aby go zmienić, wyślij /model i jeden z tych: {models}",
    model_set="Od teraz na tym czacie odpowiada {model}.",
    model_unknown="Nie mam {model}. Wybierz jeden z tych: {models}",
    persona_now=("Moja rola na tym czacie: {persona}\nAby ją zakończyć: /persona wyłącz"),
    persona_none="Powiedz, kim mam być, na przykład: /persona cierpliwa nauczycielka matematyki",
    persona_set="Jasne. To moja rola na tym czacie.",
    persona_cleared="Znów jestem po prostu Pipit.",
    persona_long="To za długie. Limit znaków: {most}.",
    language_now=(
        "Język: {language}. Aby go zmienić, wyślij /language i jeden z tych: {languages}"
    ),
    language_set="Język: {language}. Odpowiadam w tym języku, w którym piszesz.",
    language_unknown="Nie mam tego języka. Wybierz jeden z tych: {languages}",
    timezone_now=(
        "Strefa czasowa: {zone}. Data i godzina tam: {time}. Aby ją zmienić, wyślij /timezone i "
        "miasto, na przykład: /timezone Europe/Warsaw"
    ),
    timezone_set="Strefa czasowa: {zone}. Data i godzina tam: {time}.",
    timezone_unknown=(
        "Nie znam strefy czasowej {zone}. Wyślij duże miasto w pobliżu, na przykład: /timezone "
        "Europe/Warsaw"
    ),
    export_chat="To wszystko, co przechowuję z tego czatu.",
    export_own="To wszystko, co przechowuję o tobie na tym czacie.",
    evicted=(
        "Starsze odpowiedzi lub dokumenty z tego czatu zostały usunięte, bo skończyło mi się "
        "miejsce."
    ),
    export_long=(
        "To za dużo na plik na tym czacie. Może go wydać tylko osoba, która prowadzi bota."
    ),
    forget_chat=(
        "To usunie na zawsze wszystko, co przechowuję z tego czatu. Odpowiedzi: {turns}, "
        "dokumenty: {documents}. Aby to zrobić, wyślij w ciągu {minutes} min: /forget tak"
    ),
    forget_own=(
        "To usunie na zawsze wszystko, co przechowuję o tobie. Odpowiedzi: {turns}, dokumenty: "
        "{documents}. Aby to zrobić, wyślij w ciągu {minutes} min: /forget tak"
    ),
    forgotten="Gotowe. Wszystko usunięte.",
    anonymous=(
        "Piszesz w imieniu grupy, tak jak inni, więc nie wiem, co jest twoje. Napisz pod "
        "własnym imieniem albo zapytaj właściciela bota."
    ),
    data_failed="Nie udało się. Spróbuj, proszę, za minutę.",
    stats=(
        "Odpowiedzi: dziś {turns_today}, łącznie {turns}\n"
        "Tokeny: dziś {tokens_today}, łącznie {tokens}\n"
        "Teraz: w toku {working}, w kolejce {waiting}\n"
        "Z pamięci podręcznej: {hit_percent} %"
    ),
    stats_cache=(
        "Powtórzone odpowiedzi: {hits} z {asked} (słowo w słowo: {repeats}, odrzucone podobne: "
        "{refused})"
    ),
    listen_object="🙈 Moich nie",
    listen_allow="👂 Moje też",
    listen_end="⏹ Zakończ",
    listen_on=(
        "👂 Słucham tego czatu. Przechowuję tekst wiadomości, które nie są do mnie, z imionami "
        "autorów: najnowsze (do {messages}), najdłużej przez {hours} h. Pokazuję je modelowi "
        "językowemu przy następnych pytaniach tutaj i nie używam ich do niczego innego. Nie "
        "przechowuję zdjęć, plików ani poleceń."
    ),
    listen_choice=(
        "Jeśli tego nie chcesz, dotknij „{button}”: nie będę przechowywać niczego twojego i "
        "usunę to, co mam. Usuwa to też /forget. Administratorzy kończą słuchanie ostatnim "
        "przyciskiem albo przez /listen off."
    ),
    listen_voice=(
        "🎤 Spisuję też krótkie wiadomości głosowe, żeby usłyszeć, czy ktoś wymawia moje "
        "imię. Jeśli nikt tego nie robi, nic z nich nie przechowuję."
    ),
    listen_off=(
        "Nie słucham tego czatu: nie przechowuję niczego, co nie jest do mnie. Administrator "
        "może to zmienić przez /listen on"
    ),
    listen_stopped="Nie słucham już tego czatu. Wszystko, co dotąd usłyszane, jest usunięte.",
    listen_objected=(
        "Nie przechowuję tu twoich wiadomości. Te, które były usłyszane, są usunięte."
    ),
    listen_allowed="Mogę znów przechowywać tu twoje wiadomości, tak jak mówi karta.",
    listen_admins="Może o tym zdecydować tylko administrator tej grupy.",
    listen_groups="To jest dla grup. Tutaj i tak czytam wszystko, co piszesz.",
    listen_unavailable="Właściciel bota wyłączył słuchanie.",
    listen_as_admin=(
        "⚠ Ale nie widzę jeszcze takich wiadomości. Zrób mnie administratorem albo niech "
        "właściciel bota wyłączy tryb prywatności, a potem dodaj mnie od nowa."
    ),
    listen_by_owner=(
        "⚠ Ale nie widzę jeszcze takich wiadomości. Właściciel bota musi na to najpierw "
        "pozwolić: „Message Content Intent” w portalu deweloperów."
    ),
    forget_overheard="Usłyszane wiadomości: {overheard}.",
    help_start="przywitać się",
    help_help="pokazać tę listę",
    help_ask="zapytać o coś w grupie",
    help_draw="narysować obraz",
    help_new="zacząć nową rozmowę",
    help_chats="pokazać wcześniejsze rozmowy lub wrócić do jednej",
    help_stop="zatrzymać odpowiedź",
    help_retry="odpowiedzieć ponownie na ostatnie pytanie",
    help_continue="kontynuować ostatnią odpowiedź",
    help_model="pokazać lub wybrać model",
    help_persona="dać mi rolę",
    help_language="wybrać mój język",
    help_timezone="wybrać strefę czasową",
    help_listen="pozwolić mi słuchać grupy lub to zakończyć",
    help_voice="mówić też odpowiedzi na głos lub przestać",
    help_memory="pokazać, wyszukać lub usunąć to, co pamiętam",
    help_documents="pokazać lub usunąć dokumenty",
    help_export="dostać w pliku to, co o tobie przechowuję",
    help_forget="usunąć to, co o tobie przechowuję",
    help_people="pokazać lub zmienić, kto może korzystać z bota (administratorzy)",
    help_stats="pokazać zużycie",
    help_usage="pokazać zużycie i koszty",
    help_set="dla administratorów: pokaż lub zmień ustawienia",
    help_news="dostawać tu nowości bota lub to zakończyć",
    help_broadcast="dla administratorów: napisz do wszystkich czatów, które chcą nowości",
    hint_ask="pytanie",
    hint_draw="co ma być na obrazie",
    hint_chats="numer rozmowy",
    hint_model="nazwa modelu",
    hint_persona="kim mam być",
    hint_language="kod języka",
    hint_timezone="miasto, na przykład Europe/Warsaw",
    hint_listen="on albo off",
    hint_voice="on albo off",
    hint_memory="szukane słowa",
    hint_documents="usuń i numer",
    hint_export="text, aby dostać plik bez JSON",
    hint_people="puste dla listy albo zmiana",
    hint_forget="tak, aby usunąć",
    hint_set="nazwa i wartość",
    hint_news="on albo off",
    hint_broadcast="tekst",
    word_yes="tak",
    word_on="włącz",
    word_off="wyłącz",
    word_remove="usuń",
)

ALERTS = AlertWords(
    credit="Na koncie modelu językowego skończyły się środki, więc nie mogę odpowiadać.",
    model_login="Serwer modelu językowego odrzuca mój token, więc nie mogę odpowiadać.",
    login="{about} nie przyjmuje już mojego tokena. Nic stamtąd nie odbieram.",
    disk=(
        "Dysk jest pełny albo osiągnięto limit miejsca, więc nie mogę przyjmować nowych wiadomości."
    ),
    database=(
        "Baza danych nie działa, więc nie mogę przyjmować nowych wiadomości. Powód jest w logu."
    ),
    deaf="Od dwóch minut nic nie odbieram z {about}.",
    backup="Najnowsza kopia zapasowa jest za stara. Powód jest w logu.",
    model="Model {about} nie działa u nikogo. Powód jest w logu.",
    cap_near="Ten bot zużył 80 % swojego limitu do {about}.",
    cap_reached="Limit tego bota został wyczerpany. Nie odpowiada nikomu do {about}.",
    over="To już minęło: {said}",
)
