"""Check the body of a message call as Discord does, and determine the message and its notifications."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING, Any

from tests.servers.discord_limits import Refusal
from tests.servers.discord_payloads import ATTACHMENT_SIZE_LIMIT
from tests.servers.discord_world import EPHEMERAL, LOADING, VOICE_MESSAGE, Revision

if TYPE_CHECKING:
    from tests.servers.discord_rest import Request
    from tests.servers.discord_world import Channel, File, Json, Message, User, World

MAX_CONTENT, MAX_NONCE, MAX_EMBEDS, MAX_ROWS, MAX_ROW = 2000, 25, 10, 5, 5
COMPONENTS_V2 = 1 << 15


def invalid(field_path: str, code: str, message: str) -> Refusal:
    """Build ``Invalid Form Body`` with one error, at a dotted path."""
    errors: Json = {"_errors": [{"code": code, "message": message}]}
    for name in reversed(field_path.split(".")):
        errors = {name: errors}
    return Refusal(400, 50035, "Invalid Form Body", errors)


def compose(
    world: World, channel: Channel, request: Request, before: Revision | None = None
) -> Revision:
    """Return the state of the message after this call.

    Fields that the body leaves out keep the values of `before`.
    """
    body = request.body if isinstance(request.body, dict) else {}
    old = before or Revision(0.0, "")
    shown = Revision(
        at=world.clock(),
        content=_content(body["content"]) if "content" in body else old.content,
        components=_components(body["components"]) if "components" in body else old.components,
        embeds=_embeds(body["embeds"]) if "embeds" in body else old.embeds,
        files=_files(world, channel, request, old.files),
        flags=(old.flags & (EPHEMERAL | LOADING)) | int(body.get("flags") or 0),
        allowed_mentions=body.get("allowed_mentions"),
    )
    _check_whole(shown)
    if shown.flags & VOICE_MESSAGE:
        _check_voice(channel, shown)
    return shown


def _check_voice(channel: Channel, shown: Revision) -> None:
    """Refuse a voice message as Discord does (its reference, "JSON Error Codes")."""
    if not channel.takes_voice:
        raise Refusal(403, 50173, "Cannot send voice messages in this channel")
    if shown.content or shown.components or shown.embeds:
        raise Refusal(400, 50160, "Voice messages do not support additional content")
    if len(shown.files) != 1 or not shown.files[0].content_type.startswith(("audio/", "video/ogg")):
        raise Refusal(400, 50161, "Voice messages must have a single audio attachment")
    if not {"duration_secs", "waveform"} <= shown.files[0].facts.keys():
        raise Refusal(400, 50162, "Voice messages must have supporting metadata")


def _check_whole(shown: Revision) -> None:
    if shown.flags & COMPONENTS_V2:
        if shown.content or shown.embeds:
            raise invalid(
                "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "Must be empty."
            )
    elif not (shown.content or shown.embeds or shown.files):
        raise Refusal(400, 50006, "Cannot send an empty message")


def _content(value: Any) -> str:
    """Return the text as Discord stores it: without surrounding blanks, at most 2000 code points."""
    text = ("" if value is None else str(value)).strip()
    if len(text) > MAX_CONTENT:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    return text


def _embeds(value: Any) -> tuple[Json, ...]:
    if len(value or ()) > MAX_EMBEDS:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    return tuple(value or ())


def _components(value: Any) -> tuple[Json, ...]:
    rows = tuple(value or ())
    buttons = [part for row in rows for part in row.get("components", ())]
    if len(rows) > MAX_ROWS or any(len(row.get("components", ())) > MAX_ROW for row in rows):
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    names = [part["custom_id"] for part in buttons if "custom_id" in part]
    if len(set(names)) != len(names):
        raise invalid(
            "components",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        )
    for part in buttons:
        _check_button(part)
    return rows


def _check_button(part: Json) -> None:
    if part.get("type") != 2:
        return
    if not part.get("label") and not part.get("emoji"):
        raise invalid(
            "components.0", "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or an emoji is required."
        )
    if len(part.get("label") or "") > 80 or len(part.get("custom_id") or "") > 100:
        raise invalid(
            "components.0", "BASE_TYPE_MAX_LENGTH", "Label 80, custom id 100 characters at most."
        )


def _files(
    world: World, channel: Channel, request: Request, old: tuple[File, ...]
) -> tuple[File, ...]:
    """Return the attachments of the message.

    If the body has a list, these are the files in it, old ones by id and new ones by number.
    Otherwise they are the old files and the new ones.
    """
    for upload in request.files.values():
        if len(upload.content) > ATTACHMENT_SIZE_LIMIT:
            raise Refusal(413, 40005, "Request entity too large")
    body = request.body if isinstance(request.body, dict) else {}
    listed = {str(entry.get("id")): entry for entry in body.get("attachments") or ()}
    kept = tuple(file for file in old if "attachments" not in body or str(file.id) in listed)
    new = tuple(
        _store(world, channel, request, n, listed.get(str(n), {})) for n in sorted(request.files)
    )
    return kept + new


def _store(world: World, channel: Channel, request: Request, number: int, entry: Json) -> File:
    upload = request.files[number]
    name = entry.get("filename") or upload.name
    kind = mimetypes.guess_type(name)[0] or upload.content_type
    facts = {key: entry[key] for key in ("duration_secs", "waveform") if key in entry}
    about = entry.get("description") or ""
    return world.add_file(channel, name, upload.content, kind, about, **facts)


def check_nonce(body: Json) -> str | None:
    """Return the body's nonce, at most 25 characters."""
    nonce = body.get("nonce")
    if nonce is None:
        return None
    if len(str(nonce)) > MAX_NONCE:
        raise invalid("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    return str(nonce)


def notified(
    world: World, shown: Revision, replied_to: Message | None
) -> tuple[tuple[User, ...], bool]:
    """Return the users that a message notifies, and whether it notifies everyone (reference, "Allowed Mentions")."""
    rules = shown.allowed_mentions
    named = [int(found) for found in re.findall(r"<@!?(\d+)>", shown.content)]
    allowed = [number for number in named if _may_ping(rules, number) and number in world.users]
    if replied_to is not None and (rules is None or rules.get("replied_user", False)):
        allowed.append(replied_to.author.id)
    everyone = re.search(r"@(everyone|here)\b", shown.content) is not None and _may_parse(
        rules, "everyone"
    )
    return tuple(world.users[number] for number in dict.fromkeys(allowed)), everyone


def _may_parse(rules: Json | None, kind: str) -> bool:
    return rules is None or kind in (rules.get("parse") or ())


def _may_ping(rules: Json | None, user_id: int) -> bool:
    return _may_parse(rules, "users") or (
        rules is not None and str(user_id) in (rules.get("users") or ())
    )
