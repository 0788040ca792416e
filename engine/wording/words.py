"""The type of all texts that a user sees.

A language that lacks one of them fails the type check.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """All texts of one language. All languages use the same names in braces."""

    language: str  # the name of the language in the language itself

    # Buttons
    stop: str
    resume: str
    retry: str
    # The notices under an answer that did not end by itself
    cut_length: str
    cut_deadline: str  # fields: {seconds}
    cut_stopped: str
    cut_failed: str
    paused: str
    unseen: str
    empty_answer: str
    thinking: str
    thought_only: str
    no_words: str  # fields: {seconds}
    stopped_empty: str
    filtered: str
    cut_filtered: str
    model_gone: str
    from_cache: str
    # The notices in the place of an answer
    model_unavailable: str
    model_refused: str
    not_accepted: str
    out_of_credit: str
    too_long: str
    gave_up: str
    too_heavy: str
    waiting: str  # fields: {ahead}
    busy: str
    cannot_save: str
    not_allowed: str  # fields: {user_id}
    too_fast: str  # fields: {seconds}
    no_files: str
    # Files and memory
    file_reading: str  # fields: {name} {percent}
    file_kept: str  # fields: {name}
    file_replaced: str  # fields: {name}
    file_known: str  # fields: {name}
    file_unread: str  # fields: {name} {pages}
    file_kind: str  # fields: {name}
    file_large: str  # fields: {name}
    file_long: str  # fields: {name}
    file_locked: str  # fields: {name}
    file_empty: str  # fields: {name}
    file_slow: str  # fields: {name}
    file_full: str  # fields: {name}
    file_lost: str  # fields: {name}

    # Fields: {name}.
    file_broken: str
    # Pictures
    picture_blind: str
    picture_built_in: str
    picture_refused: str
    picture_left: str  # fields: {seen} {all}
    picture_still: str  # fields: {name}
    picture_small: str  # fields: {name}
    picture_gone: str  # fields: {name}
    picture_kind: str  # fields: {name}
    picture_large: str  # fields: {name}
    picture_broken: str  # fields: {name}
    voice_listening: str
    voice_deaf: str
    voice_built_in: str
    voice_silent: str
    voice_failed: str
    voice_format: str
    voice_long: str  # fields: {minutes}
    draw_off: str
    draw_how: str
    draw_filtered: str
    draw_credit: str
    draw_unknown: str
    draw_rejected: str
    draw_refused: str
    draw_failed: str
    draw_slow: str
    draw_large: str
    draw_unsent: str
    speak_unset: str
    speak_on: str
    speak_off: str
    speak_failed: str
    speak_owner: str
    memory_off: str
    memory_head: str
    memory_none: str
    memory_removed: str  # fields: {number}
    memory_unknown: str
    documents_head: str
    documents_none: str
    document_removed: str
    document_unknown: str
    # Commands
    start: str
    help_head: str
    help_row: str  # fields: {name} {about}
    unknown_command: str  # fields: {command}
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
    model_now: str  # fields: {model} {models}
    model_set: str  # fields: {model}
    model_unknown: str  # fields: {model} {models}
    persona_now: str  # fields: {persona}
    persona_none: str
    persona_set: str
    persona_cleared: str
    persona_long: str  # fields: {most}
    language_now: str  # fields: {language} {languages}
    language_set: str  # fields: {language}
    language_unknown: str  # fields: {languages}
    timezone_now: str  # fields: {zone} {time}
    timezone_set: str  # fields: {zone} {time}
    timezone_unknown: str  # fields: {zone}
    export_chat: str
    export_own: str
    evicted: str
    export_long: str
    forget_chat: str  # fields: {turns} {documents} {minutes}
    forget_own: str  # fields: {turns} {documents} {minutes}
    forgotten: str
    anonymous: str
    data_failed: str
    # /listen and its card
    listen_object: str
    listen_allow: str
    listen_end: str
    listen_on: str  # fields: {messages} {hours}
    listen_choice: str  # fields: {button}
    listen_voice: str
    listen_off: str
    listen_stopped: str
    listen_objected: str
    listen_allowed: str
    listen_admins: str
    listen_groups: str
    listen_unavailable: str
    listen_as_admin: str
    listen_by_owner: str
    forget_overheard: str  # fields: {overheard}
    stats: str  # {turns_today} {tokens_today} {turns} {tokens} {waiting} {working} {hit_percent}

    # Fields: {hits} {asked} {repeats} {refused}.
    stats_cache: str
    # The description of each command for the menu and /help. It has plain spaces only, because
    # Telegram stores no other kind.
    help_start: str
    help_help: str
    help_ask: str
    help_draw: str
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
    help_voice: str
    help_memory: str
    help_documents: str
    help_export: str
    help_forget: str
    help_people: str
    help_stats: str
    help_usage: str
    help_set: str
    help_news: str
    help_broadcast: str
    # The description of a command's argument for the menu
    hint_ask: str
    hint_draw: str
    hint_chats: str
    hint_model: str
    hint_persona: str
    hint_language: str
    hint_timezone: str
    hint_listen: str
    hint_voice: str
    hint_memory: str
    hint_documents: str
    hint_export: str
    hint_people: str
    hint_forget: str
    hint_set: str
    hint_news: str
    hint_broadcast: str
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
    login: str  # fields: {about} (the platform)
    disk: str
    database: str
    deaf: str  # fields: {about} (the platform)
    backup: str
    model: str  # fields: {about} (the model)
    cap_near: str  # fields: {about} (the time)
    cap_reached: str  # fields: {about} (the time)
    over: str  # fields: {said}

    def of(self, kind: str, about: str) -> str:
        """Return the message for a fault of this kind. `about` names the platform or the model."""
        if kind == "token":
            return self.model_login if about == "model" else self.login.format(about=about)
        text: str = getattr(self, kind)
        return text.format(about=about)


@dataclass(frozen=True)
class ServiceWords:
    """The texts of one language about usage, caps, settings and news."""

    near_person: str  # fields: {percent} {time}
    near_chat: str  # fields: {percent} {time}
    cheaper: str  # fields: {model}
    stop_person: str  # fields: {time}
    stop_chat: str  # fields: {time}
    stop_total: str  # fields: {time}
    usage_today: str
    usage_month: str
    usage_sum: str  # fields: {answers} {tokens}
    usage_people: str
    usage_chats: str
    usage_models: str
    usage_estimated: str  # fields: {percent}
    usage_allowance: str  # fields: {percent} {time}
    usage_erased: str
    only_admins: str
    set_head: str
    set_done: str  # fields: {name} {value}
    set_back: str  # fields: {name} {value}
    set_unknown: str  # fields: {name}
    set_wrong: str  # fields: {problem}
    in_private: str
    news_on: str
    news_off: str
    news_unavailable: str
    broadcast_how: str
    broadcast_nobody: str
    broadcast_long: str  # fields: {most}
    broadcast_running: str
    broadcast_preview: str  # fields: {chats}
    broadcast_send: str
    broadcast_cancel: str
    broadcast_progress: str  # fields: {chats} {gone} {sent}
    broadcast_done: str  # fields: {chats} {gone} {sent}
    broadcast_stopped: str  # fields: {chats} {gone} {sent}
    broadcast_cancelled: str
    broadcast_idle: str
