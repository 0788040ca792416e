"""The texts about approvals, people and roles in English."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="I have asked the people who run this bot whether you may use it. I keep your message "
    "and answer it as soon as they agree.",
    asked_group="I have asked the people who run this bot whether I may answer in this group. I "
    "keep your message and answer it as soon as they agree.",
    full="Too many people are waiting for permission right now. Please try again later.",
    admitted="You may use this bot now. Please send your question again.",
    wants="{name} on {platform} would like to use this bot.",
    wants_group="The group {name} on {platform} would like to use this bot.",
    more="More people are waiting for a decision. /people shows them all.",
    approve="Approve",
    block="Block",
    decided="Decided by {admin}, {date}",
    already="{admin} has already decided: {state}",
    head="People and groups, {first} to {last} of {all}:",
    nothing="There is nothing here yet.",
    log_head="The newest decisions:",
    waiting="waits for a decision",
    approved="approved",
    blocked="blocked",
    removed="{id} is no longer on the list. The next message from there is treated as the first.",
    unknown="I know these commands. ID is a platform and an id, such as telegram:123456.",
    roles="The roles: {roles}",
    admin_fixed="Admins are set in ADMIN_USERS and cannot be changed here.",
    only_admins="Only the admins of this bot may do this.",
    private_only="Please write this to me in a private chat.",
    admin="admin",
    member="member",
    guest="guest",
    child="child",
    persona_fixed=(
        "My role for you is set by the people who run this bot and cannot be changed here."
    ),
    no_documents="You may not send documents to this bot, so I did not read the file.",
)
