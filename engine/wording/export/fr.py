"""The texts of the readable view of exported data in French."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Tout ce que Pipit garde de ceci. Les vecteurs sont des nombres tirés de ces "
        "textes\u00a0; leur longueur figure ici à leur place. Toutes les heures sont en UTC."
    ),
    chat="Discussion {chat}",
    person="personne {person}",
    chosen="Choix ({name})\u00a0: {value}",
    reply="En réponse à {author}\u00a0:",
    reply_plain="En réponse à un message\u00a0:",
    forwarded="Transféré de {author}\u00a0:",
    forwarded_plain="Un message transféré\u00a0:",
    file="Fichier\u00a0: {name}",
    document="Document {name}, envoyé par {author}",
    used="réponses\u00a0: {answers} ({ended}), jetons\u00a0: {tokens}",
    spent="réponses\u00a0: {answers} ({model}), jetons\u00a0: {tokens}",
    no_model="aucun modèle",
    overheard="Entendu de {author}\u00a0: {text}",
    objection="{person} ne veut pas être entendu",
    waiting="attend une autorisation",
    since="depuis {time}",
    user="Utilisateur {person}",
)
