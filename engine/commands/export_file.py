"""What is kept, as a file: JSON that begins with a plain-text view of itself, or the view alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

LONGEST_BYTES = 8 * 1000 * 1000  # Discord takes files of 10 MB from a bot, Telegram of 50
NOTE = (
    "All that Pipit keeps of this. Vectors are numbers made of these texts; their length stands here in their place. "
    "All times are UTC."
)


def as_json(held: Mapping[str, Any]) -> bytes:
    """Return one JSON object: `about`, `view` (lines for people), then the data."""
    told = {"about": NOTE, "view": list(_lines(held)), **held}
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def as_text(held: Mapping[str, Any]) -> bytes:
    """Return the view for people."""
    return "\n".join([NOTE, "", *_lines(held), ""]).encode("utf-8", "replace")


def _lines(held: Mapping[str, Any]) -> Iterator[str]:
    yield f"Chat {held['chat']}" + (f", person {held['person']}" if held["person"] else "")
    for settings in held["settings"]:
        yield from (f"Chosen {name}: {value}" for name, value in settings.items() if value)
    for turn in held["turns"]:
        yield from (
            "",
            f"[{turn['at']}] {_name(turn)}: {turn['question']}",
            f"Pipit: {turn['answer']}",
        )
    for message in held["messages"]:
        if "question" in message:
            yield from (
                "",
                f"[{message['at']}] {_name(message)}: {message['question']} ({message['state']})",
            )
    for document in held["documents"]:
        yield from (
            "",
            f"[{document['at']}] Document {document['name']}, given by {_name(document)}",
        )
        yield from (
            f"{passage['place']}: {passage['text']}".strip(": ") for passage in document["passages"]
        )
    if held["usage"]:
        yield ""
    for used in held["usage"]:
        tokens = used["question_tokens"] + used["answer_tokens"]
        yield f"{used['day']} {_name(used)}: {used['answers']} answers ({used['ended']}), {tokens} tokens"


def _name(of: Mapping[str, Any]) -> str:
    author = of["author"]
    return f"{author['name']} ({author['id']})" if author["name"] else f"User {author['id']}"
