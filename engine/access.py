"""Decide who may use the bot: allowed users, admins, limits on each user's messages and tokens."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from cachetools import TTLCache

from engine.caps import Caps, Verdict, stopped
from engine.contract import Author, ChatKey, Inbound, Press
from engine.people import Admission, Person, Role, RoleRules, RoleSettings, State, Subject
from engine.storage.people import People
from engine.storage.shared_ports import Budgets
from engine.storage.spending import TOTAL
from engine.tasks import Clock
from engine.wording import Words
from engine.wording.service import service_with

USERS_REMEMBERED = 4096
MINUTE_SECONDS = 60.0


@dataclass(frozen=True)
class AccessSettings:
    """The lists of people and the limits.

    A person is named by the platform's user id, or by ``platform:id`` if two platforms use the same
    id for different people. If `allowed` is empty, everybody may use the bot, unless `approval` is
    set: then an admin has to approve each new person and group. Zero disables a limit.
    """

    allowed: frozenset[str] = field(default_factory=frozenset)
    admins: frozenset[str] = field(default_factory=frozenset)
    messages_per_minute: int = 20
    tokens_per_day: int = 0
    approval: bool = False
    roles: RoleSettings = field(default_factory=RoleSettings)


class Access:
    """Decide what a person may do.

    The times of messages are remembered for two minutes. If several processes share the store, its
    `budgets` count the messages for all of them. `caps` limit the spending.
    """

    def __init__(
        self,
        settings: AccessSettings,
        caps: Caps,
        clock: Clock,
        budgets: Budgets | None = None,
        people: People | None = None,
    ) -> None:
        self._settings, self.caps, self._clock = settings, caps, clock
        self._budgets, self._people = budgets, people
        self._recent: TTLCache[tuple[str, str], deque[float]] = TTLCache(
            USERS_REMEMBERED, MINUTE_SECONDS * 2, timer=clock.now
        )
        self._told: TTLCache[tuple[str, str], bool] = TTLCache(
            USERS_REMEMBERED, MINUTE_SECONDS, timer=clock.now
        )

    def change(self, settings: AccessSettings) -> None:
        """Replace the lists of people and the limits."""
        self._settings = settings

    def admin(self, key: ChatKey, author: Author) -> bool:
        """Return whether this person is an admin."""
        return _listed(key, author, self._settings.admins)

    async def person(self, key: ChatKey, author: Author) -> Person:
        """Return a person with the decision about them and their role. Raises `StorageFault`.

        The store is read each time, so another process's decision applies at once.
        """
        found = await self._find(key.platform, author.user_id)
        found = found or Person(Subject(key.platform, author.user_id), name=author.name)
        if author.operator or self.admin(key, author):
            return replace(found, state=State.APPROVED, role=Role.ADMIN)
        decided = found.version and found.state in (State.APPROVED, State.BLOCKED)
        if decided and not found.group:
            return found
        listed = _listed(key, author, self._settings.allowed)
        role = Role.MEMBER if listed else self._settings.roles.new_people
        if listed or not (self._settings.allowed or self._settings.approval):
            return replace(found, state=State.APPROVED, role=role)
        state = State.ASKING if self._settings.approval else State.STRANGER
        return replace(found, state=state, role=role)

    async def admission(self, item: Inbound | Press) -> Admission:
        """Return whether a message or a tap may use the bot. Raises `StorageFault`.

        With approval, a group must be approved. Then everybody in it may use the bot, except people
        who are blocked. Admins may use the bot everywhere except in a blocked group.
        """
        person = await self.person(item.key, item.author)
        alone = Admission(person, person, person.state)
        if isinstance(item, Inbound) and item.direct:
            return alone
        subject_id = item.place.place_id or item.key.chat_id
        group = await self._find(item.key.platform, subject_id)
        if group is not None and not group.group:
            group = None
        if person.state is State.BLOCKED or (group is None and isinstance(item, Press)):
            return alone
        if group is not None and group.state is State.BLOCKED:
            return Admission(person, group, State.BLOCKED)
        if not self._settings.approval or person.role is Role.ADMIN:
            return alone
        if group is None and isinstance(item, Inbound):
            subject = Subject(item.key.platform, subject_id)
            group = Person(subject, name=item.place.name, group=True)
        state = State.APPROVED if group is not None and group.allowed else State.ASKING
        return Admission(person, group or person, state)

    async def _find(self, platform: str, subject_id: str) -> Person | None:
        if self._people is None:
            return None
        return await self._people.find(Subject(platform, subject_id))

    def rules(self, person: Person) -> RoleRules:
        """Return the rules of a person's role."""
        return self._settings.roles.of(person.role)

    @property
    def new_people(self) -> Role:
        """Return the default role of people without a decision."""
        return self._settings.roles.new_people

    def may_touch(self, key: ChatKey, asked: Author, *, by: Author) -> bool:
        """Return whether a person may stop, continue or repeat an answer.

        The asker and admins may.
        """
        return asked.user_id == by.user_id or self.admin(key, by)

    def _unlimited(self, key: ChatKey, author: Author) -> bool:
        return author.operator or self.admin(key, author)

    def pause_seconds(self, key: ChatKey, author: Author) -> float:
        """Count one message.

        Return how many seconds its author must wait, or 0 if the message is accepted.
        """
        most, now = self._settings.messages_per_minute, self._clock.now()
        if most <= 0 or self._unlimited(key, author):
            return 0.0
        times = self._recent.setdefault((key.platform, author.user_id), deque())
        while times and times[0] <= now - MINUTE_SECONDS:
            times.popleft()
        if len(times) >= most:
            return times[0] + MINUTE_SECONDS - now
        times.append(now)
        # Each use restarts the entry's lifetime.
        self._recent[(key.platform, author.user_id)] = times
        return 0.0

    async def _pause_seconds(self, key: ChatKey, author: Author) -> float:
        """Do as `pause_seconds`, and count the message in the budgets that all processes share."""
        pause = self.pause_seconds(key, author)
        most = self._settings.messages_per_minute
        if pause or self._budgets is None or most <= 0 or self._unlimited(key, author):
            return pause
        return await self._budgets.message(
            _name(key.platform, author.user_id), most, MINUTE_SECONDS
        )

    async def verdict(self, key: ChatKey, author: Author, person: Person | None = None) -> Verdict:
        """Compare the spending of a person, their chat and everybody with the caps.

        Raises `StorageFault`.
        """
        return await self.caps.verdict(
            key,
            author.user_id,
            tokens_per_day=self.allowance(person or await self.person(key, author)),
            unlimited=self._unlimited(key, author),
        )

    def allowance(self, person: Person) -> int:
        """Return how many tokens a person may use in a day, or 0 for no limit."""
        if person.role is Role.ADMIN:
            return 0
        of_role = self.rules(person).tokens_per_day
        return self._settings.tokens_per_day if of_role is None else of_role

    async def near(
        self, verdict: Verdict, key: ChatKey, author: Author, words: Words, zone: tzinfo | None
    ) -> tuple[list[str], str]:
        """Return the warnings about caps that are nearly reached, and the cheaper model.

        The model is "" if no cap is nearly reached or no cheaper model is set.
        """
        if not verdict.near:
            return [], ""
        said, cheaper = service_with(words), self.caps.settings.cheaper_model
        told = await self.caps.warnings(verdict, key, author.user_id, said, zone)
        if told and cheaper:
            told.append(said.cheaper.format(model=cheaper))
        return told, cheaper

    def tells(self, key: ChatKey, author: Author) -> bool:
        """Return whether the chat shows a refusal now.

        The chat shows each person at most one refusal a minute. Each True counts as a refusal that
        is shown.
        """
        who = (key.platform, author.user_id)
        if who in self._told:
            return False
        self._told[who] = True
        return True

    async def refusal(
        self,
        key: ChatKey,
        author: Author,
        words: Words,
        *,
        free: bool = False,
        counted: bool = False,
        zone: tzinfo | None = None,
        admission: Admission | None = None,
    ) -> str:
        """Return why this person's message is refused, in their language, or "" if it is accepted.

        `free` is true if the message costs no tokens. `counted` is true if the message belongs to a
        question that was already counted against the rate limit. Times are given in `zone`. Without
        an `admission`, only the decision about the person counts. Raises `StorageFault`.
        """
        person = admission.person if admission else await self.person(key, author)
        if not (admission or person).allowed:
            return words.not_allowed.format(user_id=author.user_id)
        pause = 0.0 if counted else await self._pause_seconds(key, author)
        if pause > 0:
            return words.too_fast.format(seconds=math.ceil(pause))
        if free:
            return ""
        return await self.stopped(await self.verdict(key, author, person), words, zone)

    async def stopped(self, verdict: Verdict, words: Words, zone: tzinfo | None) -> str:
        """Return the notice that a cap is reached, with the time in `zone`, or "" if none is.

        If the cap is on everybody's spending, the admins get one message about it.
        """
        share = verdict.stop
        if share is None:
            return ""
        if share.cap.scope == TOTAL:
            await self.caps.alert(share)
        return stopped(share, service_with(words), zone)


def _name(platform: str, user_id: str) -> str:
    return f"{platform}:{user_id}"


def _listed(key: ChatKey, author: Author, people: frozenset[str]) -> bool:
    return author.user_id in people or f"{key.platform}:{author.user_id}" in people
