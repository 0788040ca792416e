"""The texts about approvals, people and roles in Dutch."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="Ik heb de beheerders van deze bot gevraagd of je hem mag gebruiken. Ik bewaar je "
    "bericht en beantwoord het zodra ze akkoord gaan.",
    asked_group="Ik heb de beheerders van deze bot gevraagd of ik in deze groep mag antwoorden. "
    "Ik bewaar je bericht en beantwoord het zodra ze akkoord gaan.",
    full="Er wachten nu te veel mensen op toestemming. Probeer het later nog eens.",
    admitted="Je mag deze bot nu gebruiken. Stuur je vraag nog een keer.",
    wants="{name} op {platform} wil deze bot gebruiken.",
    wants_group="De groep {name} op {platform} wil deze bot gebruiken.",
    more="Er wachten nog meer mensen op een beslissing. /people toont ze allemaal.",
    approve="Toestaan",
    block="Blokkeren",
    decided="Besloten door {admin}, {date}",
    already="{admin} heeft al besloten: {state}",
    head="Mensen en groepen, {first} tot {last} van {all}:",
    nothing="Hier is nog niets.",
    log_head="De nieuwste beslissingen:",
    waiting="wacht op een beslissing",
    approved="toegestaan",
    blocked="geblokkeerd",
    removed="{id} staat niet meer op de lijst. Het volgende bericht daarvandaan telt als het "
    "eerste.",
    unknown="Ik ken deze opdrachten. ID is een platform en een nummer, bijvoorbeeld "
    "telegram:123456.",
    roles="De rollen: {roles}",
    admin_fixed="Beheerders staan in ADMIN_USERS en zijn hier niet te wijzigen.",
    only_admins="Dit mogen alleen de beheerders van deze bot.",
    private_only="Schrijf me dit in een privéchat.",
    admin="beheerder",
    member="lid",
    guest="gast",
    child="kind",
    persona_fixed=(
        "Mijn rol voor jou wordt door de beheerders van deze bot bepaald en is hier niet te "
        "wijzigen."
    ),
    no_documents="Je mag deze bot geen documenten sturen, dus ik heb het bestand niet gelezen.",
)
