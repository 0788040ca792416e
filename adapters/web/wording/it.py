"""Italian texts of the page."""

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
        language="it",
        ask="Scrivi un messaggio",
        send="Invia",
        stop="Ferma",
        resume="Continua",
        retry="Riprova",
        fresh="Nuova chat",
        menu="Menù",
        close="Chiudi",
        conversation="Conversazione",
        thinking="Pipit sta pensando",
        offline="Nessuna connessione. La pagina torna da sola alla risposta.",
        unsent="Non ancora inviato. Ci riprovo.",
        hello="Ciao! Chiedimi quello che vuoi.",
        password="Password",
        enter="Entra",
        wrong="Questa non è la password.",
        busy="Si stanno provando molte password. Riprova tra un attimo, per favore.",
        leave="Esci",
        returned="Invio non riuscito. Il tuo testo è di nuovo nella casella.",
        name="Italiano",
        copy="Copia",
        copied="Copiato",
        again="Riprova",
        too_long="È troppo lungo: {length} caratteri su {most}. Invialo in più parti.",
    ),
    menu=MenuWords(
        chats="Conversazioni",
        settings="Impostazioni",
        language="Lingua",
        model="Modello",
        spoken="Risposte a voce",
        documents="Documenti",
        remove="Cancella",
        more="Altro",
        later="Succede appena finisce la risposta in corso.",
    ),
    uploads=UploadWords(
        attach="Aggiungi una foto o un file",
        remove="Togli {name}",
        uploading="I file sono ancora in fase di invio.",
        large="{name} è troppo grande: {most} MB al massimo.",
        failed="Non è stato possibile inviare {name}. Toglilo e riprova.",
    ),
    voice=VoiceWords(
        record="Registra un messaggio vocale",
        recording="Registrazione in corso",
        finish="Termina la registrazione",
        discard="Elimina la registrazione",
        play="Ascolta",
        pause="Pausa",
        denied=(
            "Il browser non permette a questa pagina di usare il microfono. Consentilo nelle "
            "impostazioni del browser."
        ),
        missing="Nessun microfono trovato.",
        broken="La registrazione non è riuscita. Riprova.",
    ),
    guard=GuardWords(
        crowded="Troppe richieste insieme. Riprova tra un momento.",
        pages="Troppe pagine aperte. Chiudine una.",
        hurried="Troppe richieste in un minuto. Aspetta un po’.",
        long="È troppo lungo.",
        name=(
            "Questa pagina non risponde a questo nome. Chi la gestisce può aggiungerlo a WEB_HOSTS."
        ),
        cookies="I cookie di questo sito sono troppo lunghi. Cancellali e torna.",
    ),
    panel=PanelWords(
        kept="Che cosa ricordo",
        nothing="Non ricordo nulla.",
        again="Aggiorna",
        export="Salva tutto in un file",
        exported="Il file è nella chat.",
        role="Ruolo dell’assistente",
        role_hint="un paziente insegnante di matematica",
        take="Imposta il ruolo",
        taken="Fatto.",
        sure="Sì, cancella tutto per sempre",
        erase="Cancella tutto",
        tick="Prima spunta la casella qui sopra.",
        erased="Cancellato.",
        failed="Non ha funzionato. Riprova.",
    ),
)
