"""Polish texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Zużyto {percent} % twojego limitu. Odnowi się: {time}.",
    near_chat="⚠ Ten czat zużył {percent} % swojego limitu. Odnowi się: {time}.",
    cheaper="Do tego czasu odpowiada mniejszy model: {model}.",
    stop_person="Twój limit został wyczerpany. Odpowiem ci znów: {time}.",
    stop_chat="Limit tego czatu został wyczerpany. Odpowiem tu znów: {time}.",
    stop_total="Limit tego bota został wyczerpany. Odpowiem znów: {time}.",
    usage_today="Dzisiaj (UTC)",
    usage_month="Ten miesiąc (UTC)",
    usage_sum="Odpowiedzi: {answers}, tokeny: {tokens}",
    usage_people="Osoby, według tokenów",
    usage_chats="Czaty, według tokenów",
    usage_models="Modele, według tokenów",
    usage_estimated="Oszacowane, bo usługa ich nie podała: {percent} % tokenów.",
    usage_allowance="Zużyto {percent} % twojego limitu. Odnowi się: {time}.",
    usage_erased="usunięte dane",
    only_admins="Mogą to zrobić tylko administratorzy tego bota.",
    set_head=(
        "Te ustawienia można zmienić stąd. Zmiana: /set NAZWA WARTOŚĆ. Powrót do "
        "wartości z pliku: /set NAZWA -"
    ),
    set_done="{name} to teraz {value}.",
    set_back="{name} ma znów wartość z pliku ustawień: {value}.",
    set_unknown="{name} nie można zmienić z czatu. /set pokazuje, co można.",
    set_wrong="Nic się nie zmieniło. {problem}",
    in_private="Zrób to, proszę, w prywatnym czacie ze mną.",
    news_on="Ten czat dostaje nowości tego bota. Aby to zakończyć: /news off",
    news_off="Ten czat nie dostaje nowości tego bota. Aby je dostawać: /news on",
    news_unavailable="Nie mogę wysyłać nowości do tego czatu.",
    broadcast_how="Napisz wiadomość po poleceniu: /broadcast TEKST",
    broadcast_nobody="Nikt jeszcze nie chce nowości. Prosi się o nie przez /news on",
    broadcast_long="To za długie. Limit znaków: {most}.",
    broadcast_running="Wiadomość jest jeszcze wysyłana. Aby zakończyć: /broadcast stop",
    broadcast_preview="Czaty, które to dostaną: {chats}",
    broadcast_send="✉ Wyślij",
    broadcast_cancel="✕ Anuluj",
    broadcast_progress="Wysyłanie. Dotarło: {sent} z {chats}, nieosiągalne: {gone}",
    broadcast_done="Gotowe. Dotarło: {sent} z {chats}, nieosiągalne: {gone}",
    broadcast_stopped="Zakończono wcześniej. Dotarło: {sent} z {chats}, nieosiągalne: {gone}",
    broadcast_cancelled="Niczego nie wysłano.",
    broadcast_idle="Teraz nic nie jest wysyłane.",
)
