"""Ukrainian texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Використано {percent} % вашого ліміту. Він оновиться {time}.",
    near_chat="⚠ У цьому чаті використано {percent} % ліміту. Він оновиться {time}.",
    cheaper="До того часу відповідає менша модель: {model}.",
    stop_person="Ваш ліміт вичерпано. Я знову зможу відповісти вам {time}.",
    stop_chat="Ліміт цього чату вичерпано. Я знову зможу відповідати тут {time}.",
    stop_total="Ліміт цього бота вичерпано. Я знову зможу відповідати {time}.",
    usage_today="Сьогодні (UTC)",
    usage_month="Цього місяця (UTC)",
    usage_sum="Відповіді: {answers}, токени: {tokens}",
    usage_people="Люди, за токенами",
    usage_chats="Чати, за токенами",
    usage_models="Моделі, за токенами",
    usage_estimated="Оцінено, бо сервіс їх не повідомив: {percent} % токенів.",
    usage_allowance="Використано {percent} % вашого ліміту. Він оновиться {time}.",
    usage_erased="видалені дані",
    only_admins="Це можуть лише адміністратори бота.",
    set_head=(
        "Ці налаштування можна змінити тут. Змінити: /set НАЗВА ЗНАЧЕННЯ. Повернути "
        "значення з файлу: /set НАЗВА -"
    ),
    set_done="{name} тепер {value}.",
    set_back="{name} знову має значення з файлу налаштувань: {value}.",
    set_unknown="{name} не можна змінити з чату. /set покаже, що можна.",
    set_wrong="Нічого не змінилося. {problem}",
    in_private="Будь ласка, зробіть це в приватному чаті зі мною.",
    news_on="Цей чат отримує новини бота. Вимкнути: /news off",
    news_off="Цей чат не отримує новин бота. Увімкнути: /news on",
    news_unavailable="До цього чату я не можу надсилати новини.",
    broadcast_how="Напишіть повідомлення після команди: /broadcast ТЕКСТ",
    broadcast_nobody="Поки ніхто не хоче новин. Їх вмикають командою /news on",
    broadcast_long="Задовго. Символів не більше: {most}.",
    broadcast_running="Повідомлення ще надсилається. Зупинити: /broadcast stop",
    broadcast_preview="Чатів, які це отримають: {chats}",
    broadcast_send="✉ Надіслати",
    broadcast_cancel="✕ Скасувати",
    broadcast_progress="Надсилаю. Доставлено: {sent} з {chats}, недоступні: {gone}",
    broadcast_done="Готово. Доставлено: {sent} з {chats}, недоступні: {gone}",
    broadcast_stopped="Зупинено. Доставлено: {sent} з {chats}, недоступні: {gone}",
    broadcast_cancelled="Нічого не надіслано.",
    broadcast_idle="Зараз нічого не надсилається.",
)
