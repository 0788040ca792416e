"""The command /people and the buttons of its cards. Admins decide who may use the bot.

An admin may write the command or tap the buttons. In both cases, the decision is stored before it
is shown. The list is shown only in private chats.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.commands.call import Answer, Call, Card
from engine.contract import Action, Author, Button, ChatKey, Press
from engine.errors import StorageFault
from engine.people import Person, Role, State, Subject
from engine.storage.people import Decision, People
from engine.text import literal
from engine.turns.job import UNSEEN
from engine.wording.access import AccessWords, access_words
from engine.zones import local_time

if TYPE_CHECKING:
    from engine.commands.call import Services
    from engine.wording import Words

log = logging.getLogger(__name__)

ACTIONS = (Action.APPROVE, Action.BLOCK, Action.PEOPLE)
PAGE, LOG_LINES, NAME_CHARACTERS, BUTTON_CHARACTERS = 4, 20, 60, 24
ICONS = {State.ASKING: "⏳", State.APPROVED: "✅", State.BLOCKED: "⛔", State.STRANGER: "·"}
GIVEN_ROLES = (Role.MEMBER, Role.GUEST, Role.CHILD)  # the operator sets admins in the settings
_TO_STATE = {"approve": State.APPROVED, "block": State.BLOCKED}


@dataclass(frozen=True)
class Shown:
    """A view for an admin: its text, its buttons, and a short notice about the tap."""

    text: str
    buttons: tuple[Button, ...] = ()
    notice: str = ""


async def people(call: Call) -> Answer:
    """Show the list, a person or the log, or decide about a person."""
    told = access_words(call.words)
    store = call.services.people
    if store is None or not _is_admin(call.services, call.inbound.key, call.inbound.author):
        return told.only_admins
    if not call.inbound.direct:
        return told.private_only
    desk = Desk(call.services, store, call.words, _name_of(call.inbound.key, call.inbound.author))
    try:
        shown = await desk.command(call.argument, call.inbound.key.platform)
    except StorageFault as error:
        log.error("%s: /people failed: %s", call.inbound.key, error)
        return call.words.data_failed
    return Card(shown.text, shown.buttons)


async def press_people(press: Press, services: Services, words: Words) -> Shown:
    """Carry out a tap on a button. If the returned view has no text, the message stays unchanged.

    Raises `StorageFault`.
    """
    told = access_words(words)
    if services.people is None or not _is_admin(services, press.key, press.author):
        return Shown("", notice=told.only_admins)
    desk = Desk(services, services.people, words, _name_of(press.key, press.author))
    return await desk.tap(press.action, press.about.split("-"))


class Desk:
    """One admin's view of the people."""

    def __init__(self, services: Services, people: People, words: Words, admin: str) -> None:
        self._services, self._people = services, people
        self._words, self._told, self._admin = words, access_words(words), admin

    async def command(self, argument: str, platform: str) -> Shown:
        """Carry out a command. `argument` is the text after /people."""
        verb, *rest = argument.strip(UNSEEN).lower().split() or [""]
        if verb in ("", "page"):
            return await self._list(_number(rest))
        if verb == "more":
            return Shown(self._told.more, (_to_list(),))
        if verb == "log":
            return await self._log(_number(rest))
        subject = _subject(rest[0], platform) if rest else None
        person = await self._named(rest[0], subject) if subject is not None else None
        if verb == "show" and person is not None:
            return await self._view(person)
        if subject is None or verb not in ("approve", "block", "role", "remove"):
            return Shown(_usage(self._told))
        if person is None:
            person = Person(subject, role=self._services.access.new_people)
        return await self._change(verb, person, rest[1:])

    async def tap(self, action: Action, about: Sequence[str]) -> Shown:
        """Carry out a tap on a button. `about` is the button's `Button.about`, split at hyphens."""
        if action is Action.PEOPLE and about[0] == "page":
            return await self._list(_number(about[1:]))
        number = about[1:2] if action is Action.PEOPLE else about[:1]
        person = await self._people.load(_number(number))
        if person is None:
            return Shown(self._told.nothing, (_to_list(),), notice=self._told.nothing)
        if action is Action.PEOPLE and about[0] == "show":
            return await self._view(person)
        if action is Action.PEOPLE:
            role = next((one for one in GIVEN_ROLES if one.value in about[3:4]), person.role)
            return await self._decide(person, State.APPROVED, role, _number(about[2:3]))
        return await self._decide(person, _TO_STATE[action.value], person.role, _number(about[1:2]))

    async def _change(self, verb: str, person: Person, rest: Sequence[str]) -> Shown:
        if verb == "remove":
            await self._people.remove(person.subject, self._admin)
            log.info("%s: removes %s", self._admin, person.subject)
            return Shown(self._told.removed.format(id=person.subject), (_to_list(),))
        role = next((one for one in GIVEN_ROLES if rest and one.value == rest[0]), None)
        if (rest and role is None) or (verb == "role" and role is None):
            return Shown(_roles(self._told))
        state = _TO_STATE.get(verb, State.APPROVED)
        return await self._decide(person, state, role or person.role)

    async def _decide(
        self, person: Person, state: State, role: Role, version: int | None = None
    ) -> Shown:
        subject, told = person.subject, self._told
        key, author = ChatKey(subject.platform, subject.subject_id), Author(subject.subject_id)
        if self._services.access.admin(key, author):
            return Shown(told.admin_fixed, (_to_list(),), notice=told.admin_fixed)
        wanted = replace(person, state=state, role=role)
        decided, won = await self._people.decide(wanted, self._admin, version=version)
        if won:
            log.info("%s: decides about %s: %s %s", self._admin, subject, state.value, role.value)
        self._services.approvals.attend()
        shown = await self._view(decided)
        name = self._state_of(decided.state)
        if not won:
            admin = await self._who(decided.decided_by)
            return replace(shown, notice=told.already.format(admin=admin, state=name))
        return replace(shown, notice=f"{ICONS[decided.state]} {name}")

    async def _list(self, page: int) -> Shown:
        found = await self._people.listed(page * PAGE, PAGE)
        if not found.people:
            return Shown(self._told.nothing)
        first = page * PAGE + 1
        head = self._told.head.format(
            first=first, last=first + len(found.people) - 1, all=found.total
        )
        buttons: list[Button] = []
        for line, person in enumerate(found.people):
            buttons += self._row(person, line)
        if page:
            buttons.append(Button(Action.PEOPLE, "‹", f"page-{page - 1}", PAGE))
        if first + len(found.people) <= found.total:
            buttons.append(Button(Action.PEOPLE, "›", f"page-{page + 1}", PAGE))
        return Shown("\n".join([head, *map(self._line, found.people)]), tuple(buttons))

    def _row(self, person: Person, line: int) -> list[Button]:
        """Return the buttons of a person in the list."""
        if person.role is Role.ADMIN:
            return []
        label = f"{ICONS[person.state]} {person.name or person.subject.subject_id}"
        row = [Button(Action.PEOPLE, label[:BUTTON_CHARACTERS], f"show-{person.number}", line)]
        return [*row, *self._decisions(person, line)]

    def _decisions(self, person: Person, line: int) -> list[Button]:
        about = f"{person.number}-{person.version}"
        buttons = []
        if person.state is not State.APPROVED:
            buttons.append(Button(Action.APPROVE, self._told.approve, about, line))
        if person.state is not State.BLOCKED:
            buttons.append(Button(Action.BLOCK, self._told.block, about, line))
        return buttons

    def _line(self, person: Person) -> str:
        name = literal(person.name, NAME_CHARACTERS) or person.subject.subject_id
        group = "👥 " if person.group else ""
        role = "" if person.group else f" · {self._role(person.role)}"
        return f"{ICONS[person.state]} {group}{name} · `{person.subject}`{role}"

    async def _view(self, person: Person) -> Shown:
        """Return the view of one person or group."""
        if person.state is State.ASKING:
            wants = self._told.wants_group if person.group else self._told.wants
            name = literal(person.name, NAME_CHARACTERS) or person.subject.subject_id
            text = wants.format(name=name, platform=person.subject.platform.capitalize())
            text = f"{text}\n`{person.subject}`"
            return Shown(text, tuple(self._decisions(person, 0)))
        lines = [self._line(person), self._state_of(person.state)]
        if person.decided_by:
            zone = self._services.zones.of("")
            when = local_time(person.decided_at, zone).strftime("%Y-%m-%d %H:%M")
            admin = literal(await self._who(person.decided_by), NAME_CHARACTERS)
            lines.append(self._told.decided.format(admin=admin, date=when))
        if person.role is Role.ADMIN:
            return Shown("\n".join(lines), (_to_list(),))
        buttons = [*self._decisions(person, 0), *self._role_buttons(person), _to_list(2)]
        return Shown("\n".join(lines), tuple(buttons))

    def _role_buttons(self, person: Person) -> list[Button]:
        if person.group or not person.allowed:
            return []
        about = f"role-{person.number}-{person.version}"
        return [
            Button(Action.PEOPLE, self._role(role), f"{about}-{role.value}", 1)
            for role in GIVEN_ROLES
            if role is not person.role
        ]

    async def _log(self, page: int) -> Shown:
        lines = await self._people.log(page * LOG_LINES, LOG_LINES)
        if not lines:
            return Shown(self._told.nothing)
        told = [await self._logged(line) for line in lines]
        return Shown("\n".join([self._told.log_head, *told]))

    async def _logged(self, line: Decision) -> str:
        when = local_time(line.at, self._services.zones.of("")).strftime("%Y-%m-%d %H:%M")
        admin, subject = await self._who(line.by), await self._who(line.subject)
        named = f"{literal(subject, NAME_CHARACTERS)} " if subject != line.subject else ""
        by = literal(admin, NAME_CHARACTERS)
        return f"{when} · {by} → {named}`{line.subject}`: {self._what(line.what)}"

    def _what(self, stored: str) -> str:
        """Return a stored decision, such as ``approved guest``, in the admin's language."""
        state, _, role = stored.partition(" ")
        if state not in (State.APPROVED.value, State.BLOCKED.value):
            return stored
        return " · ".join(
            [self._state_of(State(state)), *([self._role(Role(role))] if role else [])]
        )

    async def _who(self, name: str) -> str:
        """Return the name of an admin, or the id if no name is stored."""
        platform, _, user_id = name.partition(":")
        found = await self._people.find(Subject(platform, user_id))
        return found.name if found is not None and found.name else name

    async def _named(self, text: str, subject: Subject) -> Person | None:
        """Return a person by a number in the store, such as ``#12``, or by `subject`."""
        if text.startswith("#"):
            return await self._people.load(_number([text[1:]]))
        return await self._people.find(subject)

    def _state_of(self, state: State) -> str:
        told = self._told
        names = {State.ASKING: told.waiting, State.APPROVED: told.approved}
        return names.get(state, told.blocked)

    def _role(self, role: Role) -> str:
        return str(getattr(self._told, role.value))


def _usage(told: AccessWords) -> str:
    verbs = ("", " approve ID", " block ID", " role ID ROLE", " remove ID", " log")
    lines = "\n".join(f"`/people{verb}`" for verb in verbs)
    return f"{told.unknown}\n{lines}\n{_roles(told)}"


def _roles(told: AccessWords) -> str:
    named = {role.value: getattr(told, role.value) for role in GIVEN_ROLES}
    names = (f"{typed} ({own})" if typed != own else typed for typed, own in named.items())
    return told.roles.format(roles=", ".join(names))


def _is_admin(services: Services, key: ChatKey, author: Author) -> bool:
    return author.operator or services.access.admin(key, author)


def _name_of(key: ChatKey, author: Author) -> str:
    return f"{key.platform}:{author.user_id}"


def _subject(text: str, platform: str) -> Subject | None:
    """Return the person that an admin wrote: an id, or a platform and an id."""
    named, colon, subject_id = text.partition(":")
    if not colon:
        named, subject_id = platform, text
    return Subject(named, subject_id) if named and subject_id else None


def _to_list(line: int = 0) -> Button:
    return Button(Action.PEOPLE, "☰", "page-0", line)


def _number(rest: Sequence[str]) -> int:
    text = rest[0] if rest else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
