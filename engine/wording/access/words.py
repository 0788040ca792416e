"""The type of all texts about approvals, people and roles.

A language that lacks one of them fails the type check.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AccessWords:
    """The texts of one language. All languages use the same names in braces."""

    # The texts for a stranger, and for a group that is not approved
    asked: str
    asked_group: str
    full: str
    admitted: str
    # The cards of admins
    wants: str  # fields: {name} {platform}
    wants_group: str  # fields: {name} {platform}
    more: str
    approve: str
    block: str
    decided: str  # fields: {admin} {date}
    already: str  # fields: {admin} {state}
    # The list of /people
    head: str  # fields: {first} {last} {all}
    nothing: str
    log_head: str
    waiting: str
    approved: str
    blocked: str
    removed: str  # fields: {id}
    unknown: str
    roles: str  # fields: {roles}
    admin_fixed: str
    only_admins: str
    private_only: str
    # The roles
    admin: str
    member: str
    guest: str
    child: str
    persona_fixed: str
    no_documents: str
