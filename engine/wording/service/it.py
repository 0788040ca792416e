"""Italian texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Hai usato il {percent} % della tua quota. Riparte il {time}.",
    near_chat="⚠ Questa chat ha usato il {percent} % della sua quota. Riparte il {time}.",
    cheaper="Fino ad allora risponde un modello più piccolo: {model}.",
    stop_person="Hai esaurito la tua quota. Potrò risponderti di nuovo il {time}.",
    stop_chat="Questa chat ha esaurito la sua quota. Potrò rispondere qui di nuovo il {time}.",
    stop_total="Questo bot ha esaurito la sua quota. Potrò rispondere di nuovo il {time}.",
    usage_today="Oggi (UTC)",
    usage_month="Questo mese (UTC)",
    usage_sum="Risposte: {answers}, token: {tokens}",
    usage_people="Persone, per token",
    usage_chats="Chat, per token",
    usage_models="Modelli, per token",
    usage_estimated="Stimati, perché il servizio non li ha indicati: {percent} % dei token.",
    usage_allowance="Hai usato il {percent} % della tua quota. Riparte il {time}.",
    usage_erased="dati cancellati",
    only_admins="Solo gli amministratori di questo bot possono farlo.",
    set_head=(
        "Queste impostazioni si possono cambiare da qui. Per cambiarne una: /set NOME "
        "VALORE. Per tornare al valore del file: /set NOME -"
    ),
    set_done="{name} ora è {value}.",
    set_back="{name} ha di nuovo il valore del file di impostazioni: {value}.",
    set_unknown="{name} non si può cambiare dalla chat. /set mostra che cosa si può.",
    set_wrong="Non è cambiato nulla. {problem}",
    in_private="Fallo in una chat privata con me, per favore.",
    news_on="Questa chat riceve le novità di questo bot. Per smettere: /news off",
    news_off="Questa chat non riceve le novità di questo bot. Per riceverle: /news on",
    news_unavailable="Non posso inviare novità in questa chat.",
    broadcast_how="Scrivi il messaggio dopo il comando: /broadcast TESTO",
    broadcast_nobody="Nessuno vuole ancora novità. Si chiedono con /news on",
    broadcast_long="È troppo lungo. Caratteri al massimo: {most}.",
    broadcast_running="Un messaggio è ancora in invio. Per fermarlo: /broadcast stop",
    broadcast_preview="Chat che lo riceveranno: {chats}",
    broadcast_send="✉ Invia",
    broadcast_cancel="✕ Annulla",
    broadcast_progress=("Invio in corso. Raggiunte: {sent} di {chats}, non raggiungibili: {gone}"),
    broadcast_done="Fatto. Raggiunte: {sent} di {chats}, non raggiungibili: {gone}",
    broadcast_stopped="Interrotto. Raggiunte: {sent} di {chats}, non raggiungibili: {gone}",
    broadcast_cancelled="Non è stato inviato nulla.",
    broadcast_idle="Ora non si sta inviando nulla.",
)
