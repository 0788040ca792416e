"""The texts of the readable view of exported data in Polish."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Wszystko, co Pipit o tym przechowuje. Wektory to liczby utworzone z tych tekstów; w "
        "ich miejscu podano tu ich długość. Wszystkie godziny są w UTC."
    ),
    chat="Czat {chat}",
    person="osoba {person}",
    chosen="Wybrano ({name}): {value}",
    reply="W odpowiedzi do {author}:",
    reply_plain="W odpowiedzi na wiadomość:",
    forwarded="Przekazano od {author}:",
    forwarded_plain="Przekazana wiadomość:",
    file="Plik: {name}",
    document="Dokument {name}, przesłany przez {author}",
    used="odpowiedzi: {answers} ({ended}), tokeny: {tokens}",
    spent="odpowiedzi: {answers} ({model}), tokeny: {tokens}",
    no_model="bez modelu",
    overheard="Usłyszane od {author}: {text}",
    objection="{person} nie chce być słuchany",
    waiting="czeka na zgodę",
    since="od {time}",
    user="Użytkownik {person}",
)
