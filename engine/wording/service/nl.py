"""Dutch texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Je hebt {percent} % van je tegoed gebruikt. Het begint opnieuw op {time}.",
    near_chat=(
        "⚠ Deze chat heeft {percent} % van zijn tegoed gebruikt. Het begint opnieuw op {time}."
    ),
    cheaper="Tot dan antwoordt een kleiner model: {model}.",
    stop_person="Je tegoed is op. Ik kan je weer antwoorden op {time}.",
    stop_chat="Het tegoed van deze chat is op. Ik kan hier weer antwoorden op {time}.",
    stop_total="Het tegoed van deze bot is op. Ik kan weer antwoorden op {time}.",
    usage_today="Vandaag (UTC)",
    usage_month="Deze maand (UTC)",
    usage_sum="Antwoorden: {answers}, tokens: {tokens}",
    usage_people="Mensen, naar tokens",
    usage_chats="Chats, naar tokens",
    usage_models="Modellen, naar tokens",
    usage_estimated="Geschat, omdat de dienst ze niet meldde: {percent} % van de tokens.",
    usage_allowance="Je hebt {percent} % van je tegoed gebruikt. Het begint opnieuw op {time}.",
    usage_erased="gewiste gegevens",
    only_admins="Dat kunnen alleen de beheerders van deze bot.",
    set_head=(
        "Deze instellingen kun je hier wijzigen. Eén wijzigen: /set NAAM WAARDE. Terug "
        "naar de waarde uit het bestand: /set NAAM -"
    ),
    set_done="{name} is nu {value}.",
    set_back="{name} heeft weer de waarde uit het instellingenbestand: {value}.",
    set_unknown="{name} kan niet vanuit de chat worden gewijzigd. /set laat zien wat wel kan.",
    set_wrong="Er is niets veranderd. {problem}",
    in_private="Doe dat alsjeblieft in een privéchat met mij.",
    news_on="Deze chat krijgt het nieuws van deze bot. Om te stoppen: /news off",
    news_off="Deze chat krijgt geen nieuws van deze bot. Om het te krijgen: /news on",
    news_unavailable="Ik kan geen nieuws naar deze chat sturen.",
    broadcast_how="Schrijf het bericht achter de opdracht: /broadcast TEKST",
    broadcast_nobody="Nog niemand wil nieuws. Je vraagt erom met /news on",
    broadcast_long="Dat is te lang. Tekens maximaal: {most}.",
    broadcast_running="Er wordt nog een bericht verstuurd. Om te stoppen: /broadcast stop",
    broadcast_preview="Chats die dit krijgen: {chats}",
    broadcast_send="✉ Versturen",
    broadcast_cancel="✕ Annuleren",
    broadcast_progress="Bezig met versturen. Bereikt: {sent} van {chats}, onbereikbaar: {gone}",
    broadcast_done="Klaar. Bereikt: {sent} van {chats}, onbereikbaar: {gone}",
    broadcast_stopped="Voortijdig gestopt. Bereikt: {sent} van {chats}, onbereikbaar: {gone}",
    broadcast_cancelled="Er is niets verstuurd.",
    broadcast_idle="Er wordt nu niets verstuurd.",
)
