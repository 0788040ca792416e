"""The texts of the readable view of exported data in Russian."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Всё, что Pipit об этом хранит. Векторы — это числа, полученные из этих текстов; "
        "вместо них здесь указана их длина. Всё время указано в UTC."
    ),
    chat="Чат {chat}",
    person="человек {person}",
    chosen="Выбрано ({name}): {value}",
    reply="В ответ {author}:",
    reply_plain="В ответ на сообщение:",
    forwarded="Переслано от {author}:",
    forwarded_plain="Пересланное сообщение:",
    file="Файл: {name}",
    document="Документ {name}, прислал {author}",
    used="ответов: {answers} ({ended}), токенов: {tokens}",
    spent="ответов: {answers} ({model}), токенов: {tokens}",
    no_model="без модели",
    overheard="Услышано от {author}: {text}",
    objection="{person} не хочет, чтобы его слушали",
    waiting="ждёт одобрения",
    since="с {time}",
    user="Пользователь {person}",
)
