"""The texts of the readable view of exported data in English."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "All that Pipit keeps of this. Vectors are numbers made of these texts; their length "
        "stands here in their place. All times are UTC."
    ),
    chat="Chat {chat}",
    person="person {person}",
    chosen="Chosen {name}: {value}",
    reply="In reply to {author}:",
    reply_plain="In reply to a message:",
    forwarded="Forwarded from {author}:",
    forwarded_plain="A forwarded message:",
    file="File: {name}",
    document="Document {name}, given by {author}",
    used="{answers} answers ({ended}), {tokens} tokens",
    spent="{answers} answers by {model}, {tokens} tokens",
    no_model="no model",
    overheard="Overheard from {author}: {text}",
    objection="User {person} does not want to be overheard",
    waiting="waits for approval",
    since="since {time}",
    user="User {person}",
)
