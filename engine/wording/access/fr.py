"""The texts about approvals, people and roles in French."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked=(
        "J’ai demandé aux responsables de ce bot si tu peux l’utiliser. Je garde ton message "
        "et j’y réponds dès qu’ils sont d’accord."
    ),
    asked_group=(
        "J’ai demandé aux responsables de ce bot si je peux répondre dans ce groupe. Je garde "
        "ton message et j’y réponds dès qu’ils sont d’accord."
    ),
    full=(
        "Trop de personnes attendent une autorisation en ce moment. Réessaie plus tard, s’il "
        "te plaît."
    ),
    admitted="Tu peux maintenant utiliser ce bot. Renvoie ta question, s’il te plaît.",
    wants="{name}, sur {platform}, voudrait utiliser ce bot.",
    wants_group="Le groupe {name}, sur {platform}, voudrait utiliser ce bot.",
    more="D’autres personnes attendent une décision. /people les montre toutes.",
    approve="Autoriser",
    block="Bloquer",
    decided="Décidé par {admin}, {date}",
    already="{admin} a déjà décidé\u00a0: {state}",
    head="Personnes et groupes, {first} à {last} sur {all}\u00a0:",
    nothing="Il n’y a encore rien ici.",
    log_head="Les dernières décisions\u00a0:",
    waiting="attend une décision",
    approved="autorisé",
    blocked="bloqué",
    removed="{id} n’est plus sur la liste. Le prochain message venant de là compte comme le "
    "premier.",
    unknown="Je connais ces commandes. ID est une plateforme et un numéro, par exemple "
    "telegram:123456.",
    roles="Les rôles\u00a0: {roles}",
    admin_fixed="Les administrateurs sont définis dans ADMIN_USERS et ne se changent pas ici.",
    only_admins="Seuls les administrateurs de ce bot peuvent faire cela.",
    private_only="Écris-moi cela dans une conversation privée, s’il te plaît.",
    admin="administrateur",
    member="membre",
    guest="invité",
    child="enfant",
    persona_fixed=(
        "Mon rôle pour toi est fixé par les responsables de ce bot et ne se change pas ici."
    ),
    no_documents=("Tu ne peux pas envoyer de documents à ce bot\u00a0; je n’ai pas lu le fichier."),
)
