"""The commands and the functions that carry them out, in one table."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from engine.answering.plan import Plan
from engine.answering.prompt import Question
from engine.commands.call import (
    PICTURE,
    Answer,
    Call,
    Command,
    Whisper,
    Wish,
    plan_question,
    turns_before,
)
from engine.commands.listen import listen
from engine.commands.news import broadcast, news
from engine.commands.people import people
from engine.commands.settings import set_setting
from engine.commands.usage import usage
from engine.contract import Author, CommandInfo, Inbound, Turn
from engine.kept import Conversation
from engine.media.speaking import ON
from engine.memory.recall.recollections import Recollection
from engine.text import literal
from engine.turns.job import UNSEEN, EndReason, parse
from engine.wording import LANGUAGES, find_language, words_in
from engine.wording.access import access_words
from engine.wording.typed import number_in, removal, says_off, says_on, wish_to_find
from engine.zones import find_zone, local_time

log = logging.getLogger(__name__)
PERSONA_CHARACTERS = 500
# The limits of the list of /chats.
MOST_CHATS, TITLE_CHARACTERS = 20, 60
# The limit on the name of an unknown zone in the notice to the person who wrote it.
ZONE_CHARACTERS = 40
# The limit on the name of an unknown model in the notice to the person who wrote it.
MODEL_CHARACTERS = 100


def _log_change(call: Call, what: str) -> None:
    """Log which user changes a setting of the whole chat. The new value stays out of the log."""
    log.info("%s: user %s changes the %s", call.session.key, call.inbound.author.user_id, what)


async def _start(call: Call) -> Answer:
    return call.words.start


async def _help(call: Call) -> Answer:
    admin = call.services.access.admin(call.inbound.key, call.inbound.author)
    rows = (
        call.words.help_row.format(name=name, about=getattr(call.words, "help_" + name))
        for name, command in COMMANDS.items()
        if (admin or not command.for_admins) and _useful(name, call)
    )
    return "\n".join([call.words.help_head, *rows])


def _useful(name: str, call: Call) -> bool:
    """Return whether a command can do something in this chat, with this bot's settings."""
    if name in ("ask", "listen"):
        return not call.inbound.direct
    if name in ("news", "broadcast"):
        return call.services.broadcasts.reaches(call.session.key)
    return name not in ("draw", "voice") or name in call.services.served


async def _ask(call: Call) -> Answer:
    if not (call.argument or call.inbound.quoted):
        return call.words.start
    asked = replace(call.inbound, text=call.argument)
    return replace(plan_question(asked, call.session), by_itself=True)


async def _new(call: Call) -> Answer:
    _log_change(call, "conversation")
    await call.services.sessions.begin_anew(call.session)
    return call.words.fresh


async def _chats(call: Call) -> Answer:
    """List the chat's conversations, or go back to the conversation of a turn."""
    words, sessions = call.words, call.services.sessions
    if call.argument.strip(UNSEEN):
        if not await sessions.resume(call.session, number_in(call.argument)):
            return words.chats_unknown
        _log_change(call, "conversation")
        return words.chats_back
    found = await sessions.earlier(call.session, MOST_CHATS)
    if not found:
        return words.chats_none
    zone = call.services.zones.of(call.session.time_zone)
    return "\n".join([words.chats_head, *(_chat_row(one, zone) for one in found)])


def _chat_row(one: Conversation, zone: tzinfo | None) -> str:
    when = local_time(one.at, zone).strftime("%Y-%m-%d %H:%M")
    title = literal(" ".join(one.title.split()), TITLE_CHARACTERS)
    return f"{'▸ ' if one.running else ''}#{one.turn_id} {when} {title}"


async def _stop(call: Call) -> Answer:
    job = call.services.jobs.current(call.session.key)
    if job is None:
        return await _stop_elsewhere(call)
    if not call.services.access.may_touch(
        call.inbound.key, job.inbound.author, by=call.inbound.author
    ):
        return call.words.only_author
    job.end(EndReason.STOPPED)
    return Whisper(call.words.stopping)


async def _stop_elsewhere(call: Call) -> Answer:
    """Stop an answer that another process writes."""
    queue = call.services.queue
    entry = await queue.answering(call.session.key) if queue is not None else None
    if queue is None or entry is None:
        return call.words.nothing_to_stop
    if not call.services.access.may_touch(
        call.inbound.key, entry.inbound.author, by=call.inbound.author
    ):
        return call.words.only_author
    stops = await queue.stop(entry)
    return Whisper(call.words.stopping) if stops else call.words.nothing_to_stop


