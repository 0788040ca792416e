"""Tests of the table of commands: which texts are commands, and what each does in a chat."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from adapters.markup import render_telegram
from engine.access import AccessSettings
from engine.answering.answer import AnswerSettings
from engine.answering.prompt import CONTINUE
from engine.attachments import Attachment
from engine.commands.table import COMMANDS, PERSONA_CHARACTERS, command_infos
from engine.contract import Action, Author, ChatMessage, Delta, Finish, Inbound, Usage
from engine.turns.job import parse
from engine.wording import LANGUAGES, words_in
from tests.rigs.engine_rig import ADA, ANN, BOB, DAY, DM, GROUP, a_house, full_disk
from tests.rigs.fakes import FakeClock
from tests.rigs.memory_rig import FakeEmbedder

EN, DE, AR = words_in("en"), words_in("de"), words_in("ar")
HANS = Author("5", "Hans", "de-AT")
AMAL = Author("6", "Amal", "ar")
KLAA = Author("7", "Klaa", "tlh")


# --- which texts are commands ---


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/help", "help", ""),
        ("/help@PipitBot", "help", ""),
        ("/ask@PipitBot why?", "ask", "why?"),
        ("/HELP", "help", ""),
        ("/Model  Big/One ", "model", "Big/One"),
        ("/ask\nfirst line\nsecond line", "ask", "first line\nsecond line"),
        ("/persona a poet\nwho rhymes", "persona", "a poet\nwho rhymes"),
        ("/new\t", "new", ""),
        ("/ask what is /etc/hosts?", "ask", "what is /etc/hosts?"),
        ("/no_such_thing at all", "no_such_thing", "at all"),
        ("\u2068/retry\u2069", "retry", ""),
        ("\u2068/forget yes\u2069", "forget", "yes"),
        ("/persona off\u200f\n", "persona", "off"),
        ("\u200f/language de", "language", "de"),
    ],
)
def test_a_command_is_split_into_name_and_argument(text: str, name: str, argument: str) -> None:
    assert parse(text) == (name, argument)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "help",
        "what does /help do?",
        "/etc/hosts",
        "/etc/hosts is a file",
        "//help",
        "/ help",
        "/help!",
        "/r2d2 is a robot",
        "/помощь",
        "/@PipitBot",
        "/" + "x" * 33,
        "1/2",
        "\n/help",
    ],
)
def test_what_only_looks_like_a_command_is_none(text: str) -> None:
    assert parse(text) is None


async def test_a_path_is_a_question(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["It maps names to addresses."]) as house:
        await house.ask("/etc/hosts")
        assert house.chat().texts == ["It maps names to addresses."]


async def test_an_unknown_command_is_said_and_asks_no_model(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/Frobnicate now")
        assert house.chat().texts == [EN.unknown_command.format(command="/frobnicate")]
        assert house.model.prompts == []


def test_the_menu_names_every_command_in_every_language() -> None:
    infos = command_infos()
    assert [info.name for info in infos] == list(COMMANDS)
    for info in infos:
        assert set(info.descriptions) == set(LANGUAGES)
        assert set(info.hints) == (set(LANGUAGES) if info.argument else set())


# --- the language of a reply ---

# The commands that /help lists if no service draws or speaks.
FOR_ALL = [
    name
    for name, command in COMMANDS.items()
    if not command.for_admins and name not in ("voice", "draw")
]
IN_PRIVATE = [name for name in FOR_ALL if name not in ("ask", "listen")]


async def test_help_lists_each_useful_command_in_the_language_of_who_asks(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        for key, author, words, names in ((DM, ANN, EN, IN_PRIVATE), (GROUP, HANS, DE, FOR_ALL)):
            await house.ask("/help", key=key, author=author)
            head, *rows = "\n".join(house.chat(key).texts).split("\n")
            assert head == words.help_head
            assert rows == [f"/{name} - {getattr(words, 'help_' + name)}" for name in names]


async def test_help_in_arabic_isolates_each_command(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/help", author=AMAL)
        rows = "\n".join(house.chat().texts).split("\n")[1:]
        assert rows == [
            f"\u2068/{name}\u2069 - {getattr(AR, 'help_' + name)}" for name in IN_PRIVATE
        ]


async def test_a_language_that_is_not_spoken_is_answered_in_english(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/start", author=KLAA)
        assert house.chat().texts == [EN.start]


async def test_everybody_in_a_group_is_answered_in_their_own_language(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/start", key=GROUP, author=HANS)
        await house.ask("/start", key=GROUP, author=AMAL)
        assert house.chat(GROUP).texts == [DE.start, AR.start]


async def test_a_chosen_language_is_spoken_to_everybody_and_after_a_restart(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/language Español", key=GROUP)
        es = words_in("es")
        assert house.last(GROUP) == es.language_set.format(language="Español")
        await house.ask("/start", key=GROUP, author=HANS)
        assert house.last(GROUP) == es.start
        await house.ask("/start", author=HANS)
        assert house.last() == DE.start, "another chat has not chosen"
    async with a_house(tmp_path) as again:
        await again.ask("/start", key=GROUP, message_id="later")
        assert again.last(GROUP) == es.start


async def test_buttons_speak_the_chosen_language(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one", Delta(finish=Finish.LENGTH)]) as house:
        await house.ask("/language de")
        await house.ask("hi")
        assert house.last() == "one\n\n" + DE.cut_length
        assert [button.label for button in house.chat().messages["m2"].buttons] == [
            DE.resume,
            DE.retry,
        ]


async def test_the_chosen_language_is_the_language_of_a_question_without_letters(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["4", "5"]) as house:
        await house.ask("2+2=")
        await house.ask("/language fa")
        await house.ask("2+3=")
        first, second = (prompt[0].content for prompt in house.model.prompts)
        assert "The language of the question is English." in first
        assert "The language of the question is فارسی." in second


async def test_language_alone_names_the_one_spoken_and_all_there_are(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/language", author=HANS)
        listed = ", ".join(f"{code} ({words.language})" for code, words in LANGUAGES.items())
        shown = " ".join(house.chat().texts)
        assert shown == DE.language_now.format(language="Deutsch", languages=listed)


async def test_a_language_that_there_is_not_changes_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/language Klingon")
        shown = " ".join(house.chat().texts)
        assert shown == EN.language_unknown.format(languages=shown.partition(": ")[2])
        assert (await house.sessions.get(DM)).language == ""


async def test_a_refusal_speaks_the_chosen_language_too(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/language de")

        house.ledger.put(accept=full_disk)
        await house.ask("hi")
        assert house.last() == DE.cannot_save


# --- questions by command ---


async def test_ask_asks_without_its_name(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["Because."]) as house:
        await house.ask("/ask@PipitBot why?", key=GROUP)
        assert house.model.prompts[0][-1] == ChatMessage("user", "Ann: why?")
        assert [turn.prompt for turn in (await house.sessions.get(GROUP)).turns] == ["why?"]


async def test_ask_without_a_question_says_hello(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/ask")
        assert house.chat().texts == [EN.start]
        assert house.model.prompts == []


async def test_retry_without_an_answer_says_so(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/retry")
        assert house.chat().texts == [EN.nothing_to_retry]


async def test_continue_without_an_answer_says_so(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["  "]) as house:
        await house.ask("/continue")
        await house.ask("hi")
        await house.ask("/continue")
        assert house.chat().texts == [
            EN.nothing_to_continue,
            EN.empty_answer,
            EN.nothing_to_continue,
        ]


CUT_SHORT = ["The first half", Delta(finish=Finish.LENGTH)]
AGAIN = [("user", "hi"), ("assistant", "The first half"), ("user", CONTINUE)]


async def test_a_pressed_retry_under_a_continuation_goes_on_from_the_same_place_again(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, CUT_SHORT, ["a bad end"], ["a good end"]) as house:
        await house.ask("hi")
        await house.press(Action.CONTINUE, "m1")
        await house.rest()
        await house.press(Action.RETRY, "m2")
        await house.rest()
        assert [(m.role, m.content) for m in house.model.prompts[2][1:]] == AGAIN
        assert house.chat().texts[1:] == ["a good end"]
        assert [turn.answer for turn in (await house.sessions.get(DM)).turns] == [
            "The first half",
            "a good end",
        ]


async def test_the_retry_command_after_a_continuation_goes_on_from_the_same_place_again(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, CUT_SHORT, ["a bad end"], ["a good end"]) as house:
        await house.ask("hi")
        await house.ask("/continue@PipitBot")
        await house.ask("/retry")
        assert [(m.role, m.content) for m in house.model.prompts[2][1:]] == AGAIN
        assert [turn.answer for turn in (await house.sessions.get(DM)).turns] == [
            "The first half",
            "a good end",
        ]


async def test_a_continuation_can_be_continued(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, CUT_SHORT, ["the second", Delta(finish=Finish.LENGTH)], ["the end"]
    ) as house:
        await house.ask("hi")
        await house.ask("/continue")
        await house.ask("/continue")
        said = [(m.role, m.content) for m in house.model.prompts[2][1:]]
        assert said[:2] == AGAIN[:2]
        assert said[-2:] == [("assistant", "the second"), ("user", CONTINUE)]


@pytest.mark.parametrize("command", ["/retry", "/continue"])
async def test_in_a_group_only_who_asked_or_an_admin_may_have_an_answer_again(
    tmp_path: Path, command: str
) -> None:
    people = AccessSettings(admins=frozenset({"9"}))
    async with a_house(tmp_path, ["one"], ["two"], access=people) as house:
        await house.ask("hi", key=GROUP)
        await house.ask(command, key=GROUP, author=BOB)
        assert house.last(GROUP) == EN.only_author
        assert [turn.answer for turn in (await house.sessions.get(GROUP)).turns] == ["one"]
        await house.ask(command, key=GROUP, author=ADA)
        assert house.last(GROUP) == "two"


# --- the conversation ---


async def test_new_takes_earlier_turns_out_of_the_prompt_and_keeps_the_choices(
    tmp_path: Path,
) -> None:
    async with a_house(tmp_path, ["first answer"], ["second answer"], ["third answer"]) as house:
        await house.ask("/persona a pirate")
        await house.ask("one")
        await house.ask("/new")
        assert house.last() == EN.fresh
        await house.ask("two")
        assert [m.content for m in house.model.prompts[1][1:]] == ["two"]
        assert "a pirate" in house.model.prompts[1][0].content
    async with a_house(tmp_path, ["third answer"]) as again:
        await again.ask("three", message_id="later")
        assert [m.content for m in again.model.prompts[0][1:]] == ["two", "second answer", "three"]


async def test_an_earlier_conversation_is_listed_and_goes_on_where_it_ended(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["first"], ["second"], ["third"]) as house:
        await house.ask("/chats")
        assert house.last() == EN.chats_none
        await house.ask("the *lighthouse*\nof Alexandria")
        await house.ask("/new")
        await house.ask("two")
        await house.ask("/chats")
        head, newer, older = house.last().split("\n")
        assert (head, newer[:3], newer[-3:]) == (EN.chats_head, "▸ #", "two")
        assert older.startswith("#1 ")
        assert older.endswith("of Alexandria")
        await house.ask("/chats 99")
        assert house.last() == EN.chats_unknown
        await house.ask("/chats #1")
        assert house.last() == EN.chats_back
        await house.ask("three")
        sent = [m.content for m in house.model.prompts[2][1:]]
        assert sent == ["the *lighthouse*\nof Alexandria", "first", "three"]


async def test_new_in_one_chat_leaves_the_others_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["a"], ["b"], ["c"]) as house:
        await house.ask("one")
        await house.ask("/new", key=GROUP)
        await house.ask("two")
        assert [m.content for m in house.model.prompts[1][1:]] == ["one", "a", "two"]


async def test_new_waits_for_the_answer_before_it(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with a_house(tmp_path, [gate, "late"], ["fresh"]) as house:
        await house.say("one")
        await house.say("/new")
        await house.settle()
        assert EN.fresh not in house.chat().texts
        gate.set()
        await house.rest()
        assert house.chat().texts == ["late", EN.fresh]
        assert (await house.sessions.get(DM)).turns == []


async def test_stop_without_an_answer_under_way_says_so(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/stop")
        assert house.chat().texts == [EN.nothing_to_stop]


async def test_in_a_group_only_who_asked_or_an_admin_may_stop(tmp_path: Path) -> None:
    people = AccessSettings(admins=frozenset({"fake:9"}))
    async with a_house(
        tmp_path, ["Once upon a time there was", asyncio.Event()], access=people
    ) as house:
        await house.say("a story", key=GROUP)
        await house.advance(1)
        await house.say("/stop", key=GROUP, author=BOB)
        await house.advance(1)
        assert house.last(GROUP) == EN.only_author
        assert house.model.open == 1
        await house.ask("/stop@PipitBot", key=GROUP, author=ADA)
        assert house.chat(GROUP).texts[0].endswith(EN.cut_stopped)


# --- choices ---


async def test_model_alone_names_the_one_in_use_and_all_there_are(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/model")
        await house.ask("/model other")
        await house.ask("/model")
        said = [words for words in house.chat().texts if "main, other" in words]
        assert said == [
            EN.model_now.format(model=model, models="main, other") for model in ("main", "other")
        ]


async def test_a_chosen_model_answers_this_chat_only_and_after_a_restart(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/model other")
        assert house.last() == EN.model_set.format(model="other")
        await house.ask("hi")
        await house.ask("hi", key=GROUP)
        assert house.model.models == ["other", ""]
    async with a_house(tmp_path) as again:
        await again.ask("hi again", message_id="later")
        assert again.model.models == ["other"]


async def test_a_model_that_there_is_not_changes_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/model Other")
        assert house.last() == EN.model_unknown.format(model="Other", models="main, other")
        await house.ask("hi")
        assert house.model.models == [""]


async def test_a_model_copied_from_an_arabic_text_is_found(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/model \u2068other\u2069")
        assert (await house.sessions.get(DM)).model == "other"


async def test_a_persona_is_told_to_the_model_until_it_is_taken_off(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/persona")
        await house.ask("/persona a pirate")
        await house.ask("/persona")
        await house.ask("hi")
        await house.ask("/persona OFF")
        await house.ask("hi")
        assert [("a pirate" in prompt[0].content) for prompt in house.model.prompts] == [
            True,
            False,
        ]
        assert house.chat().texts[:3] == [
            EN.persona_none,
            EN.persona_set,
            EN.persona_now.format(persona="a pirate"),
        ]
        assert house.chat().texts[4] == EN.persona_cleared


async def test_a_persona_in_braces_is_shown_as_it_is(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/persona {most} {0}")
        await house.ask("/persona")
        assert house.last() == EN.persona_now.format(persona="{most} {0}")


async def test_a_table_in_a_command_comes_back_as_words_and_short(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        table = "|a|b|\n|-|-|\n" + "|x\n" * 900
        await house.ask(f"/model {table}")
        assert render_telegram(house.last())[0].startswith("I do not have |a|b| |-|-| |x |x")
        assert len(house.last()) < 400
        await house.ask("/persona **loud** and\n- brief")
        await house.ask("/persona")
        assert render_telegram(house.last())[0].startswith(
            "My role in this chat: **loud** and - brief"
        )


async def test_a_persona_has_a_longest_length(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/persona " + "x" * PERSONA_CHARACTERS)
        assert house.last() == EN.persona_set
        await house.ask("/persona " + "y" * (PERSONA_CHARACTERS + 1))
        assert house.last() == EN.persona_long.format(most=PERSONA_CHARACTERS)
        assert (await house.sessions.get(DM)).persona == "x" * PERSONA_CHARACTERS


# --- figures ---


def figures(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


async def test_stats_count_answers_and_tokens_of_this_chat_today_and_in_all(tmp_path: Path) -> None:
    clock = FakeClock()
    scripts = [
        [word, Delta(finish=Finish.STOP, usage=Usage(7, 3))] for word in ("one", "two", "three")
    ]
    async with a_house(tmp_path, *scripts, clock=clock) as house:
        await house.ask("hi")
        await clock.advance(DAY)
        await house.ask("ho")
        await house.ask("elsewhere", key=GROUP)
        await house.ask("/stats")
        assert figures(house.last())[:6] == [1, 2, 10, 20, 0, 0]


async def test_stats_count_what_is_at_work_and_what_waits_in_all_chats(tmp_path: Path) -> None:
    async with a_house(tmp_path, [asyncio.Event()], max_workers=1) as house:
        await house.say("one")
        await house.say("two", key=GROUP)
        await house.settle()
        await house.say("/stats", author=HANS)
        await house.advance(1)
        (shown,) = [
            text for text in house.chat().texts if text.startswith(DE.stats.partition(":")[0])
        ]
        assert figures(shown)[4:6] == [1, 1]


async def test_stats_can_be_asked_before_anything_else(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/stats")
        assert figures(house.last())[:6] == [0] * 6
        assert 0 <= figures(house.last())[6] <= 100


async def test_stats_of_a_broken_disk_are_refused_with_a_clear_word(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        house.conversations.put(usage=full_disk)
        await house.ask("/stats")
        assert house.chat().texts == [EN.cannot_save]


# --- permissions ---


async def test_a_group_command_to_nobody_in_particular_is_left_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/help", key=GROUP, addressed=False)
        assert house.chat(GROUP).texts == []


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_stranger_gets_no_command_but_the_number_that_lets_them_in(
    tmp_path: Path, name: str
) -> None:
    async with a_house(tmp_path, access=AccessSettings(allowed=frozenset({"2"}))) as house:
        await house.ask(f"/{name}")
        assert house.chat().texts == [EN.not_allowed.format(user_id="1")]


async def test_commands_answer_at_once_while_a_question_is_answered(tmp_path: Path) -> None:
    async with a_house(
        tmp_path, [asyncio.Event()], answers=AnswerSettings(timeout_seconds=60.0)
    ) as house:
        await house.say("a long one")
        await house.settle()
        await house.say("/help")
        await house.advance(2)
        assert house.chat().texts[0].startswith(EN.help_head)
        assert house.model.open == 1


async def test_a_command_in_an_answers_place_has_no_buttons(tmp_path: Path) -> None:
    async with a_house(tmp_path) as house:
        await house.ask("/model")
        assert house.buttons() == []


async def test_a_pressed_button_speaks_the_language_of_who_presses(tmp_path: Path) -> None:
    async with a_house(tmp_path, ["one"]) as house:
        await house.ask("hi", key=GROUP)
        assert await house.press(Action.RETRY, "m1", key=GROUP, author=HANS) == DE.only_author


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("/ask what do pipits weigh?", "18 grams."),
        ("/ask", EN.file_kept.format(name="birds.md")),
        ("/new", EN.fresh),
    ],
)
async def test_a_file_that_comes_with_ask_is_read_and_with_another_command_is_not(
    tmp_path: Path, caption: str, said: str
) -> None:
    async with a_house(tmp_path, ["18 grams."], embedder=FakeEmbedder()) as house:
        sink = house.sink(GROUP)
        sink.attachments["ref"] = b"# Birds\nPipits weigh 18 grams"
        file = Attachment("birds.md", "text/markdown", 29, "ref")
        inbound = Inbound(
            GROUP, "f", ANN, caption, direct=False, addressed=True, sent_at=0, attachments=(file,)
        )
        await house.engine.submit(inbound, sink)
        await house.rest()
        assert house.chat(GROUP).texts == [said]
        asked = [message.content for prompt in house.model.prompts for message in prompt]
        assert any("| Pipits weigh 18 grams" in content for content in asked) is (
            said == "18 grams."
        )
        await house.ask("/documents", key=GROUP)
        assert ("birds.md" in house.last(GROUP)) is (caption != "/new")


@pytest.mark.parametrize(
    "number", ["remove 1", "Remove\u00a01", "remove\n#1", "remove\u2069 \u20681"]
)
async def test_what_is_to_be_removed_may_stand_behind_any_space_and_marks_of_direction(
    tmp_path: Path, number: str
) -> None:
    async with a_house(tmp_path, embedder=FakeEmbedder()) as house:
        await house.ask("my cat is grey")
        await house.ask(f"/memory {number}")
        assert house.last() == EN.memory_removed.format(number=1)
        await house.ask(f"/documents {number}")
        assert house.last() == EN.document_unknown
