"""Tests of /people: the list, the decisions as text, and the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands.people import PAGE
from engine.contract import Author
from engine.people import Role, State, Subject
from engine.wording.access import access_in
from tests.rigs.approval_rig import ADA, EVE, ZOE, Door, a_door, private
from tests.rigs.engine_rig import GROUP

TOLD = access_in("en")


async def found(door: Door, user_id: str = "7") -> tuple[State, Role] | None:
    person = await door.house.people.find(Subject("fake", user_id))
    return (person.state, person.role) if person else None


def labels(door: Door, admin: Author = ADA) -> list[str]:
    return [button.label for button in door.shown(admin)[-1].buttons]


async def test_the_list_is_for_admins_only(tmp_path: Path) -> None:
    async with a_door(tmp_path, approval=False) as door:
        await door.knock("/people")
        assert door.texts(ZOE) == [TOLD.only_admins]


async def test_the_list_is_never_shown_in_a_group(tmp_path: Path) -> None:
    async with a_door(tmp_path, approval=False) as door:
        await door.knock("/people approve 7", ADA)
        await door.house.ask("/people", key=GROUP, author=ADA)
        assert door.house.chat(GROUP).texts == [TOLD.private_only]


async def test_an_empty_list_says_so(tmp_path: Path) -> None:
    async with a_door(tmp_path, approval=False) as door:
        await door.knock("/people log", ADA)
        assert door.texts(ADA)[-1] == TOLD.nothing


@pytest.mark.parametrize(
    ("command", "becomes"),
    [
        ("approve 7", (State.APPROVED, Role.GUEST)),
        ("approve fake:7 child", (State.APPROVED, Role.CHILD)),
        ("block 7", (State.BLOCKED, Role.GUEST)),
        ("role 7 member", (State.APPROVED, Role.MEMBER)),
        ("APPROVE 7", (State.APPROVED, Role.GUEST)),
    ],
)
async def test_a_decision_may_be_typed(
    tmp_path: Path, command: str, becomes: tuple[State, Role]
) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(f"/people {command}", ADA)
        assert await found(door) == becomes
        assert "`fake:7`" in door.texts(ADA)[-1]


@pytest.mark.parametrize("command", ["role 7", "role 7 king", "role 7 admin", "approve 7 king"])
async def test_an_unknown_role_changes_nothing_and_the_roles_are_named(
    tmp_path: Path, command: str
) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(f"/people {command}", ADA)
        assert await found(door) is None
        assert door.texts(ADA)[-1] == "The roles: member, guest, child"


@pytest.mark.parametrize("command", ["nonsense", "approve", "show 99", "approve :"])
async def test_an_unknown_command_is_answered_with_all_commands(
    tmp_path: Path, command: str
) -> None:
    async with a_door(tmp_path) as door:
        await door.knock(f"/people {command}", ADA)
        assert "/people role ID ROLE" in "".join(door.texts(ADA))


async def test_an_admin_cannot_be_changed(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock("/people block 8", ADA)
        assert door.texts(ADA)[-1] == TOLD.admin_fixed
        await door.knock("hello", EVE)
        assert door.texts(EVE) == ["You said: hello"]


async def test_a_removed_person_asks_again(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock("/people block 7", ADA)
        await door.knock("hello")
        assert door.texts(ZOE) == []
        await door.knock("/people remove 7", ADA)
        assert door.texts(ADA)[-1] == TOLD.removed.format(id="fake:7")
        await door.knock("hello again")
        assert door.texts(ZOE) == [TOLD.asked]


async def test_the_list_has_pages_with_a_line_of_buttons_for_each_person(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        for number in range(PAGE + 1):
            await door.knock(f"/people block 10{number}", ADA)
        await door.knock("/people", ADA)
        head = TOLD.head.format(first=1, last=PAGE, all=PAGE + 2)
        assert door.texts(ADA)[-1].startswith(head)
        assert labels(door)[-1] == "›"
        await door.tap(ADA, "›")
        assert door.texts(ADA)[-1].startswith(TOLD.head.format(first=5, last=6, all=6))
        assert labels(door) == ["⛔ 100", TOLD.approve, "‹"]
        lines = [button.line for button in door.shown(ADA)[-1].buttons]
        assert lines == [0, 0, PAGE]


async def test_a_person_is_opened_from_the_list_and_given_a_role(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock("/people approve 7", ADA)
        await door.knock("/people", ADA)
        await door.tap(ADA, "✅ 7")
        assert labels(door) == [TOLD.block, TOLD.member, TOLD.child, "☰"]
        assert await door.tap(ADA, TOLD.child) == f"✅ {TOLD.approved}"
        assert await found(door) == (State.APPROVED, Role.CHILD)
        await door.tap(ADA, "☰")
        assert "fake:7` · child" in door.texts(ADA)[-1]


async def test_the_log_names_admins_and_people(tmp_path: Path) -> None:
    async with a_door(tmp_path, ["Hi."], ["An answer."]) as door:
        await door.knock("hi", ADA)
        await door.knock("hello")
        await door.tap(ADA, TOLD.approve)
        await door.knock("/people block 7", ADA)
        await door.knock("/people log", ADA)
        head, newest, oldest = door.texts(ADA)[-1].split("\n")
        assert head == TOLD.log_head
        assert newest.endswith("Ada → Zoe `fake:7`: blocked")
        assert oldest.endswith("Ada → Zoe `fake:7`: approved · guest")
        await door.knock("/people log", Author(ADA.user_id, "Ada", "de"))
        newest, oldest = door.texts(ADA)[-1].split("\n")[1:]
        assert newest.endswith(": gesperrt")
        assert oldest.endswith(": erlaubt · Gast")


async def test_a_name_cannot_draw_in_the_list(tmp_path: Path) -> None:
    async with a_door(tmp_path) as door:
        await door.knock("hello", Author("7", "**Zoe**\n/people", "en"))
        (card,) = door.shown(ADA)
        assert card.text.count("\n") == 1
        assert "**Zoe**" not in card.text
        assert private(ZOE)