async def _retry(call: Call) -> Answer:
    if not call.session.turns:
        return call.words.nothing_to_retry
    *before, last = call.session.turns
    if not call.may_touch(last):
        return call.words.only_author
    command, argument = parse(last.prompt) or ("", "")
    if command == "draw":
        return Wish(argument, last.turn_id, _asked_again(call, last))
    if before and command == "continue":
        return _continuation(call, before, last.turn_id)
    return Plan(Question(_asked_again(call, last)), before, last.prompt, last.turn_id)


async def _continue(call: Call) -> Answer:
    turns = turns_before(call.session, call.turn_id)
    if not turns or not turns[-1].answer.strip() or _is_drawing(turns[-1]):
        return call.words.nothing_to_continue
    if not call.may_touch(turns[-1]):
        return call.words.only_author
    return _continuation(call, turns, call.turn_id)


def _is_drawing(turn: Turn) -> bool:
    """Return whether the answer of a turn is a picture."""
    last = turn.answer.rpartition("\n")[2]
    return (parse(turn.prompt) or ("",))[0] == "draw" or last.startswith(PICTURE)


async def _draw(call: Call) -> Answer:
    """Ask for a picture of the argument, or of the message that the command replies to."""
    return Wish(call.argument or call.inbound.quoted)


def _continuation(call: Call, turns: Sequence[Turn], turn_id: int) -> Plan:
    """Return a plan to continue the last of these turns. With `turn_id` 0, a new turn is made."""
    *before, last = turns
    question = Question(_asked_again(call, last), partial=last.answer)
    return Plan(question, before, "/continue", turn_id, continues=last.turn_id)


def _asked_again(call: Call, turn: Turn) -> Inbound:
    """Return a turn's question. It still belongs to its author, whoever sent the command."""
    return call.inbound.asking(turn.prompt, turn.author, turn.material)


async def _model(call: Call) -> Answer:
    person = await call.person()
    models = call.services.models_for(person)
    names, wish = ", ".join(models), call.argument.strip(UNSEEN)
    if not wish:
        now = call.services.model_of(call.session, person)
        return call.words.model_now.format(model=now, models=names)
    if wish not in models:
        return call.words.model_unknown.format(model=literal(wish, MODEL_CHARACTERS), models=names)
    _log_change(call, "model")
    await call.services.sessions.choose(call.session, model=wish)
    return call.words.model_set.format(model=wish)


async def _persona(call: Call) -> Answer:
    words, wish = call.words, call.argument
    person = await call.person()
    if call.services.access.rules(person).fixed_persona:
        return access_words(words).persona_fixed
    if not wish:
        persona = call.session.persona
        return words.persona_now.format(persona=literal(persona)) if persona else words.persona_none
    if len(wish) > PERSONA_CHARACTERS:
        return words.persona_long.format(most=PERSONA_CHARACTERS)
    off = says_off(wish, words)
    _log_change(call, "persona")
    await call.services.sessions.choose(
        call.session, persona="" if off else wish, by=call.inbound.author
    )
    return words.persona_cleared if off else words.persona_set


async def _language(call: Call) -> Answer:
    codes = ", ".join(f"{code} ({words.language})" for code, words in LANGUAGES.items())
    if not call.argument:
        return call.words.language_now.format(language=call.words.language, languages=codes)
    code = find_language(call.argument.strip(UNSEEN))
    if not code:
        return call.words.language_unknown.format(languages=codes)
    _log_change(call, "language")
    await call.services.sessions.choose(call.session, language=code)
    return words_in(code).language_set.format(language=words_in(code).language)


async def _timezone(call: Call) -> Answer:
    words, wish = call.words, call.argument.strip(UNSEEN)
    if not wish:
        return words.timezone_now.format(**_clock_of(call))
    off = says_off(wish, words)
    # `find_zone` reads the list of zones from the disk.
    name = "" if off else await asyncio.to_thread(find_zone, wish)
    if not (off or name):
        return words.timezone_unknown.format(zone=literal(wish, ZONE_CHARACTERS))
    _log_change(call, "time zone")
    await call.services.sessions.choose(call.session, time_zone=name)
    return words.timezone_set.format(**_clock_of(call))


def _clock_of(call: Call) -> dict[str, str]:
    """Return the name of the chat's time zone and the present time there."""
    zone = call.services.zones.of(call.session.time_zone)
    now = local_time(call.services.clock.time(), zone)
    return {"zone": str(zone or now.tzname()), "time": now.strftime("%Y-%m-%d %H:%M")}


async def _voice(call: Call) -> Answer:
    """Show whether answers are also spoken in this chat, or switch it on or off."""
    words = call.words
    if "voice" not in call.services.served:
        return words.speak_unset
    wish = call.argument.strip(UNSEEN)
    on, off = says_on(wish, words), says_off(wish, words)
    if on or off:
        _log_change(call, "voice")
        await call.services.sessions.choose(call.session, voice=ON if on else "")
    return words.speak_on if call.session.voice == ON else words.speak_off


