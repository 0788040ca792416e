"""The people and groups that admins decide about, their roles, and the rules of each role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from engine.contract import ChatKey


class Role(str, Enum):
    """The role of a person. It decides the model, the persona, the allowance and the documents."""

    ADMIN = "admin"
    MEMBER = "member"
    GUEST = "guest"
    CHILD = "child"


class State(str, Enum):
    """The decision about a person or a group.

    A `STRANGER` has not asked for approval. `ASKING` means that the admins must still decide.
    """

    STRANGER = "stranger"
    ASKING = "asking"
    APPROVED = "approved"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Subject:
    """The identity of a person or of a group: the platform and the id there."""

    platform: str
    subject_id: str

    def __str__(self) -> str:
        """Return the form for commands and settings: ``telegram:42``."""
        return f"{self.platform}:{self.subject_id}"


@dataclass(frozen=True)
class Person:
    """A person or a group as the engine knows it. `number` is 0 if the store has no row for it.

    * `name` is the newest known name. `group` is true for a group.
    * `decided_by` is the admin who decided last (``platform:id``), and `decided_at` is the time.
    * `version` counts the decisions. A button shown before a decision has an older version.
    * `chat` is the private chat with the person, or the chat in which they asked first. `handle`
      rebuilds the sink there. `language` is the platform's tag.
    * `carded` is true if the admins got a card with buttons about the person or group.
    """

    subject: Subject
    state: State = State.STRANGER
    role: Role = Role.GUEST
    number: int = 0
    name: str = ""
    group: bool = False
    decided_by: str = ""
    decided_at: float = 0.0
    version: int = 0
    chat: ChatKey | None = None
    handle: str = ""
    language: str = ""
    carded: bool = False

    @property
    def allowed(self) -> bool:
        """Return whether this person or group may use the bot."""
        return self.state is State.APPROVED


CHILD_PERSONA = (
    "a patient, kind helper for a child of about ten years. Use simple words and short sentences. "
    "Say nothing violent, sexual or frightening, and give no advice on drugs, weapons or anything "
    "dangerous. Do not ask for names, addresses or photos. For health, worries or anything "
    "serious, tell the child to ask a grown-up they trust."
)


@dataclass(frozen=True)
class RoleRules:
    """The rules of a role.

    * `models` are the models that answer. The first is the default. If there are none, everybody's
      models are used.
    * `persona` is the persona of chats that have chosen none. `fixed_persona` is true if people of
      the role cannot change it.
    * `tokens_per_day` is the allowance. 0 means no limit, and None means everybody's allowance.
    * `documents` is true if people of the role may send documents.
    """

    models: tuple[str, ...] = ()
    persona: str = ""
    fixed_persona: bool = False
    tokens_per_day: int | None = None
    documents: bool = True


@dataclass(frozen=True)
class Manner:
    """The model and persona that answer a question, by the role of its author.

    If `model` is empty, the default is used. `documents` is true if documents of the question are
    kept and read.
    """

    model: str = ""
    persona: str = ""
    documents: bool = True


PLAIN = Manner()
"""The manner for authors without a special role."""


@dataclass(frozen=True)
class Admission:
    """The result of checking whether a message may use the bot.

    `person` is the author. `subject` is the person or the group that the decision is about. If
    `state` is `APPROVED`, the message is accepted. If it is `ASKING`, the admins must be asked
    about the subject. If it is `BLOCKED`, nobody gets an answer or a notice. If it is `STRANGER`,
    the message is refused.
    """

    person: Person
    subject: Person
    state: State

    @property
    def allowed(self) -> bool:
        """Return whether the message is accepted."""
        return self.state is State.APPROVED


@dataclass(frozen=True)
class RoleSettings:
    """The rules of all roles, and the default role of people without a decision."""

    rules: Mapping[Role, RoleRules] = field(default_factory=lambda: MappingProxyType({}))
    new_people: Role = Role.GUEST

    def of(self, role: Role) -> RoleRules:
        """Return the rules of a role."""
        return self.rules.get(role, RoleRules())
