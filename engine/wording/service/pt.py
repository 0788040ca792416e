"""Portuguese texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Você usou {percent} % da sua cota. Ela recomeça em {time}.",
    near_chat="⚠ Este chat usou {percent} % da sua cota. Ela recomeça em {time}.",
    cheaper="Até lá responde um modelo menor: {model}.",
    stop_person="Você usou toda a sua cota. Posso responder de novo em {time}.",
    stop_chat="Este chat usou toda a sua cota. Posso responder aqui de novo em {time}.",
    stop_total="Este bot usou toda a sua cota. Posso responder de novo em {time}.",
    usage_today="Hoje (UTC)",
    usage_month="Este mês (UTC)",
    usage_sum="Respostas: {answers}, tokens: {tokens}",
    usage_people="Pessoas, por tokens",
    usage_chats="Chats, por tokens",
    usage_models="Modelos, por tokens",
    usage_estimated="Estimados, porque o serviço não os informou: {percent} % dos tokens.",
    usage_allowance="Você usou {percent} % da sua cota. Ela recomeça em {time}.",
    usage_erased="dados apagados",
    only_admins="Só os administradores deste bot podem fazer isso.",
    set_head=(
        "Estas configurações podem mudar daqui. Para mudar uma: /set NOME VALOR. Para "
        "voltar ao valor do arquivo: /set NOME -"
    ),
    set_done="{name} agora é {value}.",
    set_back="{name} tem de novo o valor do arquivo de configurações: {value}.",
    set_unknown="{name} não pode ser mudado pelo chat. /set mostra o que pode.",
    set_wrong="Nada mudou. {problem}",
    in_private="Faça isso em um chat privado comigo, por favor.",
    news_on="Este chat recebe as novidades deste bot. Para terminar: /news off",
    news_off="Este chat não recebe as novidades deste bot. Para receber: /news on",
    news_unavailable="Não consigo enviar novidades para este chat.",
    broadcast_how="Escreva a mensagem depois do comando: /broadcast TEXTO",
    broadcast_nobody="Ninguém quer novidades ainda. Elas são pedidas com /news on",
    broadcast_long="É longo demais. Caracteres no máximo: {most}.",
    broadcast_running="Uma mensagem ainda está sendo enviada. Para terminar: /broadcast stop",
    broadcast_preview="Chats que vão receber isto: {chats}",
    broadcast_send="✉ Enviar",
    broadcast_cancel="✕ Cancelar",
    broadcast_progress="Enviando. Entregues: {sent} de {chats}, inalcançáveis: {gone}",
    broadcast_done="Pronto. Entregues: {sent} de {chats}, inalcançáveis: {gone}",
    broadcast_stopped="Terminado antes. Entregues: {sent} de {chats}, inalcançáveis: {gone}",
    broadcast_cancelled="Nada foi enviado.",
    broadcast_idle="Nada está sendo enviado agora.",
)
