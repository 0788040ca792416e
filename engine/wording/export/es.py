"""The texts of the readable view of exported data in Spanish."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Todo lo que Pipit guarda de esto. Los vectores son números hechos a partir de estos "
        "textos; aquí figura su longitud en su lugar. Todas las horas son UTC."
    ),
    chat="Conversación {chat}",
    person="persona {person}",
    chosen="Elegido ({name}): {value}",
    reply="En respuesta a {author}:",
    reply_plain="En respuesta a un mensaje:",
    forwarded="Reenviado de {author}:",
    forwarded_plain="Un mensaje reenviado:",
    file="Archivo: {name}",
    document="Documento {name}, enviado por {author}",
    used="respuestas: {answers} ({ended}), tokens: {tokens}",
    spent="respuestas: {answers} ({model}), tokens: {tokens}",
    no_model="sin modelo",
    overheard="Escuchado de {author}: {text}",
    objection="La persona {person} no quiere que se la escuche",
    waiting="espera aprobación",
    since="desde {time}",
    user="Usuario {person}",
)
