"""Spanish texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person="⚠ Has usado el {percent} % de tu cupo. Se renueva el {time}.",
    near_chat="⚠ Este chat ha usado el {percent} % de su cupo. Se renueva el {time}.",
    cheaper="Hasta entonces responde un modelo más pequeño: {model}.",
    stop_person="Has agotado tu cupo. Podré responderte de nuevo el {time}.",
    stop_chat="Este chat ha agotado su cupo. Podré responder aquí de nuevo el {time}.",
    stop_total="Este bot ha agotado su cupo. Podré responder de nuevo el {time}.",
    usage_today="Hoy (UTC)",
    usage_month="Este mes (UTC)",
    usage_sum="Respuestas: {answers}, tokens: {tokens}",
    usage_people="Personas, por tokens",
    usage_chats="Chats, por tokens",
    usage_models="Modelos, por tokens",
    usage_estimated="Estimados, porque el servicio no los indicó: {percent} % de los tokens.",
    usage_allowance="Has usado el {percent} % de tu cupo. Se renueva el {time}.",
    usage_erased="datos borrados",
    only_admins="Solo los administradores de este bot pueden hacer eso.",
    set_head=(
        "Estos ajustes se pueden cambiar desde aquí. Para cambiar uno: /set NOMBRE "
        "VALOR. Para volver al valor del archivo: /set NOMBRE -"
    ),
    set_done="{name} es ahora {value}.",
    set_back="{name} tiene otra vez el valor del archivo de ajustes: {value}.",
    set_unknown="{name} no se puede cambiar desde el chat. /set muestra lo que sí.",
    set_wrong="No ha cambiado nada. {problem}",
    in_private="Haz eso en un chat privado conmigo, por favor.",
    news_on="Este chat recibe las noticias de este bot. Para terminarlo: /news off",
    news_off="Este chat no recibe las noticias de este bot. Para recibirlas: /news on",
    news_unavailable="No puedo enviar noticias a este chat.",
    broadcast_how="Escribe el mensaje después del comando: /broadcast TEXTO",
    broadcast_nobody="Nadie quiere noticias todavía. Se piden con /news on",
    broadcast_long="Es demasiado largo. Caracteres como máximo: {most}.",
    broadcast_running="Todavía se está enviando un mensaje. Para terminarlo: /broadcast stop",
    broadcast_preview="Chats que recibirán esto: {chats}",
    broadcast_send="✉ Enviar",
    broadcast_cancel="✕ Cancelar",
    broadcast_progress="Enviando. Entregados: {sent} de {chats}, no alcanzables: {gone}",
    broadcast_done="Listo. Entregados: {sent} de {chats}, no alcanzables: {gone}",
    broadcast_stopped=(
        "Terminado antes de tiempo. Entregados: {sent} de {chats}, no alcanzables: {gone}"
    ),
    broadcast_cancelled="No se envió nada.",
    broadcast_idle="Ahora no se está enviando nada.",
)
