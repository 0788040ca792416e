"""The settings of people: the people who may use the bot, their limits, and each role's rules."""

from __future__ import annotations

from bot.env_reader import Reader
from engine.access import AccessSettings
from engine.people import CHILD_PERSONA, Role, RoleRules, RoleSettings

NEW_ROLES = (Role.MEMBER, Role.GUEST, Role.CHILD)
MOST_TOKENS = 1_000_000_000
PERSONA_CHARACTERS = 2000


def read_access(read: Reader) -> AccessSettings:
    """Return the settings of people."""
    admins = frozenset(read.names("ADMIN_USERS"))
    approval = read.choice("APPROVAL", "OFF", ("ON", "OFF")) == "ON"
    if approval and not admins:
        read.problems.append(
            "APPROVAL=ON: needs ADMIN_USERS, because only an admin can approve somebody"
        )
    return AccessSettings(
        allowed=frozenset(read.names("ALLOWED_USERS")),
        admins=admins,
        messages_per_minute=read.integer("USER_MESSAGES_PER_MINUTE", 20, 0, 10_000, "messages"),
        tokens_per_day=read.integer("USER_TOKENS_PER_DAY", 0, 0, MOST_TOKENS, "tokens"),
        approval=approval,
        roles=_roles(read),
    )


def _roles(read: Reader) -> RoleSettings:
    names = tuple(role.name for role in NEW_ROLES)
    new_people = Role[read.choice("NEW_PEOPLE_ROLE", Role.GUEST.name, names)]
    return RoleSettings({role: _rules(read, role) for role in Role}, new_people)


def _rules(read: Reader, role: Role) -> RoleRules:
    prefix, is_child = f"ROLE_{role.name}_", role is Role.CHILD
    persona = read.text(prefix + "PERSONA", CHILD_PERSONA if is_child else "")
    if len(persona) > PERSONA_CHARACTERS:
        read.problems.append(f"{prefix}PERSONA: takes at most {PERSONA_CHARACTERS} characters")
    tokens: int | None = None
    if role is not Role.ADMIN:
        most = read.integer(prefix + "TOKENS_PER_DAY", 0, 0, MOST_TOKENS, "tokens")
        tokens = most if read.text(prefix + "TOKENS_PER_DAY") else None
    return RoleRules(
        models=_models(read, prefix + "MODEL"),
        persona=persona,
        fixed_persona=is_child,
        tokens_per_day=tokens,
        documents=read.choice(prefix + "DOCUMENTS", "ON", ("ON", "OFF")) == "ON",
    )


def _models(read: Reader, name: str) -> tuple[str, ...]:
    """Return the models of a role. Each must be one of HF_MODEL, so that `check` tests it."""
    chosen = read.names(name)
    known = {part.strip() for part in read.text("HF_MODEL").split(",")} - {""}
    if chosen and not known:
        read.problems.append(f"{name}: needs HF_MODEL, a list with all models of all roles")
    elif set(chosen) - known:
        wrong = sorted(set(chosen) - known)[0]
        read.problems.append(f"{name}={wrong!r}: takes models that HF_MODEL names")
    return chosen
