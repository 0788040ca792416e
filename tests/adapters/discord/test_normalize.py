"""Tests that pure functions convert Discord's objects to Pipit's, and commands to Discord's."""

from __future__ import annotations

import time
from typing import Any

import discord
import pytest

from adapters.discord.commands import render_commands, same_commands
from adapters.discord.normalize import action_of, normalize_message, readable
from engine.attachments import Attachment
from engine.contract import Action, CommandInfo, Inbound
from tests.servers import discord_payloads as payloads
from tests.servers.discord_world import DM, PUBLIC_THREAD, TEXT, Json, Revision, User, World

BOT = 1


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<@1> hello", "hello"),
        ("<@!1>, hello", "hello"),
        ("<@1>: hello", "hello"),
        ("hello <@1>!", "hello!"),
        ("hey <@1> what is it", "hey what is it"),
        ("<@1>\n\nfirst\nsecond", "first\nsecond"),
        ("ask <@7> or <@8>", "ask @Bob or <@8>"),
        ("fine <:yes:123> <a:go:456>", "fine :yes: :go:"),
        ("a <@12> b", "a <@12> b"),
        ("<@1>", ""),
        (", no mention", ", no mention"),
        ("  spaced  ", "spaced"),
    ],
)
def test_the_own_mention_is_taken_out_and_names_are_written_out(content: str, text: str) -> None:
    assert readable(content, BOT, {7: "Bob", 1: "Pipit"}) == text


def test_a_name_that_looks_like_a_pattern_is_taken_as_it_is() -> None:
    assert readable("<@7>", BOT, {7: r"\1 (.*)"}) == r"@\1 (.*)"


class Seen:
    """A builder of the library's message objects from a server's payloads."""

    def __init__(self) -> None:
        self.world = World(time.time, "Pipit")
        self.ada = self.world.add_user("Ada")
        self.guild = self.world.add_guild("Home", self.ada, joined=True)
        self.text = self.world.add_channel(TEXT, name="general", guild_id=self.guild.id)
        self.client = discord.Client(intents=discord.Intents.none())

    def message(
        self,
        place: Any,
        content: str,
        author: User | None = None,
        change: Json | None = None,
        **facts: Any,
    ) -> Any:
        shown = Revision(self.world.clock(), content)
        said = self.world.add_message(place, author or self.ada, shown, **facts)
        data: Any = {
            **payloads.message_event(self.world, said, "", privileged=True),
            **(change or {}),
        }
        state = self.client._connection
        channel, _ = state._get_guild_channel(data)
        return discord.Message(state=state, channel=channel, data=data)  # type: ignore[arg-type]

    def inbound(self, *arguments: Any, edited: bool = False, **facts: Any) -> Inbound | None:
        return normalize_message(
            self.message(*arguments, **facts), self.world.bot.id, edited=edited
        )


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_a_dm_is_direct_and_a_channel_is_not(seen: Seen) -> None:
    dm = seen.world.add_channel(DM, recipients=(seen.ada,))
    thread = seen.world.add_channel(PUBLIC_THREAD, guild_id=seen.guild.id, parent_id=seen.text.id)
    assert [getattr(seen.inbound(place, "x"), "direct", None) for place in (dm, seen.text, thread)] == [
        True, False, False,
    ]  # fmt: skip


def test_a_mention_and_a_reply_to_the_bot_are_addressed(seen: Seen) -> None:
    mentioned = seen.inbound(seen.text, "x", mentions=(seen.world.bot,))
    answer = seen.world.add_message(
        seen.text, seen.world.bot, Revision(seen.world.clock(), "the answer")
    )
    replied = seen.inbound(seen.text, "why", reply_to=answer.id)
    plain = seen.inbound(seen.text, "x")
    assert [one and one.addressed for one in (mentioned, replied, plain)] == [True, True, False]
    assert replied is not None
    assert replied.quoted == "the answer"


def test_a_reply_to_a_message_that_is_gone_quotes_nothing(seen: Seen) -> None:
    replied = seen.inbound(seen.text, "why", reply_to=12345)
    assert replied is not None
    assert (replied.quoted, replied.addressed) == ("", False)


