"""The texts of the readable view of exported data in Italian."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Tutto ciò che Pipit conserva di questo. I vettori sono numeri ricavati da questi "
        "testi; al loro posto c’è qui la loro lunghezza. Tutti gli orari sono UTC."
    ),
    chat="Conversazione {chat}",
    person="persona {person}",
    chosen="Scelto ({name}): {value}",
    reply="In risposta a {author}:",
    reply_plain="In risposta a un messaggio:",
    forwarded="Inoltrato da {author}:",
    forwarded_plain="Un messaggio inoltrato:",
    file="Allegato: {name}",
    document="Documento {name}, mandato da {author}",
    used="risposte: {answers} ({ended}), token: {tokens}",
    spent="risposte: {answers} ({model}), token: {tokens}",
    no_model="nessun modello",
    overheard="Ascoltato da {author}: {text}",
    objection="{person} non vuole essere ascoltato",
    waiting="in attesa di approvazione",
    since="dal {time}",
    user="Utente {person}",
)
