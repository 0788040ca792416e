"""Carry out the methods of the Bot API that a chat bot needs, as pure work on the `World`.

A method gets its parameters and returns the ``result``, or raises a `Refusal` with Telegram's text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable

from tests.servers.telegram_media import MediaMethods
from tests.servers.telegram_text import MAX_CAPTION, MAX_TEXT, find_entities, read_text
from tests.servers.telegram_wire import Json, Params, Refusal, bad_request, read_markup
from tests.servers.telegram_world import (
    MAX_DOWNLOAD_BYTES,
    Chat,
    Message,
    Revision,
    User,
    World,
)

if TYPE_CHECKING:
    from tests.servers.telegram_updates import UpdateQueue, Webhook

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content "
    "and reply markup of the message"
)
ACTIONS = {
    *(
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "record_audio",
    ),
    *(
        "upload_audio",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ),
}
DELETABLE_SECONDS = 48 * 3600
TAP_SECONDS = 60.0  # the time in which a tap may be answered; Telegram gives no figure


class Methods:
    """The table of methods, by lower-case name."""

    def __init__(self, world: World, queue: UpdateQueue, webhook: Webhook) -> None:
        self._world = world
        self._queue = queue
        self._webhook = webhook
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.tap_answers: dict[str, Json] = {}
        self.actions: list[tuple[float, int, int, str]] = []
        media = MediaMethods(world, self)
        self.table: dict[str, Callable[[Params], Any]] = {
            "sendphoto": media.send_photo,
            "sendvoice": media.send_voice,
            "editmessagemedia": media.edit_media,
            "getme": self._get_me,
            "getchat": lambda params: self._chat(params, write=False).json(),
            "getchatadministrators": self._administrators,
            "getchatmember": self._member,
            "sendmessage": self._send_message,
            "senddocument": self._send_document,
            "editmessagetext": self._edit_text,
            "editmessagereplymarkup": self._edit_markup,
            "deletemessage": self._delete,
            "sendchataction": self._send_action,
            "answercallbackquery": self._answer_tap,
            "setmycommands": self._set_commands,
            "getmycommands": lambda params: self.commands.get(_commands_key(params), []),
            "deletemycommands": self._delete_commands,
            "getfile": self._get_file,
            "getwebhookinfo": self._webhook_info,
            "deletewebhook": self._delete_webhook,
        }

    def _get_me(self, params: Params) -> Json:
        no = dict.fromkeys(
            ("supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled",
             "allows_users_to_create_topics", "can_manage_bots", "supports_guest_queries"), False
        )  # fmt: skip
        return {
            **self._world.bot.json(),
            "can_join_groups": True,
            "can_read_all_group_messages": self._world.reads_all,
            **no,
        }

    def _chat(self, params: Params, *, write: bool = True) -> Chat:
        given = params.text("chat_id")
        if not given:
            raise bad_request("chat_id is empty")
        chat = self._world.chats.get(params.number("chat_id"))
        if chat is None:
            raise bad_request("chat not found")
        if write and chat.migrated_to:
            why = {"migrate_to_chat_id": chat.migrated_to}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", why)
        if write and chat.refusal:
            raise Refusal(403, f"Forbidden: {chat.refusal}")
        return chat

    def _administrators(self, params: Params) -> list[Json]:
        """Return the administrators of a group, other bots and this one left out."""
        chat = self._chat(params, write=False)
        if chat.kind == "private":
            raise bad_request("there are no administrators in the private chat")
        return [_administrator(who) for who in chat.admins if not who.is_bot]

    def _member(self, params: Params) -> Json:
        """Return one member; of others a bot learns this reliably only as an administrator."""
        chat, user_id = self._chat(params, write=False), params.number("user_id")
        found = [who for who in chat.admins if who.id == user_id]
        if found:
            return _administrator(found[0])
        if user_id != self._world.bot.id:
            raise bad_request("member list is inaccessible")
        return {"status": "member", "user": self._world.bot.json()}

    def place(self, params: Params) -> tuple[Chat, Json]:
        """Return the chat, and the fields that say where in it a new message goes."""
        chat = self._chat(params)
        thread_id = params.number("message_thread_id")
        if thread_id and thread_id not in chat.topics:
            raise bad_request("message thread not found")
        wanted = params.structure("reply_parameters", "reply parameters") or {}
        reply_id = int(wanted.get("message_id", 0)) or params.number("reply_to_message_id")
        lenient = wanted.get("allow_sending_without_reply") or params.flag(
            "allow_sending_without_reply"
        )
        reply_to = self._world.find(chat, reply_id)
        if reply_id and reply_to is None and not lenient:
            raise bad_request("message to be replied not found")
        if reply_to is not None and reply_to.in_topic and not thread_id:
            thread_id = reply_to.thread_id
        root = chat.topics.get(thread_id)
        facts = {"thread_id": thread_id, "in_topic": bool(thread_id), "reply_to": reply_to or root}
        return chat, facts

    def _send_message(self, params: Params) -> Json:
        chat, facts = self.place(params)
        if not params.text("text"):
            raise bad_request("message text is empty")
        text, entities = read_text(params, "text", "entities", MAX_TEXT, "message is too long")
        if not text:
            raise bad_request("text must be non-empty")
        shown = self.revision(text, entities, read_markup(params))
        return self._world.add(chat, self._world.bot, shown, **facts).json()

    def revision(self, text: str, entities: list[Json], markup: Json | None) -> Revision:
        """Combine the given entities with those that Telegram finds itself outside of them."""
        taken = [(e["offset"], e["offset"] + e["length"]) for e in entities]
        found = [
            e
            for e in find_entities(text)
            if not any(s < e["offset"] + e["length"] and e["offset"] < t for s, t in taken)
        ]
        merged = sorted(entities + found, key=lambda e: (e["offset"], -e["length"]))
        return Revision(self._world.clock(), text, tuple(merged), markup)

    def _send_document(self, params: Params) -> Json:
        chat, facts = self.place(params)
        upload = params.upload("document")
        stored = self._world.files.get(params.text("document"))
        if upload is not None:
            stored = self._world.keep_file(upload.content, upload.name, upload.media_type)
        if stored is None:
            raise bad_request("there is no document in the request")
        if not stored.content:
            raise bad_request("file must be non-empty")
        if "document" in chat.forbids:
            raise bad_request("not enough rights to send documents to the chat")
        caption, entities = read_text(
            params, "caption", "caption_entities", MAX_CAPTION, "message caption is too long"
        )
        shown = self.revision(caption, entities, read_markup(params))
        return self._world.add(
            chat, self._world.bot, shown, extra={"document": stored.json()}, **facts
        ).json()

    def own(self, params: Params) -> Message:
        """Return the bot's own message that the call edits."""
        chat = self._chat(params)
        if not params.number("message_id"):
            raise bad_request("message identifier is not specified")
        message = self._world.find(chat, params.number("message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if message.sender != self._world.bot:
            raise bad_request("message can't be edited")
        return message

    def _edit_text(self, params: Params) -> Json:
        message = self.own(params)
        if not params.text("text"):
            raise bad_request("message text is empty")
        if message.has_media:
            raise bad_request("there is no text in the message to edit")
        text, entities = read_text(params, "text", "entities", MAX_TEXT, "MESSAGE_TOO_LONG")
        if not text:
            raise bad_request("text must be non-empty")
        return self._revise(message, self.revision(text, entities, read_markup(params)))

    def _edit_markup(self, params: Params) -> Json:
        message = self.own(params)
        shown = message.shown
        return self._revise(
            message, Revision(self._world.clock(), shown.text, shown.entities, read_markup(params))
        )

    def _revise(self, message: Message, new: Revision) -> Json:
        old = message.shown
        if (old.text, old.entities, old.reply_markup) == (new.text, new.entities, new.reply_markup):
            raise bad_request(NOT_MODIFIED)
        message.revisions.append(new)
        return message.json()

    def _delete(self, params: Params) -> bool:
        chat = self._chat(params)
        message = self._world.find(chat, params.number("message_id"))
        if message is None:
            raise bad_request("message to delete not found")
        if chat.kind != "private" and message.sender != self._world.bot:
            raise bad_request("message can't be deleted")
        if self._world.clock() - message.revisions[0].at > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")
        message.deleted = True
        return True

    def _send_action(self, params: Params) -> bool:
        chat, facts = self.place(params)
        if (action := params.text("action")) not in ACTIONS:
            raise bad_request("wrong parameter action in request")
        self.actions.append((self._world.clock(), chat.id, facts["thread_id"], action))
        return True

    def _answer_tap(self, params: Params) -> bool:
        opened_at = self._world.taps.pop(params.text("callback_query_id"), None)
        if opened_at is None or self._world.clock() - opened_at > TAP_SECONDS:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        self.tap_answers[params.text("callback_query_id")] = {
            "text": params.text("text"),
            "show_alert": params.flag("show_alert"),
        }
        return True

    def _set_commands(self, params: Params) -> bool:
        given = params.structure("commands", "commands") or []
        for command in given:
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not command.get("description"):
                raise bad_request("command description must be non-empty")
            if len(command["description"]) > 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(given) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self.commands[_commands_key(params)] = list(given)
        return True

    def _delete_commands(self, params: Params) -> bool:
        self.commands.pop(_commands_key(params), None)
        return True

    def _get_file(self, params: Params) -> Json:
        stored = self._world.files.get(params.text("file_id"))
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(stored.content) > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        shown = stored.json()
        return {name: shown[name] for name in ("file_id", "file_unique_id", "file_size")} | {
            "file_path": stored.path
        }

    def _webhook_info(self, params: Params) -> Json:
        return self._webhook.info()

    def _delete_webhook(self, params: Params) -> bool:
        self._webhook.unset()
        if params.flag("drop_pending_updates"):
            self._queue.confirm(2**62)
        return True


def _administrator(who: User) -> Json:
    rights = (
        "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
        "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
        "can_edit_stories", "can_delete_stories",
    )  # fmt: skip
    plain = {"status": "administrator", "can_be_edited": False, "is_anonymous": False}
    return {**plain, "user": who.json(), **dict.fromkeys(rights, True)}


def _commands_key(params: Params) -> tuple[str, str]:
    """Return (scope, language), because there is a list of commands for each pair."""
    scope = params.structure("scope", "scope") or {"type": "default"}
    where = ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return where, language
