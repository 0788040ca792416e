"""Italian texts, informal (tu)."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Italiano",
    stop="⏹ Ferma",
    resume="▶ Continua",
    retry="↻ Riprova",
    cut_length="✂ Una risposta non può essere più lunga di così. Per il seguito: /continue",
    cut_deadline="⏱ Tempo scaduto ({seconds} s). Per il seguito: /continue",
    cut_stopped="⏹ Risposta fermata. Per il seguito: /continue",
    cut_failed=(
        "⚠ La connessione al modello linguistico si è interrotta. /continue riprende da qui, "
        "/retry ricomincia da capo."
    ),
    paused="⏸ Mi sto riavviando e finisco tra un attimo.",
    unseen="Non ho potuto vedere il messaggio a cui hai risposto.",
    empty_answer="Il modello linguistico ha dato una risposta vuota. Riprova: /retry",
    thinking="💭 Sto pensando…",
    thought_only=(
        "Il modello linguistico ha solo pensato e non è arrivato a una risposta. Riprova: "
        "/retry, oppure scegli un altro /model."
    ),
    no_words="Il modello linguistico non ha risposto entro {seconds} s. Riprova: /retry",
    stopped_empty="⏹ Risposta fermata.",
    filtered=(
        "Il servizio del modello linguistico non permette di rispondere. Prova a chiederlo in "
        "un altro modo."
    ),
    cut_filtered=(
        "✂ Il servizio del modello linguistico ha chiuso qui la risposta per le sue regole sui "
        "contenuti. Per ricominciare: /retry"
    ),
    model_gone=(
        "Questo modello non è più disponibile. Scegline un altro: /model. Solo chi gestisce il "
        "bot può cambiare l’elenco."
    ),
    from_cache="↺ Questa domanda mi è già stata fatta. Il pulsante la ripropone al modello.",
    model_unavailable=(
        "In questo momento non riesco a raggiungere il modello linguistico. Riprova tra un "
        "minuto: /retry"
    ),
    model_refused=(
        "Il modello linguistico non ha accettato la domanda. Prova con altre parole o con un "
        "altro /model."
    ),
    not_accepted=(
        "Il modello linguistico rifiuta il token di questo bot. Solo chi gestisce il bot può "
        "rimediare."
    ),
    out_of_credit=(
        "Questo bot ha esaurito il credito per il modello linguistico. Solo chi gestisce il bot "
        "può rimediare."
    ),
    too_long=(
        "È troppo lungo per il modello linguistico. Manda meno testo per volta o ricomincia con "
        "/new."
    ),
    gave_up=(
        "Ci ho provato più volte senza riuscirci. Il pulsante qui sotto ci riprova ancora una "
        "volta."
    ),
    too_heavy=(
        "Con questa richiesta mi sono bloccato tre volte, quindi non ci riprovo da solo. Il "
        "pulsante qui sotto ci riprova."
    ),
    waiting="⏳ In coda prima di te: {ahead}. La risposta apparirà qui.",
    busy=(
        "Ho più domande di quante ne riesca a gestire. Rimanda questa tra un minuto, per favore."
    ),
    cannot_save=(
        "Ora non riesco a salvare i messaggi, quindi non ho preso questo. Rimandalo più tardi, "
        "per favore."
    ),
    not_allowed=(
        "Questo bot è privato. Per entrare, manda questo numero a chi lo gestisce: {user_id}"
    ),
    too_fast="Un po’ troppo tutto insieme. Aspetta {seconds} s, per favore.",
    no_files="Non so ancora leggere i file. Mandami del testo, per favore.",
    file_reading="📄 Leggo {name}: {percent} %",
    file_kept="📄 Ho letto {name}. Chiedimi pure! /documents lo mostra e lo elimina.",
    file_replaced="📄 Ho letto la nuova versione di {name}. Sostituisce la precedente.",
    file_known="📄 Conosco già {name}. Non è cambiato nulla.",
    file_unread="Non ho potuto leggere queste pagine di {name}: {pages}. Sembrano immagini.",
    file_kind=(
        "Non so leggere {name}. Accetto PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, "
        "HTML, Markdown, CSV e file di testo."
    ),
    file_large="{name} è troppo grande per me. Manda un file più piccolo, per favore.",
    file_long="{name} è troppo lungo per me. Mandane una parte, per favore.",
    file_locked="{name} è protetto da una password. Mandalo senza, per favore.",
    file_empty="In {name} non trovo testo. Se è una scansione, non posso leggerla.",
    file_slow="Leggere {name} ha richiesto troppo tempo. Mandane una parte, per favore.",
    file_full="Qui non posso tenere altri documenti. /documents ne elimina qualcuno.",
    file_lost="Non sono riuscito a ricevere {name}. Mandalo di nuovo, per favore.",
    file_broken="Non riesco a leggere {name}: il file sembra danneggiato.",
    picture_blind=(
        "Il modello linguistico qui non vede le immagini. Chi gestisce il bot può indicarne uno "
        "che le vede: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Il piccolo modello integrato non vede le immagini. Chi gestisce il bot può impostare "
        "HF_TOKEN e HF_VISION_MODEL."
    ),
    picture_refused=(
        "Il modello linguistico non ha accettato l’immagine, quindi ho risposto senza."
    ),
    picture_left="Immagini guardate: {seen} su {all}. Manda le altre a parte.",
    picture_still="Di {name} ho visto un solo fotogramma.",
    picture_small=(
        "Di {name} ho visto solo una piccola anteprima. Mandala come foto o in un formato più "
        "piccolo."
    ),
    picture_gone="{name} non c’è più, quindi non ho potuto guardarla.",
    picture_kind=(
        "Non riesco a guardare {name}. Accetto immagini JPEG, PNG, WebP, HEIC, AVIF, GIF e BMP."
    ),
    picture_large=(
        "{name} è troppo grande perché io possa guardarla. Mandane una versione più piccola, "
        "per favore."
    ),
    picture_broken="Non riesco a guardare {name}: l’immagine sembra danneggiata.",
    voice_listening="Sto ascoltando …",
    voice_deaf=(
        "Qui non posso ascoltare la voce. Chi gestisce il bot può impostare SPEECH_BASE_URL. "
        "Scrivimi, per favore."
    ),
    voice_built_in=(
        "Il piccolo modello integrato non ascolta la voce. Chi gestisce il bot può impostare "
        "HF_TOKEN o SPEECH_BASE_URL."
    ),
    voice_silent="Nella registrazione non ho sentito parole.",
    voice_failed=(
        "Ora non riesco a trascrivere la registrazione. Riprova tra un minuto, per favore."
    ),
    voice_format=(
        "Il servizio di trascrizione non sa leggere questo tipo di registrazione. Manda un "
        "messaggio vocale, per favore."
    ),
    voice_long="La registrazione è troppo lunga per me. Durata massima: {minutes} min e 20 MB.",
    draw_off="Qui non posso disegnare. Chi gestisce il bot può impostare HF_IMAGE_MODEL.",
    draw_how="Dimmi che cosa disegnare, per esempio: /draw un faro di notte",
    draw_filtered=(
        "Il servizio di immagini non disegna questo per le sue regole sui contenuti. Chiedimi "
        "un’altra immagine, per favore."
    ),
    draw_credit=(
        "Questo bot ha esaurito il credito per le immagini. Solo chi gestisce il bot può rimediare."
    ),
    draw_unknown=(
        "Il servizio di immagini non offre il modello impostato. Chi gestisce il bot può "
        "indicarne un altro: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "Il servizio di immagini rifiuta il token di questo bot. Solo chi gestisce il bot può "
        "rimediare."
    ),
    draw_refused=(
        "Il servizio di immagini non ha accettato questa richiesta. Prova con altre parole."
    ),
    draw_failed=(
        "In questo momento non riesco a raggiungere il servizio di immagini. Riprova tra un minuto."
    ),
    draw_slow="Il disegno ha richiesto troppo tempo. Riprova, per favore.",
    draw_large="L’immagine è troppo grande per essere inviata. Riprova, per favore.",
    draw_unsent="L’immagine è pronta, ma non si può inviare in questa chat.",
    speak_unset="Qui non posso parlare. Chi gestisce il bot può impostare HF_VOICE_MODEL.",
    speak_on="🔊 Qui le mie risposte arrivano anche come messaggi vocali. Per smettere: /voice off",
    speak_off="Qui le mie risposte arrivano solo per iscritto. Per ascoltarle anche: /voice on",
    speak_failed="🔇 Non sono riuscito a dire questa risposta a voce. Il pulsante riprova.",
    speak_owner=(
        "🔇 Il servizio vocale non accetta il token, il modello o il credito di questo bot. "
        "Solo chi gestisce il bot può rimediare."
    ),
    memory_off="Qui ricordo solo la conversazione in corso.",
    memory_head="Ecco che cosa ricordo (/memory cancella e il numero lo cancella):",
    memory_none="Su questo non trovo nulla nella mia memoria.",
    memory_removed="Il numero {number} è cancellato.",
    memory_unknown="Non ho questo numero, oppure non è tuo.",
    documents_head="Ho questi documenti (/documents cancella e il numero ne cancella uno):",
    documents_none="Qui non ho documenti. Mandami un file PDF, Word, Excel, HTML o di testo.",
    document_removed="Il documento è cancellato.",
    document_unknown="Non ho questo numero, oppure non è tuo.",
    start=(
        "Ciao! Sono Pipit. Chiedimi quello che vuoi: rispondo subito e in breve. Con /help vedi "
        "che altro so fare."
    ),
    help_head="Scrivimi e basta. Capisco anche:",
    help_row="/{name} - {about}",
    unknown_command="Non conosco {command}. Con /help vedi che cosa so fare.",
    fresh="Nuova conversazione. Quella di prima la metto da parte.",
    chats_head="Conversazioni in questa chat (/chats e un numero ne riapre una):",
    chats_none="Qui non ci sono conversazioni precedenti.",
    chats_unknown="Non ho questa conversazione. /chats le elenca.",
    chats_back="Siamo di nuovo in quella conversazione. Vai pure avanti!",
    nothing_to_stop="Non c’è niente da fermare adesso.",
    stopping="Mi fermo.",
    only_author="Può farlo solo chi ha fatto la domanda.",
    nothing_to_retry="Non c’è ancora una risposta da rifare.",
    nothing_to_continue="Non c’è ancora una risposta da continuare.",
    button_old="Questo pulsante è troppo vecchio. Chiedimelo di nuovo, per favore.",
    button_done="Già fatto.",
    model_now="Modello: {model}. Per cambiarlo, manda /model e uno di questi: {models}",
    model_set="Da ora in questa chat risponde {model}.",
    model_unknown="Non ho {model}. Scegli uno di questi: {models}",
    persona_now=("Il mio ruolo in questa chat: {persona}\nPer smettere: /persona disattiva"),
    persona_none=(
        "Dimmi chi devo essere, per esempio: /persona una paziente insegnante di matematica"
    ),
    persona_set="D’accordo. Questo è il mio ruolo in questa chat.",
    persona_cleared="Sono di nuovo semplicemente Pipit.",
    persona_long="È troppo lungo. Caratteri al massimo: {most}.",
    language_now=(
        "Lingua: {language}. Per cambiarla, manda /language e una di queste: {languages}"
    ),
    language_set="Lingua: {language}. Le mie risposte seguono la lingua in cui scrivi.",
    language_unknown="Non ho questa lingua. Scegli una di queste: {languages}",
    timezone_now=(
        "Fuso orario: {zone}. Data e ora lì: {time}. Per cambiarlo, manda /timezone e una "
        "città, per esempio: /timezone Europe/Rome"
    ),
    timezone_set="Fuso orario: {zone}. Data e ora lì: {time}.",
    timezone_unknown=(
        "Non conosco il fuso orario {zone}. Manda una grande città vicina, per esempio: "
        "/timezone Europe/Rome"
    ),
    export_chat="Questo è tutto ciò che conservo di questa chat.",
    export_own="Questo è tutto ciò che conservo di te in questa chat.",
    evicted=(
        "Ho dovuto eliminare vecchi messaggi o documenti di questa chat, perché il mio spazio "
        "era pieno."
    ),
    export_long="È troppo per un file in questa chat. Può consegnarlo solo chi gestisce il bot.",
    forget_chat=(
        "Questo cancella per sempre tutto ciò che conservo di questa chat. Risposte: {turns}, "
        "documenti: {documents}. Per farlo, manda entro {minutes} min: /forget sì"
    ),
    forget_own=(
        "Questo cancella per sempre tutto ciò che conservo di te qui. Risposte: {turns}, "
        "documenti: {documents}. Per farlo, manda entro {minutes} min: /forget sì"
    ),
    forgotten="Fatto. È tutto cancellato.",
    anonymous=(
        "Scrivi a nome del gruppo, come anche altri: non posso capire che cosa è tuo. Scrivi "
        "con il tuo nome o rivolgiti a chi gestisce il bot."
    ),
    data_failed="Non ha funzionato. Riprova tra un minuto, per favore.",
    stats=(
        "Risposte: {turns_today} oggi, {turns} in totale\n"
        "Token: {tokens_today} oggi, {tokens} in totale\n"
        "Adesso: {working} in corso, {waiting} in attesa\n"
        "Risposte dalla cache: {hit_percent} %"
    ),
    stats_cache=(
        "Risposte riutilizzate: {hits} su {asked} (uguali parola per parola: {repeats}, simili "
        "scartate: {refused})"
    ),
    listen_object="🙈 I miei no",
    listen_allow="👂 Anche i miei",
    listen_end="⏹ Smetti",
    listen_on=(
        "👂 Ascolto in questa chat. Conservo il testo dei messaggi non rivolti a me, con i nomi "
        "di chi li scrive: i più recenti (fino a {messages}), per {hours} h al massimo. Li "
        "mostro al modello linguistico con le prossime domande fatte qui e non li uso per "
        "altro. Non conservo foto, file o comandi."
    ),
    listen_choice=(
        "Se non vuoi, tocca «{button}»: non conserverò nulla di tuo e cancellerò quello che ho. "
        "Lo cancella anche /forget. Gli amministratori chiudono l’ascolto con l’ultimo pulsante "
        "o con /listen off."
    ),
    listen_voice=(
        "🎤 Trascrivo anche i messaggi vocali brevi, per sentire se qualcuno dice il mio "
        "nome. Se nessuno lo dice, non ne conservo nulla."
    ),
    listen_off=(
        "Non ascolto in questa chat: non conservo nulla che non sia rivolto a me. Un "
        "amministratore può cambiarlo con /listen on"
    ),
    listen_stopped="Non ascolto più in questa chat. Quello che avevo ascoltato è cancellato.",
    listen_objected=(
        "Qui non conservo i tuoi messaggi. Quello che ne avevo ascoltato è cancellato."
    ),
    listen_allowed="Posso di nuovo conservare i tuoi messaggi qui, come dice la scheda.",
    listen_admins="Può deciderlo solo un amministratore di questo gruppo.",
    listen_groups="Questo serve nei gruppi. Qui leggo comunque tutto quello che scrivi.",
    listen_unavailable="Chi gestisce il bot ha disattivato l’ascolto.",
    listen_as_admin=(
        "⚠ Ma non vedo ancora quei messaggi. Fammi amministratore qui, oppure chi gestisce il "
        "bot disattivi la modalità privacy e poi aggiungimi di nuovo."
    ),
    listen_by_owner=(
        "⚠ Ma non vedo ancora quei messaggi. Chi gestisce il bot deve prima permetterlo: "
        "«Message Content Intent» nel portale sviluppatori."
    ),
    forget_overheard="Messaggi ascoltati: {overheard}.",
    help_start="salutare",
    help_help="mostrare questo elenco",
    help_ask="chiedere qualcosa in un gruppo",
    help_draw="disegnare un’immagine",
    help_new="iniziare una nuova conversazione",
    help_chats="vedere le conversazioni precedenti o riaprirne una",
    help_stop="fermare la risposta",
    help_retry="rispondere di nuovo all’ultima domanda",
    help_continue="continuare l’ultima risposta",
    help_model="vedere o scegliere il modello",
    help_persona="darmi un ruolo",
    help_language="scegliere la mia lingua",
    help_timezone="scegliere il fuso orario",
    help_listen="farmi ascoltare un gruppo, o smettere",
    help_voice="dire a voce anche le risposte, o smettere",
    help_memory="vedere, cercare o cancellare ciò che ricordo",
    help_documents="vedere o cancellare i documenti",
    help_export="ricevere in un file ciò che conservo di te",
    help_forget="cancellare ciò che conservo di te",
    help_people="vedere o cambiare chi può usare il bot (amministratori)",
    help_stats="vedere i consumi",
    help_usage="vedere uso e costi",
    help_set="per gli amministratori: vedere o cambiare impostazioni",
    help_news="ricevere qui le novità del bot, o smettere",
    help_broadcast="per gli amministratori: scrivere a tutte le chat che vogliono novità",
    hint_ask="domanda",
    hint_draw="che cosa mostra l’immagine",
    hint_chats="numero di una conversazione",
    hint_model="nome del modello",
    hint_persona="chi devo essere",
    hint_language="codice della lingua",
    hint_timezone="città, per esempio Europe/Rome",
    hint_listen="on oppure off",
    hint_voice="on oppure off",
    hint_memory="parole da cercare",
    hint_documents="cancella e un numero",
    hint_export="text per un file senza JSON",
    hint_people="vuoto per l’elenco, o una modifica",
    hint_forget="sì per cancellare",
    hint_set="nome e valore",
    hint_news="on oppure off",
    hint_broadcast="testo",
    word_yes="sì",
    word_on="attiva",
    word_off="disattiva",
    word_remove="cancella",
)

ALERTS = AlertWords(
    credit="Il credito del modello linguistico è esaurito, quindi non posso rispondere.",
    model_login=(
        "Il servizio del modello linguistico rifiuta il mio token, quindi non posso rispondere."
    ),
    login="{about} non accetta più il mio token. Da lì non ricevo più nulla.",
    disk=(
        "Il disco è pieno o il limite di spazio è raggiunto: non posso accettare nuovi messaggi."
    ),
    database=(
        "Il database non è utilizzabile: non posso accettare nuovi messaggi. Il motivo è nel log."
    ),
    deaf="Da due minuti non ricevo nulla da {about}.",
    backup="L’ultimo backup è troppo vecchio. Il motivo è nel log.",
    model="Il modello {about} non funziona per nessuno. Il motivo è nel log.",
    cap_near="Questo bot ha usato l’80 % della sua quota fino al {about}.",
    cap_reached="Questo bot ha esaurito la sua quota. Non risponde a nessuno fino al {about}.",
    over="Problema risolto: {said}",
)
