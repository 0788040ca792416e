"""Download attachments from Discord, even after their addresses have expired."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from adapters.discord.media import Reference
from adapters.discord.wire import FILE_SECONDS, download
from engine.attachments import MediaKind
from engine.errors import DeliveryError, DeliveryFailed, MessageGone

if TYPE_CHECKING:
    import discord

    from adapters.discord.wire import Wire
    from engine.attachments import Attachment


async def fetch(wire: Wire, attachment: Attachment, max_bytes: int) -> bytes:
    """Download an attachment.

    Its address is valid for about a day. After that, the message with the attachment is fetched
    again to get a new address. Raises `DeliveryError`.
    """
    # The link of a large picture returns a smaller version, so the full size does not matter.
    scaled = attachment.link and attachment.kind is not MediaKind.DOCUMENT
    if attachment.size_bytes > max_bytes and not scaled:
        raise DeliveryFailed(f"the file is longer than {max_bytes} bytes")
    reference = Reference.parse(attachment.ref)
    link = attachment.link or ("" if reference is not None else attachment.ref)
    if link:
        try:
            return await _download(wire, link, max_bytes)
        except DeliveryError:
            if reference is None:
                raise
    if reference is None:
        raise DeliveryFailed("the file has no address")
    return await _fetch_again(wire, reference, max_bytes)


async def _download(wire: Wire, address: str, max_bytes: int) -> bytes:
    return await wire.call(lambda _: download(address, max_bytes), FILE_SECONDS)


async def _fetch_again(wire: Wire, reference: Reference, max_bytes: int) -> bytes:
    """Fetch the message that has a file, and download the file from its new address."""
    failed: DeliveryError = MessageGone("the message has this file no more")
    for address in reference.addresses(await wire.call(partial(_holder, reference))):
        try:
            return await _download(wire, address, max_bytes)
        except DeliveryError as error:
            failed = error
    raise failed


async def _holder(reference: Reference, client: discord.Client) -> discord.Message:
    place = client.get_partial_messageable(reference.channel_id)
    return await place.fetch_message(reference.message_id)
