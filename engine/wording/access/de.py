"""The texts about approvals, people and roles in German."""

from __future__ import annotations

from engine.wording.access.words import AccessWords

WORDS = AccessWords(
    asked="Ich habe die Betreiber dieses Bots gefragt, ob du ihn benutzen darfst. Ich hebe "
    "deine Nachricht auf und beantworte sie, sobald sie zustimmen.",
    asked_group="Ich habe die Betreiber dieses Bots gefragt, ob ich in dieser Gruppe antworten "
    "darf. Ich hebe deine Nachricht auf und beantworte sie, sobald sie zustimmen.",
    full="Im Moment warten zu viele auf eine Erlaubnis. Bitte versuche es später noch einmal.",
    admitted="Du darfst diesen Bot jetzt benutzen. Bitte schicke deine Frage noch einmal.",
    wants="{name} auf {platform} möchte diesen Bot benutzen.",
    wants_group="Die Gruppe {name} auf {platform} möchte diesen Bot benutzen.",
    more="Es warten noch mehr auf eine Entscheidung. /people zeigt alle.",
    approve="Erlauben",
    block="Sperren",
    decided="Entschieden von {admin}, {date}",
    already="{admin} hat schon entschieden: {state}",
    head="Personen und Gruppen, {first} bis {last} von {all}:",
    nothing="Hier ist noch nichts.",
    log_head="Die neuesten Entscheidungen:",
    waiting="wartet auf eine Entscheidung",
    approved="erlaubt",
    blocked="gesperrt",
    removed="{id} steht nicht mehr auf der Liste. Die nächste Nachricht von dort gilt als die "
    "erste.",
    unknown="Ich kenne diese Befehle. ID ist eine Plattform und eine Nummer, zum Beispiel "
    "telegram:123456.",
    roles="Die Rollen: {roles}",
    admin_fixed="Admins stehen in ADMIN_USERS und lassen sich hier nicht ändern.",
    only_admins="Das dürfen nur die Admins dieses Bots.",
    private_only="Bitte schreibe mir das in einem privaten Chat.",
    admin="Admin",
    member="Mitglied",
    guest="Gast",
    child="Kind",
    persona_fixed=(
        "Meine Rolle für dich legen die Betreiber dieses Bots fest. Sie lässt sich hier nicht "
        "ändern."
    ),
    no_documents="Du darfst diesem Bot keine Dokumente schicken. Ich habe die Datei nicht gelesen.",
)
