"""The texts of the readable view of exported data in German."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Alles, was Pipit hiervon aufbewahrt. Vektoren sind Zahlen, die aus diesen Texten "
        "entstehen; an ihrer Stelle steht hier ihre Länge. Alle Zeiten sind UTC."
    ),
    chat="Unterhaltung {chat}",
    person="von {person}",
    chosen="Gewählt ({name}): {value}",
    reply="Als Antwort auf {author}:",
    reply_plain="Als Antwort auf eine Nachricht:",
    forwarded="Weitergeleitet von {author}:",
    forwarded_plain="Eine weitergeleitete Nachricht:",
    file="Datei: {name}",
    document="Dokument {name}, geschickt von {author}",
    used="Antworten: {answers} ({ended}), Tokens: {tokens}",
    spent="Antworten: {answers} ({model}), Tokens: {tokens}",
    no_model="kein Modell",
    overheard="Mitgehört von {author}: {text}",
    objection="{person} möchte nicht mitgehört werden",
    waiting="wartet auf Zustimmung",
    since="seit {time}",
    user="Benutzer {person}",
)
