"""German texts of the page."""

from __future__ import annotations

from adapters.web.wording.words import (
    GuardWords,
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)

WORDS = WebWords(
    page=PageWords(
        language="de",
        ask="Nachricht schreiben",
        send="Senden",
        stop="Stopp",
        resume="Weiter",
        retry="Nochmal",
        fresh="Neuer Chat",
        menu="Menü",
        close="Schließen",
        conversation="Unterhaltung",
        thinking="Pipit denkt nach",
        offline="Keine Verbindung. Die Seite kommt von selbst zur Antwort zurück.",
        unsent="Noch nicht gesendet. Es wird wieder versucht.",
        hello="Hallo! Frag mich, was du willst.",
        password="Passwort",
        enter="Anmelden",
        wrong="Das ist nicht das Passwort.",
        busy="Gerade werden viele Passwörter geprüft. Bitte gleich noch einmal versuchen.",
        leave="Abmelden",
        returned="Das konnte nicht gesendet werden. Dein Text steht wieder im Feld.",
        name="Deutsch",
        copy="Kopieren",
        copied="Kopiert",
        again="Noch einmal",
        too_long="Das ist zu lang: {length} von {most} Zeichen. Schick es in Teilen.",
    ),
    menu=MenuWords(
        chats="Unterhaltungen",
        settings="Einstellungen",
        language="Sprache",
        model="Modell",
        spoken="Gesprochene Antworten",
        documents="Dokumente",
        remove="Löschen",
        more="Mehr",
        later="Das geschieht, sobald die laufende Antwort zu Ende ist.",
    ),
    uploads=UploadWords(
        attach="Foto oder Datei hinzufügen",
        remove="{name} entfernen",
        uploading="Die Dateien werden noch gesendet.",
        large="{name} ist zu groß: höchstens {most} MB.",
        failed="{name} konnte nicht gesendet werden. Entferne es und versuch es noch einmal.",
    ),
    voice=VoiceWords(
        record="Sprachnachricht aufnehmen",
        recording="Aufnahme läuft",
        finish="Aufnahme beenden",
        discard="Aufnahme verwerfen",
        play="Abspielen",
        pause="Anhalten",
        denied=(
            "Der Browser gibt dieser Seite das Mikrofon nicht frei. Erlaube es in den "
            "Einstellungen des Browsers."
        ),
        missing="Es wurde kein Mikrofon gefunden.",
        broken="Die Aufnahme hat nicht geklappt. Bitte versuch es noch einmal.",
    ),
    guard=GuardWords(
        crowded="Zu viele Anfragen auf einmal. Versuch es gleich noch einmal.",
        pages="Zu viele offene Seiten. Schließ eine davon.",
        hurried="Zu viele Anfragen in einer Minute. Warte ein wenig.",
        long="Das ist zu lang.",
        name=(
            "Diese Seite antwortet nicht auf diesen Namen. Wer sie betreibt, "
            "kann ihn in WEB_HOSTS eintragen."
        ),
        cookies="Die Cookies dieser Seite sind zu lang. Lösch sie und komm wieder.",
    ),
    panel=PanelWords(
        kept="Was gespeichert ist",
        nothing="Nichts ist gespeichert.",
        again="Neu laden",
        export="Alles als Datei sichern",
        exported="Die Datei steht in der Unterhaltung.",
        role="Rolle des Assistenten",
        role_hint="ein geduldiger Mathelehrer",
        take="Rolle setzen",
        taken="Gesetzt.",
        sure="Ja, alles endgültig löschen",
        erase="Alles löschen",
        tick="Erst das Kästchen darüber ankreuzen.",
        erased="Gelöscht.",
        failed="Das ging nicht. Bitte noch einmal versuchen.",
    ),
)
