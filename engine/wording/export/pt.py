"""The texts of the readable view of exported data in Portuguese."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Tudo o que o Pipit guarda disto. Vetores são números feitos destes textos; no lugar "
        "deles está o seu comprimento. Todos os horários são UTC."
    ),
    chat="Conversa {chat}",
    person="pessoa {person}",
    chosen="Escolhido ({name}): {value}",
    reply="Em resposta a {author}:",
    reply_plain="Em resposta a uma mensagem:",
    forwarded="Encaminhado de {author}:",
    forwarded_plain="Uma mensagem encaminhada:",
    file="Arquivo: {name}",
    document="Documento {name}, enviado por {author}",
    used="respostas: {answers} ({ended}), tokens: {tokens}",
    spent="respostas: {answers} ({model}), tokens: {tokens}",
    no_model="sem modelo",
    overheard="Ouvido de {author}: {text}",
    objection="A pessoa {person} não quer ser ouvida",
    waiting="espera aprovação",
    since="desde {time}",
    user="Usuário {person}",
)
