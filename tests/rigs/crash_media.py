"""Kill the real process while pictures, albums, voice messages and drawings are under way.

See `crash`.

The name of a question stands in a picture's caption, or in the recording itself. The imitated
service for speech reads it there. The text under an answer that repeats the spoken words does not
count as a part of the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.engine.media.pictures import made
from tests.rigs.crash import GROUP, Report, Rig, speak
from tests.servers.model_faults import pictures_of
from tests.servers.telegram import Upload

if TYPE_CHECKING:
    from pathlib import Path

ALBUM = 3
PREPARED = "picture.jpg", "image/jpeg"


def text_of(content: Any) -> str:
    """Return the text of a message, without its pictures."""
    if isinstance(content, str):
        return content
    return "\n".join(part.get("text", "") for part in content)


def say(messages: list[dict[str, Any]]) -> str:
    """Answer as `speak` does, and describe pictures in one line each."""
    texts = [{**message, "content": text_of(message["content"])} for message in messages]
    last = texts[-1]["content"]
    if "For people who cannot see" in last:
        return "\n".join(f"{number}. A field." for number in range(1, ALBUM + 1))
    return speak(texts)


def hear(content: bytes) -> str:
    """Return the name that stands in a recording."""
    return content.partition(b" ")[2].decode()


@dataclass
class MediaReport(Report):
    """The counts of a run.

    `incomplete`: questions that the model never got with all pictures. `paid_twice`: drawings that
    were requested under more than one id.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    incomplete: list[str] = field(default_factory=list)
    paid_twice: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


class MediaRig(Rig):
    """A rig whose people send pictures, albums and voice messages beside texts."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        # A picture is fetched and scaled again after each kill, before its answer can begin.
        self.most_pause_seconds, self.last_seconds = 5.0, 240.0
        self._small = made((640, 480))
        # A camera's picture must be scaled in the converting process.
        self._large = made((2400, 1800), exif=_exif())
        self.pictures: dict[str, int] = {}
        self.drawn: dict[str, int] = {}
        self.kinds: Counter[str] = Counter()

    async def __aenter__(self) -> MediaRig:
        await super().__aenter__()
        self.model.answer = say
        self.model.hear = hear
        self.model.media.made.append(made((640, 480), "PNG"))
        self.settings.update(
            SPEECH_BASE_URL=self.model.base_url,
            IMAGE_BASE_URL=self.model.base_url,
            HF_IMAGE_MODEL="painter",
        )
        return self

    def ask(self, question: str) -> None:
        """Let somebody send something in a random chat."""
        how = self._chance.random()
        if how < 0.25:
            super().ask(question)
            return
        kind = self._chance.choice(("picture", "album", "voice", "drawing"))
        self.kinds[kind] += 1
        if kind == "drawing":
            self.drawn[question] = self._chance.choice((101, 102, 103))
            self.telegram.say(self.drawn[question], f"/draw {question}")
            return
        on_telegram = self._chance.random() < 0.5
        (self._on_telegram if on_telegram else self._on_discord)(kind, question)

    def _on_telegram(self, kind: str, question: str) -> None:
        group = kind == "picture" and self._chance.random() < 0.3
        chat = GROUP if group else self._chance.choice((101, 102, 103))
        self.asked.append(("telegram", chat, question))
        if kind == "voice":
            note = Upload("voice.ogg", "audio/ogg", _note(question), "voice", facts={"duration": 3})
            self.telegram.say(chat, file=note)
            return
        content = self._chance.choice((self._small, self._large))
        sent_as = self._chance.choice(("photo", "document")) if kind == "picture" else "photo"
        count = ALBUM if kind == "album" else 1
        self.pictures[question] = count
        for number in range(count):
            text = "" if number else f"/ask {question}" if group else question
            album = f"album-{question}" if count > 1 else ""
            self.telegram.say(chat, text, file=Upload(*PREPARED, content, sent_as), album=album)

    def _on_discord(self, kind: str, question: str) -> None:
        dms = [place for place in self.discord_places if place is not self._channel]
        place = self._chance.choice(dms if kind == "voice" else self.discord_places)
        self.asked.append(("discord", place, question))
        if kind == "voice":
            note = ("voice-message.ogg", _note(question), "audio/ogg")
            self.discord.say(place, "", attachments=[note], voice_seconds=3.0)
            return
        content = self._chance.choice((self._small, self._large))
        count = ALBUM if kind == "album" else 1
        self.pictures[question] = count
        files = [(f"{number}.jpg", content, "image/jpeg") for number in range(count)]
        mentioned = place is self._channel
        self.discord.say(place, question, attachments=files, mentions_bot=mentioned)

    def shown(self, platform: str, chat: Any) -> list[str]:
        """Return the bot's messages, each without the repeated words of a recording."""
        texts = super().shown(platform, chat)
        return [text.partition("🎤")[0].rstrip("\n> ") for text in texts]

    def _photos(self, question: str) -> int:
        sent = self.telegram.sent(self.drawn[question])
        return sum("photo" in message.extra and message.text == question for message in sent)

    def done(self) -> bool:
        """Return whether every question has its answer, and every drawing is shown."""
        return super().done() and all(map(self._photos, self.drawn))

    def report(self, kills: int) -> MediaReport:
        found = MediaReport(**vars(super().report(kills)))
        found.kinds = self.kinds
        found.questions += len(self.drawn)
        shown = {question: self._photos(question) for question in self.drawn}
        found.lost += [question for question, times in shown.items() if not times]
        found.twice += [question for question, times in shown.items() if times > 1]
        ids: dict[str, set[str]] = {}
        for made_call in self.model.media.asked:
            ids.setdefault(str(made_call.body.get("prompt")), set()).add(made_call.request_id)
        found.paid_twice = [question for question, of_it in ids.items() if len(of_it) > 1]
        got: Counter[str] = Counter()
        for call in self.model.requests:
            for message in call.body["messages"]:
                names = re.findall(r"Q\d+", text_of(message["content"]))
                if names and message["role"] == "user":
                    pictures = len(pictures_of({"messages": [message]}))
                    got[names[-1]] = max(got[names[-1]], pictures)
        found.incomplete = [name for name, count in self.pictures.items() if got[name] < count]
        places = {(platform, id(chat)): (platform, chat) for platform, chat, _ in self.asked}
        found.strays = [
            text
            for platform, chat in places.values()
            for text in self.shown(platform, chat)
            if text not in self.drawn and not re.match(r"Q\d+-0 ", text + " ")
        ]
        return found


def _note(question: str) -> bytes:
    return b"OggS " + question.encode()


def _exif() -> Any:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "a camera"
    return exif