def test_bots_webhooks_service_messages_and_unreadable_ones_are_left_out(seen: Seen) -> None:
    assert seen.inbound(seen.text, "x", seen.world.add_user("Other", bot=True)) is None
    assert seen.inbound(seen.text, "x", change={"webhook_id": "5"}) is None
    assert seen.inbound(seen.text, "x", change={"type": 7}) is None
    assert seen.inbound(seen.text, "") is None


def test_a_bare_mention_is_a_message_without_text(seen: Seen) -> None:
    said = seen.inbound(seen.text, f"<@{seen.world.bot.id}>", mentions=(seen.world.bot,))
    assert said is not None
    assert (said.text, said.addressed) == ("", True)


def forwarded(seen: Seen, content: str, *attachments: Any) -> Inbound | None:
    """Return the `Inbound` of a DM that forwards another message."""
    snapshot = {
        "message": {
            "content": content,
            "timestamp": payloads.timestamp(0.0),
            "edited_timestamp": None,
            "attachments": attachments,
            "embeds": [],
            "components": [],
            "mentions": [],
            "mention_roles": [],
            "flags": 0,
            "type": 0,
        }
    }
    dm = seen.world.add_channel(DM, recipients=(seen.ada,))
    return seen.inbound(dm, "", change={"message_snapshots": [snapshot]})


def test_a_forwarded_text_is_quoted(seen: Seen) -> None:
    said = forwarded(seen, "look at this")
    assert said is not None
    assert said.quoted == "look at this"


def test_a_forwarded_file_is_a_file_of_the_message(seen: Seen) -> None:
    url = "http://127.0.0.1:9/plan.pdf"
    plan = {
        "id": "5",
        "filename": "plan.pdf",
        "content_type": "application/pdf",
        "size": 9,
        "url": url,
        "proxy_url": url,
    }
    said = forwarded(seen, "", plan)
    assert said is not None
    dm, message = said.key.chat_id, said.message_id
    ref = f"file/{dm}/{message}/5"
    assert said.attachments == (Attachment("plan.pdf", "application/pdf", 9, ref, link=url),)


def test_times_are_unix_seconds_and_an_edit_has_its_own(seen: Seen) -> None:
    now = time.time()
    plain = seen.inbound(seen.text, "x")
    edited = seen.inbound(
        seen.text, "x", change={"edited_timestamp": payloads.timestamp(now + 60)}, edited=True
    )
    assert plain is not None
    assert edited is not None
    assert plain.sent_at == pytest.approx(now, abs=5)
    assert (edited.edited, edited.sent_at) == (True, pytest.approx(now + 60, abs=1e-3))


def test_only_our_own_buttons_have_an_action() -> None:
    assert [action_of(text) for text in ("pipit:stop", "pipit:retry", "pipit:fly", "other:stop", "")] == [
        Action.STOP, Action.RETRY, None, None, None,
    ]  # fmt: skip
    assert action_of("pipit:approve:17-0") is Action.APPROVE


# Commands

TABLE = (
    CommandInfo("help", {"en": "What I can do", "es": "Qué hago", "zh": "帮助", "eo": "Helpo"}),
    CommandInfo("model", {"en": "d" * 150}, "Name of it", {"en": "its name", "de": "sein Name"}),
)


def test_descriptions_are_localised_where_discord_knows_the_language_and_cut_to_fit() -> None:
    helping, model = render_commands(TABLE)
    assert helping["description_localizations"] == {
        "es-ES": "Qué hago",
        "es-419": "Qué hago",
        "zh-CN": "帮助",
    }
    assert len(model["description"]) == 100
    (option,) = model["options"]
    assert (option["type"], option["name"], option["required"]) == (3, "name_of_it", False)
    assert (option["description"], option["description_localizations"]) == (
        "its name",
        {"de": "sein Name"},
    )


def test_what_discord_adds_to_a_definition_does_not_make_it_another_one() -> None:
    wanted = render_commands(TABLE)
    registered = [
        {
            **one,
            "id": "1",
            "version": "2",
            "application_id": "3",
            "nsfw": False,
            "dm_permission": True,
        }
        for one in reversed(wanted)
    ]
    registered[-1].pop("options")
    assert same_commands(wanted, registered)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Other"},
        {"contexts": [0]},
        {"description_localizations": None},
        {"name": "hilfe"},
        {"options": []},
    ],
)
def test_any_change_of_a_definition_is_seen(change: dict[str, Any]) -> None:
    wanted = render_commands(TABLE)
    assert not same_commands(wanted, [{**one, **change} for one in wanted])
    assert not same_commands(wanted, wanted[:1])


