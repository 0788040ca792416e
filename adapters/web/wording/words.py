"""The type of the page's texts. A language without one of them fails the type check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageWords:
    """Labels of the page, including those for screen readers."""

    language: str  # the code of the language
    ask: str
    send: str
    stop: str
    resume: str
    retry: str
    fresh: str
    menu: str
    close: str
    conversation: str
    thinking: str
    offline: str
    unsent: str
    hello: str
    password: str
    enter: str
    wrong: str
    busy: str
    leave: str
    returned: str
    name: str  # the name of the language in the language itself
    copy: str
    copied: str
    again: str
    too_long: str  # fields: {length} {most}
    right_to_left: bool = False


@dataclass(frozen=True)
class MenuWords:
    """The labels of the menu. `PanelWords` holds the labels that menu and panel share."""

    chats: str
    settings: str
    language: str
    model: str
    spoken: str
    documents: str
    remove: str
    more: str
    later: str


@dataclass(frozen=True)
class UploadWords:
    """Labels and notices about the files that a visitor adds to a message."""

    attach: str
    remove: str  # fields: {name}
    uploading: str
    large: str  # fields: {name} {most}
    failed: str  # fields: {name}


@dataclass(frozen=True)
class VoiceWords:
    """Labels and notices about recording a voice message."""

    record: str
    recording: str
    finish: str
    discard: str
    play: str
    pause: str
    denied: str
    missing: str
    broken: str


@dataclass(frozen=True)
class PanelWords:
    """The labels and messages of the panel."""

    kept: str
    nothing: str
    again: str
    export: str
    exported: str
    role: str
    role_hint: str
    take: str
    taken: str
    sure: str
    erase: str
    tick: str
    erased: str
    failed: str


@dataclass(frozen=True)
class GuardWords:
    """The messages that a browser shows in place of the page, if a request is refused."""

    crowded: str
    pages: str
    hurried: str
    long: str
    name: str
    cookies: str


@dataclass(frozen=True)
class WebWords:
    """All texts of the page in one language."""

    page: PageWords
    menu: MenuWords
    uploads: UploadWords
    voice: VoiceWords
    guard: GuardWords
    panel: PanelWords
