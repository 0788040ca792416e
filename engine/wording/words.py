"""The type of all user-visible texts. A language without one of them fails the type check."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """All texts of one language. All languages use the same names in braces."""

    language: str  # the name of the language, in that language

    # Buttons
    stop: str
    resume: str
    retry: str
    # The notice under an answer that did not end by itself
    cut_length: str
    cut_deadline: str  # {seconds}
    cut_stopped: str
    cut_failed: str
    paused: str
    unseen: str
    empty_answer: str
    thinking: str
    thought_only: str
    no_words: str  # {seconds}
    stopped_empty: str
    filtered: str
    cut_filtered: str
    model_gone: str
    from_cache: str
    # The notice in the place of an answer
    model_unavailable: str
    model_refused: str
    not_accepted: str
    out_of_credit: str
    too_long: str
    gave_up: str
    too_heavy: str
    waiting: str  # {ahead}
    busy: str
    cannot_save: str
    not_allowed: str  # {user_id}
    too_fast: str  # {seconds}
    day_spent: str
    no_files: str
    # Files and memory
    file_reading: str  # {name} {percent}
    file_kept: str  # {name}
    file_replaced: str  # {name}
    file_known: str  # {name}
    file_unread: str  # {name} {pages}
    file_kind: str  # {name}
    file_large: str  # {name}
    file_long: str  # {name}
    file_locked: str  # {name}
    file_empty: str  # {name}
    file_slow: str  # {name}
    file_full: str  # {name}
    file_lost: str  # {name}
    file_broken: str  # {name}
    # Pictures
    picture_blind: str
    picture_built_in: str
    picture_refused: str
    picture_left: str  # {seen} {all}
    picture_still: str  # {name}
    picture_small: str  # {name}
    picture_gone: str  # {name}
    picture_kind: str  # {name}
    picture_large: str  # {name}
    picture_broken: str  # {name}
    voice_listening: str
    voice_deaf: str
    voice_built_in: str
    voice_silent: str
    voice_failed: str
    voice_format: str
    voice_long: str  # {minutes}
    memory_off: str
    memory_head: str
    memory_none: str
    memory_removed: str  # {number}
    memory_unknown: str
    documents_head: str
    documents_none: str
    document_removed: str
    document_unknown: str
    # Commands
    start: str
    help_head: str
    help_row: str  # {name} {about}
    unknown_command: str  # {command}
    fresh: str
    chats_head: str
    chats_none: str
    chats_unknown: str
    chats_back: str
    nothing_to_stop: str
    stopping: str
    only_author: str
    nothing_to_retry: str
    nothing_to_continue: str
    button_old: str
    button_done: str
    model_now: str  # {model} {models}
    model_set: str  # {model}
    model_unknown: str  # {model} {models}
    persona_now: str  # {persona}
    persona_none: str
    persona_set: str
    persona_cleared: str
    persona_long: str  # {most}
    language_now: str  # {language} {languages}
    language_set: str  # {language}
    language_unknown: str  # {languages}
    timezone_now: str  # {zone} {time}
    timezone_set: str  # {zone} {time}
    timezone_unknown: str  # {zone}
    export_chat: str
    export_own: str
    evicted: str
    export_long: str
    forget_chat: str  # {turns} {documents} {minutes}
    forget_own: str  # {turns} {documents} {minutes}
    forgotten: str
    anonymous: str
    data_failed: str
    # /listen and its card
    listen_object: str
    listen_allow: str
    listen_end: str
    listen_on: str  # {messages} {hours}
    listen_choice: str  # {button}
    listen_off: str
    listen_stopped: str
    listen_objected: str
    listen_allowed: str
    listen_admins: str
    listen_groups: str
    listen_unavailable: str
    listen_as_admin: str
    listen_by_owner: str
    forget_overheard: str  # {overheard}
    stats: str  # {turns_today} {tokens_today} {turns} {tokens} {waiting} {working} {hit_percent}
    stats_cache: str  # {hits} {asked} {repeats} {refused}
    # The description of each command for the menu and /help. It has plain spaces only, because
    # Telegram stores no other kind.
    help_start: str
    help_help: str
    help_ask: str
    help_new: str
    help_chats: str
    help_stop: str
    help_retry: str
    help_continue: str
    help_model: str
    help_persona: str
    help_language: str
    help_timezone: str
    help_listen: str
    help_memory: str
    help_documents: str
    help_export: str
    help_forget: str
    help_stats: str
    # The description of a command's argument for the menu
    hint_ask: str
    hint_chats: str
    hint_model: str
    hint_persona: str
    hint_language: str
    hint_timezone: str
    hint_listen: str
    hint_memory: str
    hint_documents: str
    hint_export: str
    hint_forget: str
    # Words that a person may type in place of the English ones after a command: /forget yes
    word_yes: str
    word_on: str
    word_off: str
    word_remove: str


@dataclass(frozen=True)
class AlertWords:
    """The messages of one language. `over` says that a fault has ended, and quotes its message."""

    credit: str
    model_login: str
    login: str  # {about}: the platform
    disk: str
    database: str
    deaf: str  # {about}: the platform
    backup: str
    model: str  # {about}: the model
    over: str  # {said}

    def of(self, kind: str, about: str) -> str:
        """Return the message for a fault of this kind. `about` names the platform or the model."""
        if kind == "token":
            return self.model_login if about == "model" else self.login.format(about=about)
        text: str = getattr(self, kind)
        return text.format(about=about)