def test_blanks_before_a_mention_cost_time_in_proportion_to_their_number() -> None:
    def seconds(blanks: int) -> float:
        begun = time.process_time()
        readable(" \t" * blanks + "x", 1, {})
        return time.process_time() - begun

    assert seconds(200_000) < 1.0  # if each blank were examined again, this would take hours


def test_a_mention_takes_the_blanks_before_it_along() -> None:
    assert readable("well  <@1>, ok <@!1> done", 1, {}) == "well, ok done"
    assert readable(" <@1>: now", 1, {}) == "now"
    assert readable("<@" + "9" * 5000 + ">", 1, {9: "a"}) == "<@" + "9" * 5000 + ">"


def test_a_forward_is_known_as_one_and_one_that_shows_nothing_too(seen: Seen) -> None:
    said, hidden = forwarded(seen, "look at this"), forwarded(seen, "")
    assert said is not None
    assert (said.text, said.quoted, said.forwarded, said.unseen) == (
        "",
        "look at this",
        True,
        False,
    )
    assert hidden is None


def test_a_reply_names_the_author_of_what_it_quotes_and_brings_the_files_along(seen: Seen) -> None:
    url = "http://127.0.0.1:9/plan.pdf"
    bob = seen.world.add_user("Bob")
    asked = seen.message(seen.text, "the plan", bob)
    told = {
        "id": str(asked.id),
        "channel_id": str(seen.text.id),
        "content": "the plan",
        "author": {"id": str(bob.id), "username": "Bob", "discriminator": "0", "avatar": None},
        "attachments": [
            {
                "id": "5",
                "filename": "plan.pdf",
                "content_type": "application/pdf",
                "size": 9,
                "url": url,
                "proxy_url": url,
            }
        ],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "timestamp": payloads.timestamp(0.0),
        "edited_timestamp": None,
        "type": 0,
    }
    replied = seen.inbound(
        seen.text, "when?", reply_to=asked.id, change={"referenced_message": told}
    )
    assert replied is not None
    assert (replied.quoted, replied.quoted_from, replied.quoted_own) == ("the plan", "Bob", False)
    assert [file.name for file in replied.attachments] == ["plan.pdf"]
    bare = {**told, "content": "", "attachments": []}
    hidden = seen.inbound(
        seen.text, "when?", reply_to=asked.id, change={"referenced_message": bare}
    )
    assert hidden is not None
    assert (hidden.quoted, hidden.unseen) == ("", True)
    embed = {"type": "rich", "title": "Menu", "description": "Soup on Monday"}
    shown = seen.inbound(
        seen.text,
        "when?",
        reply_to=asked.id,
        change={"referenced_message": {**bare, "embeds": [embed]}},
    )
    assert shown is not None
    assert shown.quoted == "Menu\nSoup on Monday"


def test_the_bots_own_role_is_a_mention_of_the_bot(seen: Seen) -> None:
    said = seen.message(seen.text, "<@&77> what is a heron? <@&78>")
    own, other = (
        discord.Role(
            guild=said.guild or object(),  # type: ignore[arg-type]  # only the guild's id is used
            state=said._state,
            data={"id": number, "name": "r", "permissions": "0", "tags": {"bot_id": bot}},  # type: ignore[typeddict-item]
        )
        for number, bot in (("77", str(seen.world.bot.id)), ("78", "5"))
    )
    said.role_mentions = [other]
    unaddressed = normalize_message(said, seen.world.bot.id)
    assert unaddressed is not None
    assert not unaddressed.addressed
    said.role_mentions = [own, other]
    asked = normalize_message(said, seen.world.bot.id)
    assert asked is not None
    assert (asked.text, asked.addressed) == ("what is a heron? <@&78>", True)


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh-CN"), ("en-US", "")])
def test_a_message_in_a_server_has_the_language_that_the_server_has_chosen(
    seen: Seen, locale: str, language: str
) -> None:
    chosen: Any = {**payloads.guild(seen.world, seen.guild), "preferred_locale": locale}
    seen.client._connection._add_guild_from_data(chosen)
    inbound = seen.inbound(seen.text, "<@1> hello", mentions=(seen.world.bot,))
    assert inbound is not None
    assert inbound.author.language == language