async def _stats(call: Call) -> Answer:
    sessions = call.services.sessions
    queue = call.services.queue
    working, waiting = call.services.jobs.counts if queue is None else await queue.counts()
    used = await sessions.usage(call.session.key)
    looked_up = max(1, sessions.hits + sessions.misses)
    said = call.words.stats.format(
        turns_today=used.turns_today,
        tokens_today=used.tokens_today,
        turns=used.turns,
        tokens=used.tokens,
        working=working,
        waiting=waiting,
        hit_percent=round(100 * sessions.hits / looked_up),
    )
    memory = call.services.memory
    if memory is None:
        return said
    counts = memory.cache_counts
    refused = sum(counts.refused.values())
    cache = call.words.stats_cache.format(
        hits=counts.hits, asked=counts.asked, repeats=counts.repeats, refused=refused
    )
    return f"{said}\n{cache}"


def _limited_to(call: Call) -> Author | None:
    """Return the author whose data the caller may see and remove, or None for everybody's."""
    author = call.inbound.author
    return None if call.services.access.admin(call.inbound.key, author) else author


async def _memory(call: Call) -> Answer:
    words, memory = call.words, call.services.memory
    if memory is None:
        return words.memory_off
    author = _limited_to(call)
    number = removal(call.argument, words)
    if number is not None:
        if author is not None and author.anonymous:
            return words.anonymous
        if not await memory.remove_turn(call.session.key, number, author):
            return words.memory_unknown
        call.session.turns[:] = [turn for turn in call.session.turns if turn.turn_id != number]
        return words.memory_removed.format(number=number)
    wish = wish_to_find(call.argument, words)
    zone = call.services.zones.of(call.session.time_zone)
    found = (
        await memory.search(call.inbound, wish, zone)
        if wish
        else await memory.newest(call.session.key, author, zone)
    )
    return (
        "\n".join([words.memory_head, *(_memory_row(one) for one in found)])
        if found
        else words.memory_none
    )


def _memory_row(found: Recollection) -> str:
    return f"#{found.turn_id} {literal(found.for_people())}"


async def _documents(call: Call) -> Answer:
    words, memory = call.words, call.services.memory
    if memory is None:
        return words.memory_off
    author = _limited_to(call)
    number = removal(call.argument, words)
    if number is not None:
        if author is not None and author.anonymous:
            return words.anonymous
        if not await memory.remove_document(call.session.key, number, author):
            return words.document_unknown
        return words.document_removed
    kept = await memory.documents(call.session.key)
    rows = (f"#{one.document_id} {literal(one.name)}" for one in kept)
    return "\n".join([words.documents_head, *rows]) if kept else words.documents_none


async def _export(call: Call) -> Answer:
    return await call.services.own_data.export(call)


async def _forget(call: Call) -> Answer:
    return await call.services.own_data.forget(call)


COMMANDS: dict[str, Command] = {
    "start": Command(_start, immediate=True),
    "help": Command(_help, immediate=True),
    "ask": Command(_ask, argument="question", asks=True),
    "draw": Command(_draw, argument="picture", asks=True),
    "new": Command(_new),
    "chats": Command(_chats, argument="number"),
    "stop": Command(_stop, immediate=True),
    "retry": Command(_retry, asks=True),
    "continue": Command(_continue, asks=True),
    "model": Command(_model, argument="name"),
    "persona": Command(_persona, argument="text"),
    "language": Command(_language, argument="code"),
    "timezone": Command(_timezone, argument="zone"),
    "listen": Command(listen, argument="switch"),
    "voice": Command(_voice, argument="switch"),
    "memory": Command(_memory, argument="find", heavy=True),
    "documents": Command(_documents, argument="remove", heavy=True),
    "export": Command(_export, argument="text", heavy=True),
    "forget": Command(_forget, argument="yes", heavy=True),
    "stats": Command(_stats, immediate=True),
    "usage": Command(usage, immediate=True),
    "people": Command(people, argument="change", for_admins=True),
    "set": Command(set_setting, argument="name", immediate=True, for_admins=True),
    "news": Command(news, argument="switch"),
    "broadcast": Command(broadcast, argument="text", for_admins=True),
}


def command_infos() -> tuple[CommandInfo, ...]:
    """Return the commands in the form of a platform's menu."""
    return tuple(
        CommandInfo(
            name,
            {code: getattr(words, "help_" + name) for code, words in LANGUAGES.items()},
            command.argument,
            {code: getattr(words, "hint_" + name) for code, words in LANGUAGES.items()}
            if command.argument
            else {},
        )
        for name, command in COMMANDS.items()
    )
