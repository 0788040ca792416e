"""The texts of the readable view of exported data in Dutch."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Alles wat Pipit hiervan bewaart. Vectoren zijn getallen die uit deze teksten zijn "
        "gemaakt; in plaats daarvan staat hier hun lengte. Alle tijden zijn UTC."
    ),
    chat="Gesprek {chat}",
    person="persoon {person}",
    chosen="Gekozen ({name}): {value}",
    reply="Als antwoord op {author}:",
    reply_plain="Als antwoord op een bericht:",
    forwarded="Doorgestuurd van {author}:",
    forwarded_plain="Een doorgestuurd bericht:",
    file="Bestand: {name}",
    document="Document {name}, gestuurd door {author}",
    used="antwoorden: {answers} ({ended}), tokens: {tokens}",
    spent="antwoorden: {answers} ({model}), tokens: {tokens}",
    no_model="geen model",
    overheard="Meegeluisterd bij {author}: {text}",
    objection="{person} wil niet meegeluisterd worden",
    waiting="wacht op goedkeuring",
    since="sinds {time}",
    user="Gebruiker {person}",
)
