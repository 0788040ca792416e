"""Tests of roles: the model, the persona, the allowance and the documents of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.attachments import Attachment
from engine.contract import Inbound
from engine.people import CHILD_PERSONA, Role, RoleRules, RoleSettings
from engine.wording import words_in
from engine.wording.access import access_in
from tests.rigs.approval_rig import ADA, ZOE, Door, a_door, private
from tests.rigs.engine_rig import BOB, GROUP
from tests.rigs.memory_rig import FakeEmbedder

EN, TOLD = words_in("en"), access_in("en")
CHILD = RoleRules(persona=CHILD_PERSONA, fixed_persona=True)


def ruled(rules: dict[Role, RoleRules], new_people: Role = Role.GUEST) -> RoleSettings:
    return RoleSettings({Role.CHILD: CHILD, **rules}, new_people)


async def give(door: Door, role: str, user_id: str = ZOE.user_id) -> None:
    await door.knock(f"/people role {user_id} {role}", ADA)


def persona_told(door: Door) -> str:
    return door.house.model.prompts[-1][0].content


async def test_the_model_of_a_role_answers_and_is_all_that_may_be_chosen(tmp_path: Path) -> None:
    roles = ruled({Role.GUEST: RoleRules(models=("other",))})
    async with a_door(tmp_path, roles=roles, approval=False) as door:
        await door.knock("hello")
        assert door.house.model.models[-1] == "other"
        await door.knock("/model main")
        assert door.texts(ZOE)[-1] == EN.model_unknown.format(model="main", models="other")
        await give(door, "member")
        await door.knock("hello")
        assert door.house.model.models[-1] == ""


async def test_a_choice_of_the_chat_that_a_role_lacks_gives_way_to_the_role(tmp_path: Path) -> None:
    roles = ruled({Role.GUEST: RoleRules(models=("other",))})
    async with a_door(tmp_path, roles=roles, approval=False) as door:
        await give(door, "member", BOB.user_id)
        await door.house.ask("/model main", key=GROUP, author=BOB)
        await door.house.ask("and mine?", key=GROUP, author=BOB)
        assert door.house.model.models[-1] == "main"
        await door.house.ask("and mine?", key=GROUP, author=ZOE)
        assert door.house.model.models[-1] == "other"


async def test_a_child_has_a_persona_that_it_cannot_change(tmp_path: Path) -> None:
    async with a_door(tmp_path, roles=ruled({}), approval=False) as door:
        await door.knock("/persona a pirate")
        await give(door, "child")
        await door.knock("hello")
        assert CHILD_PERSONA in persona_told(door)
        assert "a pirate" not in persona_told(door)
        await door.knock("/persona a pirate")
        assert door.texts(ZOE)[-1] == TOLD.persona_fixed


async def test_a_child_keeps_its_persona_in_a_group_with_another(tmp_path: Path) -> None:
    async with a_door(tmp_path, roles=ruled({}), approval=False) as door:
        await give(door, "child")
        await door.house.ask("/persona a pirate", key=GROUP, author=BOB)
        await door.house.ask("hello", key=GROUP, author=ZOE)
        assert CHILD_PERSONA in persona_told(door)
        await door.house.ask("hello you", key=GROUP, author=BOB)
        assert "a pirate" in persona_told(door)


async def test_the_persona_of_another_role_gives_way_to_the_chats(tmp_path: Path) -> None:
    roles = ruled({Role.GUEST: RoleRules(persona="a librarian")})
    async with a_door(tmp_path, roles=roles, approval=False) as door:
        await door.knock("hello")
        assert "a librarian" in persona_told(door)
        await door.knock("/persona a pirate")
        await door.knock("hello")
        assert "a pirate" in persona_told(door)


@pytest.mark.parametrize(("most", "answers"), [(50, 1), (0, 2)])
async def test_a_role_has_an_allowance_of_its_own(tmp_path: Path, most: int, answers: int) -> None:
    roles = ruled({Role.GUEST: RoleRules(tokens_per_day=most)})
    said = ["An answer."]
    async with a_door(tmp_path, said, said, roles=roles, approval=False) as door:
        await door.knock("hello")
        await door.knock("hello again")
        assert door.texts(ZOE).count("An answer.") == answers


async def test_documents_of_a_role_without_them_are_refused(tmp_path: Path) -> None:
    roles = ruled({Role.GUEST: RoleRules(documents=False)})
    async with a_door(tmp_path, roles=roles, approval=False, embedder=FakeEmbedder()) as door:
        house = door.house
        house.files["ref"] = b"a page of text"
        for text in ("what is this?", ""):
            sink = house.sink(private(ZOE))
            file = Attachment("a.txt", "text/plain", 14, "ref")
            asked = Inbound(
                private(ZOE), f"f{text}", ZOE, text, direct=True, addressed=True,
                sent_at=house.clock.time(), attachments=(file,),
            )  # fmt: skip
            await house.engine.submit(asked, sink)
            await door.rest()
            assert TOLD.no_documents in door.texts(ZOE)[-1]
        assert await house.memory.documents(private(ZOE)) == []


async def test_new_people_have_the_role_of_the_setting(tmp_path: Path) -> None:
    async with a_door(tmp_path, roles=ruled({}, Role.CHILD), approval=False) as door:
        await door.knock("hello")
        assert CHILD_PERSONA in persona_told(door)
        await door.knock("hello", ADA)
        assert CHILD_PERSONA not in persona_told(door)
