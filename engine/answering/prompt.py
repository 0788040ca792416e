"""Build the prompt within a token budget. Pure functions."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timezone, tzinfo
from types import MappingProxyType

from engine.answering.captions import NO_WORDS_PICTURE, captions
from engine.answering.overhearing import overheard_block
from engine.answering.speakers import RULE, labels, plain_name, spoken
from engine.attachments import Picture
from engine.contract import ChatMessage, Inbound, Material, Turn
from engine.storage.records import OverheardMessage
from engine.zones import local_time

# In today's vocabularies a token of English text has about four bytes. In other scripts a token has
# two to three characters of three bytes each. If the estimate is too high, the prompt has one old
# turn less. If it is too low, the endpoint refuses the request.
BYTES_PER_TOKEN = 3.5
MESSAGE_TOKENS = 4  # the chat template's marks around each message
CONTINUE_COMMAND = "/continue"
# The limit on a text that an earlier question quoted.
QUOTE_TOKENS = 200
# The lower limit for a quoted answer of Pipit, which is usually in the history as well.
OWN_QUOTE_TOKENS = 50
NO_WORDS = "(No words of their own. Answer the quoted message.)"
GAP = "\n[…]\n"
# The share of the budget for overheard messages of a group that listens.
OVERHEARD_SHARE = 0.2
# Recalled and overheard text is left out if it needs more than this share of the room that the
# system message leaves.
MOST_CONTEXT = 0.95
# A text that is cut keeps at least this share of its own length, even if the rest of the prompt
# fills the budget.
LEAST_SHARE = 0.05

SYSTEM = (
    "You are Pipit, a friendly assistant in a chat on a phone. Answer in the language of the "
    "question. Answer at once and be short: a few sentences unless more is asked for, the answer "
    "first, then reasons. Use simple Markdown, short paragraphs and short lists; avoid wide tables "
    "and long lines of code. If you are not sure, say so."
)
CONTINUE = (
    "Your last answer was cut off. Go on exactly where it stops, with its next word, "
    "without repeating any of it."
)
Pictures = Mapping[str, Picture]
NO_PICTURES: Pictures = MappingProxyType({})
GO_ON = ChatMessage("user", CONTINUE)
"""The message that asks the model to continue the answer before it."""


@dataclass(frozen=True)
class Question:
    """A new question, or an answer to continue.

    `partial` is the part of the answer that is already on screen, or "" for a new question.
    `context` is recalled text in the form for the model. `pictures` are the pictures that are sent,
    of this question and of earlier questions, by `Attachment.ref`.
    """

    inbound: Inbound
    partial: str = ""
    context: str = ""
    overheard: Sequence[OverheardMessage] = ()
    pictures: Pictures = field(default_factory=dict)

    @property
    def asked_pictures(self) -> tuple[Picture, ...]:
        """Return the pictures that the question itself is about."""
        return tuple(picture for picture in self.pictures.values() if picture.asked)

    def without_history(self) -> Question:
        """Return the question without the pictures that belong to earlier questions."""
        return replace(self, pictures={ref: one for ref, one in self.pictures.items() if one.asked})


def estimate_tokens(text: str) -> int:
    """Estimate the tokens of a text from its length in bytes. An empty text has 0 tokens."""
    return -int(-len(text.encode("utf-8", "replace")) // BYTES_PER_TOKEN)


def build(
    question: Question,
    turns: Sequence[Turn],
    *,
    now: float,
    persona: str,
    budget_tokens: int,
    zone: tzinfo | None = timezone.utc,
    language: str = "",
) -> list[ChatMessage]:
    """Return the system message, as many of the newest turns as fit, and the question.

    The system message names the date in `zone`. None means the host's own zone. The question is
    never dropped. If it alone exceeds the budget, its middle is cut out, because instructions are
    usually at its start or its end. For an answer to continue, the end of the answer is kept, and
    up to half of the room is left to its question.
    """
    rules = system(question, now=now, persona=persona, zone=zone, language=language)
    head = [ChatMessage("system", rules)]
    names = _names(question, turns)
    before = _before(question, names, now=now, zone=zone, budget_tokens=budget_tokens)
    tail = _tail(question, names, before, budget_tokens - _cost(head))
    room = budget_tokens - _cost(head) - _cost(tail)
    pictures = question.pictures
    seen = window(turns, room, in_group=not question.inbound.direct, pictures=pictures)
    return head + [said for turn in seen for said in _messages(turn, names, pictures)] + tail


def spare_tokens(
    question: Question, turns: Sequence[Turn], *, persona: str, budget_tokens: int
) -> int:
    """Return how many tokens these turns leave free in a prompt without recalled text."""
    bare = replace(question, context="")
    told = build(bare, turns, now=0.0, persona=persona, budget_tokens=budget_tokens)
    # The last term allows for longer dates than that of `now=0.0`.
    return budget_tokens - _cost(told) - 2 * MESSAGE_TOKENS


def window(
    turns: Sequence[Turn], room_tokens: int, *, in_group: bool, pictures: Pictures = NO_PICTURES
) -> Sequence[Turn]:
    """Return as many of the newest turns as fit, oldest first."""
    names = labels(turn.author for turn in turns) if in_group else {}
    for count, turn in enumerate(reversed(turns)):
        room_tokens -= _cost(_messages(turn, names, pictures))
        if room_tokens < 0:
            return turns[len(turns) - count :]
    return turns


def system(
    question: Question,
    *,
    now: float,
    persona: str,
    zone: tzinfo | None = timezone.utc,
    language: str = "",
) -> str:
    """Return the system message: Pipit's own rules, the chat's persona, and the date.

    `language` is the name of the person's language, or "". The model needs it for a question
    without any letter, such as a picture or "2+2".
    """
    today = local_time(now, zone).strftime("%A, %d %B %Y")
    lines = [SYSTEM, f"Today is {today}."]
    if persona:
        lines.append(f"In this chat you were asked to be: {persona}")
    if language and not _has_letters(question):
        lines.append(f"The language of the question is {language}.")
    if not question.inbound.direct:
        lines.append(RULE)
    return "\n".join(lines)


def _has_letters(question: Question) -> bool:
    inbound = question.inbound
    return any(map(str.isalpha, inbound.text + inbound.material.quoted + question.partial))


def _names(question: Question, turns: Sequence[Turn]) -> Mapping[str, str]:
    """Return the label of each person of a group by user id. In a private chat, return nothing."""
    asked = question.inbound
    if asked.direct:
        return {}
    heard = (message.author for message in question.overheard)
    return labels([*heard, *(turn.author for turn in turns), asked.author])


def _before(
    question: Question,
    names: Mapping[str, str],
    *,
    now: float,
    zone: tzinfo | None,
    budget_tokens: int,
) -> str:
    """Return the text before the question: recalled text and overheard messages."""
    heard = overheard_block(
        question.overheard,
        names,
        now=now,
        zone=zone,
        room_tokens=budget_tokens * OVERHEARD_SHARE,
        estimate=estimate_tokens,
    )
    return "\n\n".join(filter(None, (question.context, heard)))


def _tail(
    question: Question, names: Mapping[str, str], before: str, room_tokens: int
) -> list[ChatMessage]:
    # Recalled, overheard and quoted text goes into the user's message. Text that people wrote must
    # never have the authority of the system message.
    context = f"{before}\n\n" if before else ""
    if estimate_tokens(context) > MOST_CONTEXT * room_tokens:
        context = ""  # the text was made for a larger budget, which the endpoint refused
    room_tokens -= estimate_tokens(context)
    text = _spoken(question, names)
    pictures = question.asked_pictures
    room_tokens -= sum(picture.tokens for picture in pictures)
    if not question.partial:
        return [ChatMessage("user", context + _cut_middle(text, room_tokens), pictures)]
    room_tokens -= _cost([GO_ON])
    asked_tokens = min(estimate_tokens(text) + MESSAGE_TOKENS, room_tokens // 2)
    partial = ChatMessage("assistant", _cut_start(question.partial, room_tokens - asked_tokens))
    asked = context + _cut_middle(text, room_tokens - _cost([partial]))
    return [ChatMessage("user", asked, pictures), partial, GO_ON]


def _spoken(question: Question, names: Mapping[str, str]) -> str:
    inbound = question.inbound
    asked = {ref for ref, picture in question.pictures.items() if picture.asked}
    text = _with_material(inbound.text, inbound.material, inbound.material.quoted, asked)
    return spoken(names.get(inbound.author.user_id, ""), text)


def _messages(
    turn: Turn, names: Mapping[str, str], pictures: Pictures = NO_PICTURES
) -> list[ChatMessage]:
    if not turn.answer.strip():
        return []
    if turn.prompt == CONTINUE_COMMAND:
        # This turn continues the answer of the turn before it. The model gets `GO_ON` again, as it
        # did then, and without the member's name, because /continue was a command.
        return [GO_ON, ChatMessage("assistant", turn.answer)]
    seen = _of_history(turn.material, pictures)
    room = OWN_QUOTE_TOKENS if turn.material.quoted_own else QUOTE_TOKENS
    quoted = _cut_middle(turn.material.quoted, room)
    text = _with_material(turn.prompt, turn.material, quoted, seen)
    asked = spoken(names.get(turn.author.user_id, ""), text)
    return [ChatMessage("user", asked, tuple(seen.values())), ChatMessage("assistant", turn.answer)]


def _of_history(material: Material, pictures: Pictures) -> dict[str, Picture]:
    """Return the pictures of an earlier question that are sent again with this prompt."""
    found = {file.ref: pictures[file.ref] for file in material.attachments if file.ref in pictures}
    return {ref: picture for ref, picture in found.items() if not picture.asked}


def _with_material(text: str, material: Material, quoted: str, shown: Container[str]) -> str:
    """Return the captions of a question's files, the quoted text with its author, and its text."""
    files = captions(material.attachments, shown)
    if not quoted:
        seen = any(file.ref in shown for file in material.attachments)
        text = text or (NO_WORDS_PICTURE if seen else "")
        return "\n".join(filter(None, (files, text)))
    text = text or NO_WORDS
    name = plain_name(material.quoted_from)
    if material.quoted_own:
        origin = "(in reply to your words)"
    elif material.forwarded:
        origin = f"(forwarded from {name})" if name else "(forwarded)"
    else:
        origin = f"(in reply to {name})" if name else ""
    bars = "\n".join("> " + line for line in quoted.splitlines())
    return "\n".join(filter(None, (files, origin, bars))) + f"\n\n{text}"


def _cost(messages: Sequence[ChatMessage]) -> int:
    texts = sum(MESSAGE_TOKENS + estimate_tokens(message.content) for message in messages)
    return texts + sum(picture.tokens for message in messages for picture in message.pictures)


def _cut_middle(text: str, room_tokens: int) -> str:
    if estimate_tokens(text) + MESSAGE_TOKENS <= room_tokens:
        return text
    raw = text.encode("utf-8", "replace")
    half = _room_bytes(raw, room_tokens) // 2
    return raw[:half].decode("utf-8", "ignore") + GAP + raw[-half:].decode("utf-8", "ignore")


def _cut_start(text: str, room_tokens: int) -> str:
    if estimate_tokens(text) + MESSAGE_TOKENS <= room_tokens:
        return text
    raw = text.encode("utf-8", "replace")
    return GAP + raw[-_room_bytes(raw, room_tokens) :].decode("utf-8", "ignore")


def _room_bytes(raw: bytes, room_tokens: int) -> int:
    room = int((room_tokens - MESSAGE_TOKENS) * BYTES_PER_TOKEN) - len(GAP.encode())
    return max(room, int(len(raw) * LEAST_SHARE), 8)
