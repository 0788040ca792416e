"""The texts about approvals, people and roles in Italian."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="Ho chiesto a chi gestisce questo bot se puoi usarlo. Conservo il tuo messaggio e "
    "rispondo appena dicono di sì.",
    asked_group="Ho chiesto a chi gestisce questo bot se posso rispondere in questo gruppo. "
    "Conservo il tuo messaggio e rispondo appena dicono di sì.",
    full="In questo momento troppe persone aspettano un permesso. Riprova più tardi, per favore.",
    admitted="Ora puoi usare questo bot. Invia di nuovo la tua domanda, per favore.",
    wants="{name}, su {platform}, vorrebbe usare questo bot.",
    wants_group="Il gruppo {name}, su {platform}, vorrebbe usare questo bot.",
    more="Altre persone aspettano una decisione. /people le mostra tutte.",
    approve="Approva",
    block="Blocca",
    decided="Deciso da {admin}, {date}",
    already="{admin} ha già deciso: {state}",
    head="Persone e gruppi, da {first} a {last} di {all}:",
    nothing="Qui non c’è ancora niente.",
    log_head="Le decisioni più recenti:",
    waiting="aspetta una decisione",
    approved="approvato",
    blocked="bloccato",
    removed="{id} non è più nell’elenco. Il prossimo messaggio da lì vale come il primo.",
    unknown="Conosco questi comandi. ID è una piattaforma con un numero, per esempio "
    "telegram:123456.",
    roles="I ruoli: {roles}",
    admin_fixed="Gli amministratori sono fissati in ADMIN_USERS e non si cambiano qui.",
    only_admins="Solo gli amministratori di questo bot possono farlo.",
    private_only="Scrivimelo in una chat privata, per favore.",
    admin="amministratore",
    member="membro",
    guest="ospite",
    child="bambino",
    persona_fixed=("Il mio ruolo per te è fissato da chi gestisce questo bot e non si cambia qui."),
    no_documents="Non puoi inviare documenti a questo bot, quindi non ho letto il file.",
)
