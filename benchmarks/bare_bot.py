"""Run a bare Telegram bot of python-telegram-bot, huggingface_hub and little code.

The benchmark `bare` compares Pipit with it. It keeps ten messages of each chat in memory, shows the
typing sign, and edits one message a second while the answer grows. It keeps nothing on disk, has no
budget of calls, and loses unfinished answers when it ends.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict, deque
from contextlib import suppress
from typing import Any

from huggingface_hub import AsyncInferenceClient
from telegram import Message, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest
from telegram.ext import Application, ContextTypes, MessageHandler, filters

FIRST_CHARACTERS, EDIT_SECONDS, MESSAGES_KEPT = 20, 1.0, 10
client = AsyncInferenceClient(base_url=os.environ["HF_BASE_URL"], api_key="none")
history: defaultdict[int, deque[dict[str, str]]] = defaultdict(lambda: deque(maxlen=MESSAGES_KEPT))


async def answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Stream one answer into one message."""
    message = update.effective_message
    if message is None or message.text is None:
        return
    await message.chat.send_action(ChatAction.TYPING)
    history[message.chat_id].append({"role": "user", "content": message.text})
    messages: Any = list(history[message.chat_id])
    text, shown, sent, edited_at = "", "", None, 0.0
    stream = await client.chat_completion(messages, model="m", max_tokens=800, stream=True)
    async for chunk in stream:
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        if len(text) >= FIRST_CHARACTERS and time.monotonic() - edited_at >= EDIT_SECONDS:
            sent, shown, edited_at = await show(message, sent, text), text, time.monotonic()
    if text != shown:
        await show(message, sent, text)
    history[message.chat_id].append({"role": "assistant", "content": text})


async def show(question: Message, sent: Message | None, text: str) -> Message:
    """Send the answer's message, or edit it."""
    if sent is None:
        return await question.reply_text(text)
    with suppress(BadRequest):  # Telegram refuses an edit that changes nothing
        await sent.edit_text(text)
    return sent


def main() -> None:
    root = os.environ["TELEGRAM_API_URL"]
    builder = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    builder = builder.base_url(f"{root}/bot").base_file_url(f"{root}/file/bot")
    app = builder.concurrent_updates(256).build()
    app.add_handler(MessageHandler(filters.TEXT, answer))
    app.run_polling(poll_interval=0, timeout=30)


if __name__ == "__main__":
    main()
