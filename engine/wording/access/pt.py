"""The texts about approvals, people and roles in Portuguese."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="Perguntei a quem cuida deste bot se você pode usá-lo. Guardo a sua mensagem e "
    "respondo assim que concordarem.",
    asked_group="Perguntei a quem cuida deste bot se posso responder neste grupo. Guardo a sua "
    "mensagem e respondo assim que concordarem.",
    full="Há pessoas demais esperando permissão agora. Tente de novo mais tarde, por favor.",
    admitted="Agora você pode usar este bot. Envie a sua pergunta de novo, por favor.",
    wants="{name}, do {platform}, gostaria de usar este bot.",
    wants_group="O grupo {name}, do {platform}, gostaria de usar este bot.",
    more="Há mais pessoas esperando uma decisão. /people mostra todas.",
    approve="Aprovar",
    block="Bloquear",
    decided="Decidido por {admin}, {date}",
    already="{admin} já decidiu: {state}",
    head="Pessoas e grupos, de {first} a {last} de {all}:",
    nothing="Ainda não há nada aqui.",
    log_head="As decisões mais recentes:",
    waiting="espera uma decisão",
    approved="aprovado",
    blocked="bloqueado",
    removed="{id} não está mais na lista. A próxima mensagem de lá conta como a primeira.",
    unknown="Conheço estes comandos. ID é uma plataforma e um número, por exemplo telegram:123456.",
    roles="Os papéis: {roles}",
    admin_fixed="Os administradores são definidos em ADMIN_USERS e não podem ser mudados aqui.",
    only_admins="Só os administradores deste bot podem fazer isso.",
    private_only="Escreva isso para mim em uma conversa privada, por favor.",
    admin="administrador",
    member="membro",
    guest="convidado",
    child="criança",
    persona_fixed=(
        "O meu papel para você é definido por quem cuida deste bot e não pode ser mudado aqui."
    ),
    no_documents="Você não pode enviar documentos a este bot, por isso não li o arquivo.",
)
