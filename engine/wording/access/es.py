"""The texts about approvals, people and roles in Spanish."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="He preguntado a quienes llevan este bot si puedes usarlo. Guardo tu mensaje y lo "
    "respondo en cuanto acepten.",
    asked_group="He preguntado a quienes llevan este bot si puedo responder en este grupo. "
    "Guardo tu mensaje y lo respondo en cuanto acepten.",
    full="Ahora mismo hay demasiadas personas esperando permiso. Inténtalo más tarde, por favor.",
    admitted="Ya puedes usar este bot. Envía tu pregunta otra vez, por favor.",
    wants="{name}, de {platform}, quiere usar este bot.",
    wants_group="El grupo {name}, de {platform}, quiere usar este bot.",
    more="Hay más personas que esperan una decisión. /people las muestra todas.",
    approve="Aprobar",
    block="Bloquear",
    decided="Decidido por {admin}, {date}",
    already="{admin} ya ha decidido: {state}",
    head="Personas y grupos, de {first} a {last} de {all}:",
    nothing="Aquí no hay nada todavía.",
    log_head="Las últimas decisiones:",
    waiting="espera una decisión",
    approved="aprobado",
    blocked="bloqueado",
    removed="{id} ya no está en la lista. El próximo mensaje de ahí se trata como el primero.",
    unknown="Conozco estos comandos. ID es una plataforma y un número, por ejemplo "
    "telegram:123456.",
    roles="Los roles: {roles}",
    admin_fixed="Los administradores se fijan en ADMIN_USERS y no se pueden cambiar aquí.",
    only_admins="Solo los administradores de este bot pueden hacerlo.",
    private_only="Escríbeme esto en un chat privado, por favor.",
    admin="administrador",
    member="miembro",
    guest="invitado",
    child="menor",
    persona_fixed="Quienes llevan este bot fijan mi papel para ti, y aquí no se puede cambiar.",
    no_documents="No puedes enviar documentos a este bot, así que no he leído el archivo.",
)
