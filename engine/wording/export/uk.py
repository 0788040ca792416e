"""The texts of the readable view of exported data in Ukrainian."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Усе, що Pipit про це зберігає. Вектори — це числа, утворені з цих текстів; замість "
        "них тут указано їхню довжину. Увесь час указано в UTC."
    ),
    chat="Чат {chat}",
    person="людина {person}",
    chosen="Вибрано ({name}): {value}",
    reply="У відповідь {author}:",
    reply_plain="У відповідь на повідомлення:",
    forwarded="Переслано від {author}:",
    forwarded_plain="Переслане повідомлення:",
    file="Файл: {name}",
    document="Документ {name} від {author}",
    used="відповідей: {answers} ({ended}), токенів: {tokens}",
    spent="відповідей: {answers} ({model}), токенів: {tokens}",
    no_model="без моделі",
    overheard="Почуто від {author}: {text}",
    objection="{person} не хоче, щоб його слухали",
    waiting="чекає на дозвіл",
    since="з {time}",
    user="Користувач {person}",
)
