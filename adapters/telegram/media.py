"""Convert Telegram's files, photos, stickers, voice and video to attachments. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Union

import telegram

from engine.attachments import Attachment, MediaKind
from engine.text import well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Telegram stores a photo in sizes of 90, 320, 800, 1280 and 2560 pixels. At 1280 pixels a model can
# read the text of a screenshot, and a larger size helps little.
BEST_PIXELS = 1280
PREVIEW_PIXELS = 800
PICTURE_ENDINGS = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".avif": "image/avif",
}

Holder = Union[telegram.Message, telegram.ExternalReplyInfo]
"""The objects that can hold media.

The second class is a message of another chat that is replied to.
"""


def attachments(message: Holder) -> Sequence[Attachment]:
    """Return the media and files of a message, each of them once."""
    found = [*_photo(message), *_sticker(message), *_moving(message), *_sound(message)]
    # A GIF arrives as an animation, together with the same file as a document.
    if message.document is not None and message.animation is None:
        found.append(_document(message.document))
    return found


def _photo(message: Holder) -> Iterator[Attachment]:
    if message.photo:
        best = nearest(message.photo, BEST_PIXELS)
        yield Attachment(
            "photo.jpg",
            "image/jpeg",
            best.file_size or 0,
            best.file_id,
            kind=MediaKind.PICTURE,
            preview=nearest(message.photo, PREVIEW_PIXELS).file_id,
            width=best.width,
            height=best.height,
        )


def nearest(sizes: Sequence[telegram.PhotoSize], pixels: int) -> telegram.PhotoSize:
    """Return the size whose longer side is nearest to this many pixels."""
    return min(sizes, key=lambda size: abs(max(size.width, size.height) - pixels))


def _sticker(message: Holder) -> Iterator[Attachment]:
    sticker = message.sticker
    if sticker is None:
        return
    moves = sticker.is_animated or sticker.is_video
    ref, media_type = sticker.file_id, "image/webp"
    if moves:  # Lottie and WebM files are not pictures, but their thumbnail is WebP or JPEG
        ref, media_type = _preview(sticker), "image/jpeg"
    yield Attachment(
        "sticker",
        media_type,
        0 if moves else sticker.file_size or 0,
        ref,
        kind=MediaKind.STICKER,
        preview=_preview(sticker),
        width=sticker.width,
        height=sticker.height,
        alt=sticker.emoji or "",
    )


def _moving(message: Holder) -> Iterator[Attachment]:
    video, animation, note = message.video, message.animation, message.video_note
    if video is not None:
        yield _clip(video, video.file_name or "video.mp4", MediaKind.VIDEO)
    if animation is not None:
        yield _clip(animation, animation.file_name or "animation.mp4", MediaKind.ANIMATION)
    if note is not None:
        yield Attachment(
            "video note.mp4",
            "video/mp4",
            note.file_size or 0,
            note.file_id,
            kind=MediaKind.VIDEO_NOTE,
            preview=_preview(note),
            width=note.length,
            height=note.length,
            duration_seconds=_seconds(note.duration),
        )


def _clip(clip: telegram.Video | telegram.Animation, name: str, kind: MediaKind) -> Attachment:
    return Attachment(
        well_formed(name),
        clip.mime_type or "video/mp4",
        clip.file_size or 0,
        clip.file_id,
        kind=kind,
        preview=_preview(clip),
        width=clip.width,
        height=clip.height,
        duration_seconds=_seconds(clip.duration),
    )


def _sound(message: Holder) -> Iterator[Attachment]:
    voice, audio = message.voice, message.audio
    if voice is not None:
        yield Attachment(
            "voice.ogg",
            voice.mime_type or "audio/ogg",
            voice.file_size or 0,
            voice.file_id,
            kind=MediaKind.VOICE,
            duration_seconds=_seconds(voice.duration),
        )
    if audio is not None:
        yield Attachment(
            well_formed(audio.file_name or audio.title or "audio"),
            audio.mime_type or "audio/mpeg",
            audio.file_size or 0,
            audio.file_id,
            kind=MediaKind.AUDIO,
            duration_seconds=_seconds(audio.duration),
        )


def _document(document: telegram.Document) -> Attachment:
    """Return a document as an attachment. A picture that was sent as a file counts as a picture."""
    name = well_formed(document.file_name or "file")
    ending = "." + name.rpartition(".")[2].lower()
    media_type = document.mime_type or "application/octet-stream"
    shown = PICTURE_ENDINGS.get(ending, media_type)
    pictures = PICTURE_ENDINGS.values()
    is_picture = media_type in pictures or (
        media_type == "application/octet-stream" and shown in pictures
    )
    return Attachment(
        name,
        media_type if media_type in pictures else shown if is_picture else media_type,
        document.file_size or 0,
        document.file_id,
        kind=MediaKind.PICTURE if is_picture else MediaKind.DOCUMENT,
        preview=_preview(document) if is_picture else "",
    )


def _preview(
    holder: telegram.Video
    | telegram.Animation
    | telegram.VideoNote
    | telegram.Document
    | telegram.Sticker,
) -> str:
    return holder.thumbnail.file_id if holder.thumbnail is not None else ""


def _seconds(duration: object) -> float:
    """Return a duration in seconds. Newer versions of the library give it as a timedelta."""
    total = getattr(duration, "total_seconds", None)
    return float(total()) if total is not None else float(str(duration or 0))
