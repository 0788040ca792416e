"""One use of a command: its message, the services it may use, and its result."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable, Union

from engine.access import Access
from engine.answering.plan import Plan
from engine.answering.prompt import Question
from engine.approvals import Approvals
from engine.broadcasts import Broadcasts
from engine.commands.personal_data import OwnData, SendFile, no_file
from engine.contract import Button, Inbound, ReplySink, Turn, Usage
from engine.listening import Listening
from engine.live import LiveSettings
from engine.people import Manner, Person, State
from engine.storage.people import People
from engine.storage.shared_ports import Queue
from engine.storage.spending import Spending
from engine.tasks import Clock
from engine.turns.jobs import Jobs
from engine.turns.sessions import Session, Sessions
from engine.wording import Words
from engine.zones import Zones

if TYPE_CHECKING:
    from engine.memory.memory import Memory


@dataclass(frozen=True)
class Services:
    """The parts of the engine that commands use.

    `queue` is the store's queue if several processes share the store, else None. `people` is None
    in a store that keeps no people. `served` names those of the commands `draw` and `voice` whose
    service is set.
    """

    sessions: Sessions
    jobs: Jobs
    access: Access
    models: list[str]
    own_data: OwnData
    zones: Zones
    clock: Clock
    listening: Listening
    approvals: Approvals
    broadcasts: Broadcasts
    memory: Memory | None = None
    queue: Queue | None = None
    spending: Spending | None = None
    people: People | None = None
    live: LiveSettings | None = None
    served: frozenset[str] = frozenset()

    def models_for(self, person: Person) -> Sequence[str]:
        """Return the models that a person may choose, the default first."""
        return self.access.rules(person).models or self.models

    def model_of(self, session: Session, person: Person) -> str:
        """Return the model that answers a person in a chat."""
        models = self.models_for(person)
        return session.model if session.model in models else models[0]

    def named(self, plan: Plan) -> str:
        """Return the name of the model that answers a plan."""
        return plan.model or plan.manner.model or self.models[0]

    async def manner_for(self, session: Session, asked: Inbound) -> Manner | None:
        """Return the model and persona for the asker's role, or None if the asker is blocked.

        Raises `StorageFault`.
        """
        person = await self.access.person(asked.key, asked.author)
        if person.state is State.BLOCKED:
            return None
        rules = self.access.rules(person)
        chosen = self.model_of(session, person) if session.model or rules.models else ""
        persona = rules.persona if rules.fixed_persona else session.persona or rules.persona
        return Manner(chosen, persona, rules.documents)


@dataclass(frozen=True)
class Call:
    """One use of a command. `argument` is the text after its name.

    `turn_id` is the turn that this use replaces, or 0 for none. `row` is the use's row in the
    ledger. `send_file` sends a file into the chat. `sink` shows the result. For an immediate
    command, `row` is 0, `send_file` sends nothing and `sink` is None.
    """

    services: Services
    inbound: Inbound
    session: Session
    words: Words
    argument: str
    turn_id: int = 0
    row: int = 0
    send_file: SendFile = no_file
    sink: ReplySink | None = None

    @property
    def is_admin(self) -> bool:
        """Return whether the caller is an admin or the operator at the terminal."""
        author = self.inbound.author
        return author.operator or self.services.access.admin(self.inbound.key, author)

    async def person(self) -> Person:
        """Return the caller with their role. Raises `StorageFault`."""
        return await self.services.access.person(self.inbound.key, self.inbound.author)

    def may_touch(self, turn: Turn) -> bool:
        """Return whether the caller may continue or repeat this turn."""
        return self.services.access.may_touch(self.inbound.key, turn.author, by=self.inbound.author)


class Whisper(str):
    """A notice only for the person who sent a command, because the chat itself shows the result."""

    __slots__ = ()


@dataclass(frozen=True)
class Card:
    """A notice with buttons."""

    text: str
    buttons: tuple[Button, ...]


PICTURE = "[picture: "
"""The beginning of the line that represents a drawn picture in the history."""


@dataclass(frozen=True)
class Wish:
    """The description of a picture that a service must draw.

    `turn_id` is the turn whose answer the picture replaces, or 0 for none. `asked` is the question
    of that turn. `prompt` is the text of the question in the history. If it is empty, that text is
    ``/draw`` with `text`. `asking` is the usage of the model's call that asked for the picture.
    """

    text: str
    turn_id: int = 0
    asked: Inbound | None = None
    prompt: str = ""
    asking: Usage | None = None


Answer = Union[str, Card, Plan, Wish]
"""The result of a command: a notice, a question to answer, or a picture to draw."""


@dataclass(frozen=True)
class Command:
    """A row of the table.

    `immediate` is true if the command does not wait for the chat's running answer. `heavy` is true
    if the command reads much of the stored data. `asks` is true if the command asks the model, so
    that it is refused when a cap on spending is reached.
    """

    run: Callable[[Call], Awaitable[Answer]]
    argument: str = ""
    immediate: bool = False
    heavy: bool = False
    asks: bool = False
    for_admins: bool = False


def plan_question(inbound: Inbound, session: Session, turn_id: int = 0, shown: str = "") -> Plan:
    """Plan the answer to a message, with the turns before it as history.

    `turn_id` is the turn that the answer replaces, or 0. `shown` is the part of the answer that is
    already on screen.
    """
    return Plan(
        Question(inbound, partial=shown), turns_before(session, turn_id), inbound.text, turn_id
    )


def turns_before(session: Session, turn_id: int) -> Sequence[Turn]:
    """Return the session's turns before one of them, or all turns if `turn_id` is 0."""
    turns = session.turns
    return [turn for turn in turns if not turn_id or (turn.turn_id and turn.turn_id < turn_id)]


def with_shown(plan: Plan, shown: str) -> Plan:
    """Make a plan continue from the text that an earlier process left on screen."""
    question = plan.question
    return replace(plan, question=replace(question, partial=question.partial + shown))
