"""Polish texts of the page."""

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
        language="pl",
        ask="Napisz wiadomość",
        send="Wyślij",
        stop="Zatrzymaj",
        resume="Dalej",
        retry="Jeszcze raz",
        fresh="Nowy czat",
        menu="Menu",
        close="Zamknij",
        conversation="Rozmowa",
        thinking="Pipit myśli",
        offline="Brak połączenia. Strona sama wróci do odpowiedzi.",
        unsent="Jeszcze nie wysłano. Ponawiam próbę.",
        hello="Cześć! Pytaj, o co chcesz.",
        password="Hasło",
        enter="Wejdź",
        wrong="To nie to hasło.",
        busy="Sprawdzanych jest teraz wiele haseł. Spróbuj, proszę, za chwilę.",
        leave="Wyloguj się",
        returned="Nie udało się wysłać. Twój tekst jest znów w polu.",
        name="Polski",
        copy="Kopiuj",
        copied="Skopiowano",
        again="Spróbuj ponownie",
        too_long="To za długie: {length} z {most} znaków. Wyślij w częściach.",
    ),
    menu=MenuWords(
        chats="Rozmowy",
        settings="Ustawienia",
        language="Język",
        model="Model",
        spoken="Odpowiedzi głosowe",
        documents="Dokumenty",
        remove="Usuń",
        more="Więcej",
        later="Stanie się to, gdy tylko skończy się bieżąca odpowiedź.",
    ),
    uploads=UploadWords(
        attach="Dodaj zdjęcie lub plik",
        remove="Usuń {name}",
        uploading="Pliki są jeszcze wysyłane.",
        large="Plik {name} jest za duży: najwyżej {most} MB.",
        failed="Nie udało się wysłać {name}. Usuń go i spróbuj ponownie.",
    ),
    voice=VoiceWords(
        record="Nagraj wiadomość głosową",
        recording="Trwa nagrywanie",
        finish="Zakończ nagrywanie",
        discard="Usuń nagranie",
        play="Odtwórz",
        pause="Wstrzymaj",
        denied=(
            "Przeglądarka nie pozwala tej stronie używać mikrofonu. Zezwól na to w "
            "ustawieniach przeglądarki."
        ),
        missing="Nie znaleziono mikrofonu.",
        broken="Nagranie się nie udało. Spróbuj ponownie.",
    ),
    guard=GuardWords(
        crowded="Za dużo żądań naraz. Spróbuj za chwilę.",
        pages="Za dużo otwartych stron. Zamknij jedną z nich.",
        hurried="Za dużo żądań w ciągu minuty. Poczekaj chwilę.",
        long="To za długie.",
        name=(
            "Ta strona nie odpowiada na tę nazwę. Kto ją prowadzi, może dodać nazwę do WEB_HOSTS."
        ),
        cookies="Pliki cookie tej strony są za długie. Usuń je i wróć.",
    ),
    panel=PanelWords(
        kept="Co pamiętam",
        nothing="Nic nie pamiętam.",
        again="Odśwież",
        export="Zapisz wszystko do pliku",
        exported="Plik jest na czacie.",
        role="Rola asystenta",
        role_hint="cierpliwy nauczyciel matematyki",
        take="Ustaw rolę",
        taken="Ustawiono.",
        sure="Tak, usuń wszystko na zawsze",
        erase="Usuń wszystko",
        tick="Najpierw zaznacz pole powyżej.",
        erased="Usunięto.",
        failed="Nie udało się. Spróbuj ponownie.",
    ),
)
