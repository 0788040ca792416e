"""German texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person=("⚠ Du hast {percent} % deines Kontingents verbraucht. Es beginnt neu am {time}."),
    near_chat=(
        "⚠ Dieser Chat hat {percent} % seines Kontingents verbraucht. Es beginnt neu am {time}."
    ),
    cheaper="Bis dahin antwortet ein kleineres Modell: {model}.",
    stop_person="Dein Kontingent ist aufgebraucht. Ich kann dir wieder antworten ab {time}.",
    stop_chat=(
        "Das Kontingent dieses Chats ist aufgebraucht. Ich kann hier wieder antworten ab {time}."
    ),
    stop_total=(
        "Das Kontingent dieses Bots ist aufgebraucht. Ich kann wieder antworten ab {time}."
    ),
    usage_today="Heute (UTC)",
    usage_month="Dieser Monat (UTC)",
    usage_sum="Antworten: {answers}, Tokens: {tokens}",
    usage_people="Personen, nach Tokens",
    usage_chats="Chats, nach Tokens",
    usage_models="Modelle, nach Tokens",
    usage_estimated=("Geschätzt, weil der Dienst sie nicht gemeldet hat: {percent} % der Tokens."),
    usage_allowance=(
        "Du hast {percent} % deines Kontingents verbraucht. Es beginnt neu am {time}."
    ),
    usage_erased="gelöschte Daten",
    only_admins="Das können nur die Admins dieses Bots.",
    set_head=(
        "Diese Einstellungen lassen sich hier ändern. Eine ändern: /set NAME WERT. "
        "Zurück zum Wert der Datei: /set NAME -"
    ),
    set_done="{name} ist jetzt {value}.",
    set_back="{name} hat wieder den Wert der Einstellungsdatei: {value}.",
    set_unknown="{name} lässt sich im Chat nicht ändern. /set zeigt, was geht.",
    set_wrong="Nichts wurde geändert. {problem}",
    in_private="Bitte mach das in einem privaten Chat mit mir.",
    news_on="Dieser Chat bekommt die Neuigkeiten dieses Bots. Zum Beenden: /news off",
    news_off="Dieser Chat bekommt keine Neuigkeiten dieses Bots. Um sie zu bekommen: /news on",
    news_unavailable="In diesen Chat kann ich keine Neuigkeiten schicken.",
    broadcast_how="Schreib die Nachricht hinter den Befehl: /broadcast TEXT",
    broadcast_nobody="Noch will niemand Neuigkeiten. Man bestellt sie mit /news on",
    broadcast_long="Das ist zu lang. Höchstens so viele Zeichen: {most}.",
    broadcast_running="Eine Nachricht wird noch gesendet. Zum Beenden: /broadcast stop",
    broadcast_preview="Chats, die das bekommen: {chats}",
    broadcast_send="✉ Senden",
    broadcast_cancel="✕ Abbrechen",
    broadcast_progress="Wird gesendet. Erreicht: {sent} von {chats}, nicht erreichbar: {gone}",
    broadcast_done="Fertig. Erreicht: {sent} von {chats}, nicht erreichbar: {gone}",
    broadcast_stopped=("Vorzeitig beendet. Erreicht: {sent} von {chats}, nicht erreichbar: {gone}"),
    broadcast_cancelled="Es wurde nichts gesendet.",
    broadcast_idle="Gerade wird nichts gesendet.",
)
