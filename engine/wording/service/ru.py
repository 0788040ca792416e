"""Russian texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Израсходовано {percent} % твоего лимита. Он обновится {time}.",
    near_chat="⚠ В этом чате израсходовано {percent} % лимита. Он обновится {time}.",
    cheaper="До этого отвечает модель поменьше: {model}.",
    stop_person="Твой лимит исчерпан. Я снова смогу ответить тебе {time}.",
    stop_chat="Лимит этого чата исчерпан. Я снова смогу отвечать здесь {time}.",
    stop_total="Лимит этого бота исчерпан. Я снова смогу отвечать {time}.",
    usage_today="Сегодня (UTC)",
    usage_month="В этом месяце (UTC)",
    usage_sum="Ответы: {answers}, токены: {tokens}",
    usage_people="Люди, по токенам",
    usage_chats="Чаты, по токенам",
    usage_models="Модели, по токенам",
    usage_estimated="Оценка, так как сервис их не сообщил: {percent} % токенов.",
    usage_allowance="Израсходовано {percent} % твоего лимита. Он обновится {time}.",
    usage_erased="удалённые данные",
    only_admins="Это могут только администраторы бота.",
    set_head=(
        "Эти настройки можно менять здесь. Изменить: /set ИМЯ ЗНАЧЕНИЕ. Вернуть значение "
        "из файла: /set ИМЯ -"
    ),
    set_done="{name} теперь {value}.",
    set_back="{name} снова имеет значение из файла настроек: {value}.",
    set_unknown="{name} нельзя изменить из чата. /set покажет, что можно.",
    set_wrong="Ничего не изменилось. {problem}",
    in_private="Пожалуйста, сделай это в личном чате со мной.",
    news_on="Этот чат получает новости бота. Отключить: /news off",
    news_off="Этот чат не получает новости бота. Включить: /news on",
    news_unavailable="В этот чат я не могу присылать новости.",
    broadcast_how="Напиши сообщение после команды: /broadcast ТЕКСТ",
    broadcast_nobody="Пока никто не хочет новостей. Их включают командой /news on",
    broadcast_long="Слишком длинно. Символов не больше: {most}.",
    broadcast_running="Сообщение ещё рассылается. Остановить: /broadcast stop",
    broadcast_preview="Чатов, которые это получат: {chats}",
    broadcast_send="✉ Отправить",
    broadcast_cancel="✕ Отмена",
    broadcast_progress="Рассылка идёт. Доставлено: {sent} из {chats}, недоступны: {gone}",
    broadcast_done="Готово. Доставлено: {sent} из {chats}, недоступны: {gone}",
    broadcast_stopped="Остановлено. Доставлено: {sent} из {chats}, недоступны: {gone}",
    broadcast_cancelled="Ничего не отправлено.",
    broadcast_idle="Сейчас ничего не рассылается.",
)
