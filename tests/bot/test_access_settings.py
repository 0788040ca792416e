"""Tests of the settings of people: approval, and the rules of each role."""

from __future__ import annotations

import pytest

from bot.access_settings import read_access
from bot.env_reader import Reader
from engine.people import CHILD_PERSONA, Role


def problems(**values: str) -> list[str]:
    reader = Reader(values)
    read_access(reader)
    return reader.problems


def test_without_settings_nobody_needs_an_approval_and_all_roles_have_the_usual_rules() -> None:
    access = read_access(Reader({}))
    assert not access.approval
    assert access.roles.new_people is Role.GUEST
    guest = access.roles.of(Role.GUEST)
    assert (guest.models, guest.persona, guest.tokens_per_day) == ((), "", None)
    assert guest.documents
    child = access.roles.of(Role.CHILD)
    assert child.fixed_persona
    assert child.persona == CHILD_PERSONA


def test_each_role_has_its_own_rules() -> None:
    access = read_access(
        Reader(
            {
                "HF_MODEL": "big,small",
                "ROLE_GUEST_MODEL": "small",
                "ROLE_GUEST_TOKENS_PER_DAY": "0",
                "ROLE_CHILD_DOCUMENTS": "off",
                "ROLE_CHILD_PERSONA": "an owl",
                "ROLE_MEMBER_PERSONA": "a heron",
                "NEW_PEOPLE_ROLE": "child",
            }
        )
    )
    roles = access.roles
    assert roles.of(Role.GUEST).models == ("small",)
    assert roles.of(Role.GUEST).tokens_per_day == 0
    assert not roles.of(Role.CHILD).documents
    assert roles.of(Role.CHILD).persona == "an owl"
    assert roles.of(Role.MEMBER).persona == "a heron"
    assert roles.new_people is Role.CHILD


def test_approval_needs_an_admin() -> None:
    assert problems(APPROVAL="ON", ADMIN_USERS="1") == []
    (problem,) = problems(APPROVAL="ON")
    assert "ADMIN_USERS" in problem


@pytest.mark.parametrize("known", ["", "big"])
def test_a_model_of_a_role_must_be_one_of_all_models(known: str) -> None:
    (problem,) = problems(ROLE_GUEST_MODEL="small", HF_MODEL=known)
    assert problem.startswith("ROLE_GUEST_MODEL")
    assert "HF_MODEL" in problem


def test_new_people_are_never_admins() -> None:
    (problem,) = problems(NEW_PEOPLE_ROLE="ADMIN")
    assert "MEMBER, GUEST, CHILD" in problem
