"""Build the parts that use services for voice and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.answering.images import HttpImages
from engine.answering.speech import HuggingFaceSpeech
from engine.answering.voices import HttpVoices
from engine.media.drawing import Drawing
from engine.media.hearing import Hearing
from engine.media.speaking import Speaking

if TYPE_CHECKING:
    from bot.settings import Settings
    from engine.tasks import Clock


def hearing_of(settings: Settings, clock: Clock) -> Hearing:
    """Return the part that transcribes recordings. Without a service it transcribes none."""
    speech = HuggingFaceSpeech(settings.media.speech, clock) if settings.media.speech else None
    names = settings.media.speech.names if settings.media.speech else ()
    return Hearing(speech, clock, built_in=settings.model is None, names=names)


def drawing_of(settings: Settings, clock: Clock) -> Drawing:
    """Return the part that draws pictures. Without a service it draws none."""
    if (images := settings.media.images) is None:
        return Drawing(None, clock)
    return Drawing(HttpImages(images, clock), clock, images.tokens, images.model)


def speaking_of(settings: Settings, clock: Clock) -> Speaking:
    """Return the part that speaks answers. Without a service it speaks none."""
    if (voice := settings.media.voice) is None:
        return Speaking(None, clock)
    return Speaking(HttpVoices(voice, clock), clock, voice.tokens, voice.model)
