"""Dutch texts of the page."""

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
        language="nl",
        ask="Schrijf een bericht",
        send="Verstuur",
        stop="Stoppen",
        resume="Verder",
        retry="Opnieuw",
        fresh="Nieuwe chat",
        menu="Menu",
        close="Sluiten",
        conversation="Gesprek",
        thinking="Pipit denkt na",
        offline="Geen verbinding. De pagina keert vanzelf terug naar het antwoord.",
        unsent="Nog niet verstuurd. Er volgt een nieuwe poging.",
        hello="Hallo! Vraag me wat je wilt.",
        password="Wachtwoord",
        enter="Inloggen",
        wrong="Dat is niet het wachtwoord.",
        busy="Er worden nu veel wachtwoorden geprobeerd. Probeer het zo nog eens.",
        leave="Uitloggen",
        returned="Dit kon niet worden verstuurd. Je tekst staat weer in het vak.",
        name="Nederlands",
        copy="Kopiëren",
        copied="Gekopieerd",
        again="Opnieuw proberen",
        too_long="Dat is te lang: {length} van {most} tekens. Stuur het in delen.",
    ),
    menu=MenuWords(
        chats="Gesprekken",
        settings="Instellingen",
        language="Taal",
        model="Model",
        spoken="Gesproken antwoorden",
        documents="Documenten",
        remove="Wissen",
        more="Meer",
        later="Dat gebeurt zodra het lopende antwoord klaar is.",
    ),
    uploads=UploadWords(
        attach="Foto of bestand toevoegen",
        remove="{name} verwijderen",
        uploading="De bestanden worden nog verstuurd.",
        large="{name} is te groot: hooguit {most} MB.",
        failed="{name} kon niet worden verstuurd. Verwijder het en probeer het opnieuw.",
    ),
    voice=VoiceWords(
        record="Spraakbericht opnemen",
        recording="Opname loopt",
        finish="Opname beëindigen",
        discard="Opname weggooien",
        play="Afspelen",
        pause="Pauzeren",
        denied=(
            "De browser staat deze pagina niet toe de microfoon te gebruiken. Sta dit toe in "
            "de instellingen van de browser."
        ),
        missing="Er is geen microfoon gevonden.",
        broken="De opname is niet gelukt. Probeer het nog eens.",
    ),
    guard=GuardWords(
        crowded="Te veel verzoeken tegelijk. Probeer het zo nog eens.",
        pages="Te veel open pagina’s. Sluit er een.",
        hurried="Te veel verzoeken in een minuut. Wacht even.",
        long="Dat is te lang.",
        name=(
            "Deze pagina antwoordt niet op deze naam. Wie haar beheert, "
            "kan de naam toevoegen aan WEB_HOSTS."
        ),
        cookies="De cookies van deze site zijn te lang. Wis ze en kom terug.",
    ),
    panel=PanelWords(
        kept="Wat onthouden is",
        nothing="Er is niets onthouden.",
        again="Vernieuwen",
        export="Alles opslaan als bestand",
        exported="Het bestand staat in de chat.",
        role="Rol van de assistent",
        role_hint="een geduldige wiskundeleraar",
        take="Rol instellen",
        taken="Ingesteld.",
        sure="Ja, alles voorgoed wissen",
        erase="Alles wissen",
        tick="Vink eerst het vakje hierboven aan.",
        erased="Gewist.",
        failed="Dat lukte niet. Probeer het opnieuw.",
    ),
)
