"""Dutch texts, informal (je)."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Nederlands",
    stop="⏹ Stoppen",
    resume="▶ Verder",
    retry="↻ Opnieuw",
    cut_length="✂ Een antwoord kan niet langer zijn dan dit. Voor meer: /continue",
    cut_deadline="⏱ De tijd is om ({seconds} s). Voor meer: /continue",
    cut_stopped="⏹ Gestopt. Voor meer: /continue",
    cut_failed=(
        "⚠ De verbinding met het taalmodel viel weg. /continue gaat hier verder, /retry begint "
        "opnieuw."
    ),
    paused="⏸ Ik start even opnieuw op en maak dit zo af.",
    unseen="Ik kon het bericht waarop je reageerde niet zien.",
    empty_answer="Het taalmodel gaf een leeg antwoord. Probeer het opnieuw: /retry",
    thinking="💭 Aan het denken…",
    thought_only=(
        "Het taalmodel heeft alleen nagedacht en kwam niet tot een antwoord. Probeer het "
        "opnieuw: /retry, of kies een ander /model."
    ),
    no_words="Het taalmodel antwoordde niet binnen {seconds} s. Probeer het opnieuw: /retry",
    stopped_empty="⏹ Gestopt.",
    filtered=("De dienst van het taalmodel staat hier geen antwoord op toe. Stel je vraag anders."),
    cut_filtered=(
        "✂ De dienst van het taalmodel brak het antwoord hier af vanwege zijn inhoudsregels. "
        "Opnieuw beginnen: /retry"
    ),
    model_gone=(
        "Dit taalmodel bestaat niet meer. Kies een ander: /model. Alleen de eigenaar van de bot "
        "kan de lijst wijzigen."
    ),
    from_cache="↺ Dit is me al eens gevraagd. De knop vraagt het model opnieuw.",
    model_unavailable=(
        "Ik kan het taalmodel nu niet bereiken. Probeer het over een minuut opnieuw: /retry"
    ),
    model_refused=(
        "Het taalmodel nam deze vraag niet aan. Probeer andere woorden of een ander /model."
    ),
    not_accepted=(
        "Het taalmodel weigert het token van deze bot. Alleen de eigenaar van de bot kan dat "
        "oplossen."
    ),
    out_of_credit=(
        "Het tegoed van deze bot voor het taalmodel is op. Alleen de eigenaar van de bot kan "
        "dat oplossen."
    ),
    too_long=(
        "Dat is te lang voor het taalmodel. Stuur minder tegelijk of begin opnieuw met /new."
    ),
    gave_up="Dit is me meerdere keren niet gelukt. De knop hieronder probeert het nog een keer.",
    too_heavy=(
        "Hierop ben ik drie keer vastgelopen, dus ik probeer het niet uit mezelf opnieuw. De "
        "knop hieronder probeert het nog een keer."
    ),
    waiting="⏳ In de wachtrij, voor je: {ahead}. Je antwoord verschijnt hier.",
    busy="Ik heb nu meer vragen dan ik aankan. Stuur dit over een minuut nog eens.",
    cannot_save=(
        "Ik kan nu geen berichten opslaan en heb dit niet aangenomen. Stuur het later nog eens."
    ),
    not_allowed=(
        "Deze bot is privé. Stuur de eigenaar dit nummer om toegang te krijgen: {user_id}"
    ),
    too_fast="Dat was veel in één keer. Wacht {seconds} s, alsjeblieft.",
    no_files="Ik kan nog geen bestanden lezen. Stuur me tekst, alsjeblieft.",
    file_reading="📄 Bezig met lezen van {name}: {percent} %",
    file_kept="📄 Ik heb {name} gelezen. Vraag me ernaar! /documents toont en verwijdert het.",
    file_replaced="📄 Ik heb de nieuwe versie van {name} gelezen. Die vervangt de vorige.",
    file_known="📄 Ik ken {name} al. Er is niets in veranderd.",
    file_unread=(
        "Deze pagina’s van {name} kon ik niet lezen: {pages}. Het lijken afbeeldingen te zijn."
    ),
    file_kind=(
        "Ik kan {name} niet lezen. Dit kan ik aan: PDF, Word, Excel, PowerPoint, OpenDocument, "
        "EPUB, RTF, HTML, Markdown, CSV en tekstbestanden."
    ),
    file_large="{name} is te groot voor me. Stuur een kleiner bestand.",
    file_long="{name} is te lang voor me. Stuur er een deel van.",
    file_locked="{name} is beveiligd met een wachtwoord. Stuur het zonder.",
    file_empty="Ik vind geen tekst in {name}. Als het een scan is, kan ik hem niet lezen.",
    file_slow="Het lezen van {name} duurde te lang. Stuur er een deel van.",
    file_full=(
        "Meer documenten kan ik hier niet bewaren. Met /documents verwijder je er een paar."
    ),
    file_lost="Ik kon {name} niet ophalen. Stuur het nog eens.",
    file_broken="Ik kan {name} niet lezen: het bestand lijkt beschadigd.",
    picture_blind=(
        "Het taalmodel hier kan geen afbeeldingen bekijken. De eigenaar van de bot kan er een "
        "instellen dat het wel kan: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Het kleine ingebouwde model kan geen afbeeldingen bekijken. De eigenaar van de bot kan "
        "HF_TOKEN en HF_VISION_MODEL instellen."
    ),
    picture_refused="Het taalmodel nam de afbeelding niet aan, dus ik heb zonder geantwoord.",
    picture_left="Ik heb {seen} van de {all} afbeeldingen bekeken. Stuur de andere apart.",
    picture_still="Van {name} zag ik maar één stilstaand beeld.",
    picture_small=(
        "Van {name} zag ik maar een klein voorbeeld. Stuur het als foto of in een kleiner formaat."
    ),
    picture_gone="{name} is er niet meer, dus ik kon het niet bekijken.",
    picture_kind=(
        "Ik kan {name} niet bekijken. Dit kan ik aan: afbeeldingen in JPEG, PNG, WebP, HEIC, "
        "AVIF, GIF en BMP."
    ),
    picture_large="{name} is te groot voor me om te bekijken. Stuur een kleinere versie.",
    picture_broken="Ik kan {name} niet bekijken: de afbeelding lijkt beschadigd.",
    voice_listening="Ik luister …",
    voice_deaf=(
        "Ik kan hier geen spraak verstaan. De eigenaar van de bot kan SPEECH_BASE_URL "
        "instellen. Schrijf me liever."
    ),
    voice_built_in=(
        "Het kleine ingebouwde model kan geen spraak verstaan. De eigenaar van de bot kan "
        "HF_TOKEN of SPEECH_BASE_URL instellen."
    ),
    voice_silent="Ik hoorde geen woorden in de opname.",
    voice_failed="Ik kon de opname nu niet uitschrijven. Probeer het over een minuut opnieuw.",
    voice_format=(
        "De transcriptiedienst kan dit soort opnames niet lezen. Stuur een spraakbericht."
    ),
    voice_long="De opname is te lang voor me. De grens is {minutes} min en 20 MB.",
    draw_off="Ik kan hier niet tekenen. De eigenaar van de bot kan HF_IMAGE_MODEL instellen.",
    draw_how="Zeg me wat ik moet tekenen, bijvoorbeeld: /draw een vuurtoren bij nacht",
    draw_filtered=(
        "De beelddienst tekent dit niet vanwege zijn inhoudsregels. Vraag om een andere afbeelding."
    ),
    draw_credit=(
        "Het tegoed van deze bot voor afbeeldingen is op. Alleen de eigenaar van de bot kan "
        "dat oplossen."
    ),
    draw_unknown=(
        "De beelddienst heeft het ingestelde model niet. De eigenaar van de bot kan een ander "
        "noemen: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "De beelddienst weigert het token van deze bot. Alleen de eigenaar van de bot kan dat "
        "oplossen."
    ),
    draw_refused="De beelddienst heeft dit niet aangenomen. Probeer het met andere woorden.",
    draw_failed="Ik kan de beelddienst nu niet bereiken. Probeer het over een minuut opnieuw.",
    draw_slow="Het tekenen duurde te lang. Probeer het opnieuw.",
    draw_large="De afbeelding is te groot om te versturen. Probeer het opnieuw.",
    draw_unsent="De afbeelding is klaar, maar kan in deze chat niet worden verstuurd.",
    speak_unset="Ik kan hier niet spreken. De eigenaar van de bot kan HF_VOICE_MODEL instellen.",
    speak_on="🔊 Mijn antwoorden komen hier ook als spraakbericht. Om te stoppen: /voice off",
    speak_off="Mijn antwoorden komen hier alleen geschreven. Om ze ook te horen: /voice on",
    speak_failed="🔇 Ik kon dit antwoord niet uitspreken. De knop probeert het opnieuw.",
    speak_owner=(
        "🔇 De spraakdienst accepteert het token, het model of het tegoed van deze bot niet. "
        "Alleen de eigenaar van de bot kan dat oplossen."
    ),
    memory_off="Hier onthoud ik alleen het lopende gesprek.",
    memory_head="Dit onthoud ik (/memory wissen en het nummer wist er een):",
    memory_none="Daarover vind ik niets in mijn geheugen.",
    memory_removed="Nummer {number} is gewist.",
    memory_unknown="Dat nummer heb ik niet, of het is niet van jou.",
    documents_head="Ik heb deze documenten (/documents wissen en het nummer wist er een):",
    documents_none=(
        "Ik heb hier geen documenten. Stuur me een PDF-, Word-, Excel-, tekst- of HTML-bestand."
    ),
    document_removed="Het document is gewist.",
    document_unknown="Dat nummer heb ik niet, of het is niet van jou.",
    start=(
        "Hallo! Ik ben Pipit. Vraag me wat je wilt, dan antwoord ik meteen en kort. /help toont "
        "wat ik nog meer kan."
    ),
    help_head="Schrijf me gewoon. Dit begrijp ik ook:",
    help_row="/{name} - {about}",
    unknown_command="{command} ken ik niet. /help toont wat ik kan.",
    fresh="Een nieuw gesprek. Het vorige leg ik opzij.",
    chats_head="Gesprekken in deze chat (met /chats en een nummer ga je terug naar een ervan):",
    chats_none="Hier is geen eerder gesprek.",
    chats_unknown="Dat gesprek heb ik niet. /chats toont ze allemaal.",
    chats_back="We zijn terug in dat gesprek. Ga verder!",
    nothing_to_stop="Er is nu niets om te stoppen.",
    stopping="Ik stop.",
    only_author="Dat kan alleen wie de vraag stelde.",
    nothing_to_retry="Er is nog geen antwoord om opnieuw te proberen.",
    nothing_to_continue="Er is nog geen antwoord om mee verder te gaan.",
    button_old="Deze knop is te oud. Stel je vraag opnieuw.",
    button_done="Al gedaan.",
    model_now="Model: {model}. Wil je een ander? Stuur /model en een van deze: {models}",
    model_set="Vanaf nu antwoordt {model} in deze chat.",
    model_unknown="{model} heb ik niet. Kies een van deze: {models}",
    persona_now=("Mijn rol in deze chat: {persona}\nBeëindigen: /persona uit"),
    persona_none="Zeg me wie ik moet zijn, bijvoorbeeld: /persona een geduldige wiskundelerares",
    persona_set="Begrepen. Dat is mijn rol in deze chat.",
    persona_cleared="Ik ben weer gewoon Pipit.",
    persona_long="Dat is te lang. Tekens maximaal: {most}.",
    language_now=(
        "Taal: {language}. Wil je een andere? Stuur /language en een van deze: {languages}"
    ),
    language_set="Taal: {language}. Mijn antwoorden volgen de taal waarin je schrijft.",
    language_unknown="Die taal heb ik niet. Kies een van deze: {languages}",
    timezone_now=(
        "Tijdzone: {zone}. Daar is het {time}. Wijzigen? Stuur /timezone en een stad, zoals: "
        "/timezone Europe/Amsterdam"
    ),
    timezone_set="Tijdzone: {zone}. Daar is het {time}.",
    timezone_unknown=(
        "Ik ken de tijdzone {zone} niet. Stuur een grote stad in de buurt, zoals: /timezone "
        "Europe/Amsterdam"
    ),
    export_chat="Dit is alles wat ik van deze chat bewaar.",
    export_own="Dit is alles wat ik in deze chat van jou bewaar.",
    evicted=(
        "Ik moest oudere antwoorden of documenten van deze chat wissen, omdat mijn opslag vol was."
    ),
    export_long=(
        "Dat is te veel voor een bestand in deze chat. Alleen wie de bot beheert, kan het je geven."
    ),
    forget_chat=(
        "Dit wist alles wat ik van deze chat bewaar, voorgoed. Antwoorden: {turns}, documenten: "
        "{documents}. Doorgaan? Stuur binnen {minutes} min: /forget ja"
    ),
    forget_own=(
        "Dit wist alles wat ik hier van jou bewaar, voorgoed. Antwoorden: {turns}, documenten: "
        "{documents}. Doorgaan? Stuur binnen {minutes} min: /forget ja"
    ),
    forgotten="Klaar. Het is gewist.",
    anonymous=(
        "Je schrijft namens de groep, net als anderen, dus ik weet niet wat van jou is. Schrijf "
        "onder je eigen naam of vraag het de eigenaar van de bot."
    ),
    data_failed="Dat lukte niet. Probeer het over een minuut opnieuw.",
    stats=(
        "Antwoorden: {turns_today} vandaag, {turns} in totaal\n"
        "Tokens: {tokens_today} vandaag, {tokens} in totaal\n"
        "Op dit moment: {working} bezig, {waiting} in de wachtrij\n"
        "Uit de cache: {hit_percent} %"
    ),
    stats_cache=(
        "Hergebruikte antwoorden: {hits} van {asked} ({repeats} woord voor woord, {refused} "
        "vergelijkbare afgewezen)"
    ),
    listen_object="🙈 Die van mij niet",
    listen_allow="👂 Die van mij ook",
    listen_end="⏹ Beëindigen",
    listen_on=(
        "👂 Ik luister mee in deze chat. Ik bewaar de tekst van berichten die niet aan mij "
        "gericht zijn, met de namen van de schrijvers: de nieuwste {messages}, hooguit {hours} "
        "uur lang. Ik laat ze het taalmodel zien bij de volgende vragen hier en gebruik ze "
        "nergens anders voor. Foto’s, bestanden en opdrachten bewaar ik niet."
    ),
    listen_choice=(
        "Wil je dit niet, tik dan op “{button}”: dan bewaar ik niets van jou en wis ik wat ik "
        "heb. Ook /forget wist het. Beheerders beëindigen het meeluisteren met de laatste knop "
        "of met /listen off."
    ),
    listen_voice=(
        "🎤 Korte spraakberichten schrijf ik ook uit, om te horen of iemand mijn naam zegt. "
        "Zegt niemand die, dan bewaar ik er niets van."
    ),
    listen_off=(
        "Ik luister niet mee in deze chat: ik bewaar niets wat niet aan mij gericht is. Een "
        "beheerder kan dat wijzigen met /listen on"
    ),
    listen_stopped="Ik luister niet meer mee in deze chat. Wat ik had gehoord, is gewist.",
    listen_objected=("Ik bewaar hier geen berichten van jou. Wat ik ervan had gehoord, is gewist."),
    listen_allowed="Ik mag je berichten hier weer bewaren, zoals op de kaart staat.",
    listen_admins="Alleen een beheerder van deze groep kan dat beslissen.",
    listen_groups="Dit is voor groepen. Hier lees ik toch al alles wat je schrijft.",
    listen_unavailable="De eigenaar van de bot heeft het meeluisteren uitgezet.",
    listen_as_admin=(
        "⚠ Maar ik zie zulke berichten nog niet. Maak me hier beheerder, of laat de eigenaar "
        "van de bot de privacymodus uitzetten en voeg me opnieuw toe."
    ),
    listen_by_owner=(
        "⚠ Maar ik zie zulke berichten nog niet. De eigenaar van de bot moet het eerst "
        "toestaan: “Message Content Intent” in het ontwikkelaarsportaal."
    ),
    forget_overheard="Meegeluisterde berichten: {overheard}.",
    help_start="hallo zeggen",
    help_help="deze lijst tonen",
    help_ask="iets vragen in een groep",
    help_draw="een afbeelding tekenen",
    help_new="een nieuw gesprek beginnen",
    help_chats="eerdere gesprekken tonen of naar een ervan terug",
    help_stop="het antwoord stoppen",
    help_retry="de laatste vraag opnieuw beantwoorden",
    help_continue="het laatste antwoord voortzetten",
    help_model="het model tonen of kiezen",
    help_persona="me een rol geven",
    help_language="mijn taal kiezen",
    help_timezone="de tijdzone kiezen",
    help_listen="me laten meeluisteren in een groep, of ermee stoppen",
    help_voice="antwoorden ook uitspreken, of ermee stoppen",
    help_memory="tonen, zoeken of wissen wat ik onthoud",
    help_documents="documenten tonen of wissen",
    help_export="als bestand krijgen wat ik van je bewaar",
    help_forget="wissen wat ik van je bewaar",
    help_people="tonen of wijzigen wie de bot mag gebruiken (beheerders)",
    help_stats="het verbruik tonen",
    help_usage="gebruik en kosten tonen",
    help_set="voor beheerders: instellingen tonen of wijzigen",
    help_news="hier nieuws van de bot krijgen, of ermee stoppen",
    help_broadcast="voor beheerders: schrijven naar alle chats die nieuws willen",
    hint_ask="vraag",
    hint_draw="wat de afbeelding toont",
    hint_chats="nummer van een gesprek",
    hint_model="naam van het model",
    hint_persona="wie ik moet zijn",
    hint_language="taalcode",
    hint_timezone="stad, zoals Europe/Amsterdam",
    hint_listen="on of off",
    hint_voice="on of off",
    hint_memory="gezochte woorden",
    hint_documents="wissen en een nummer",
    hint_export="text voor een bestand zonder JSON",
    hint_people="leeg voor de lijst, of een wijziging",
    hint_forget="ja om te wissen",
    hint_set="naam en waarde",
    hint_news="on of off",
    hint_broadcast="tekst",
    word_yes="ja",
    word_on="aan",
    word_off="uit",
    word_remove="wissen",
)

ALERTS = AlertWords(
    credit="Het tegoed voor het taalmodel is op, dus ik kan niet antwoorden.",
    model_login="De dienst van het taalmodel weigert mijn token, dus ik kan niet antwoorden.",
    login="{about} accepteert mijn token niet meer. Ik ontvang er niets meer vandaan.",
    disk=(
        "De schijf is vol of de opslaglimiet is bereikt, dus ik kan geen nieuwe berichten aannemen."
    ),
    database=(
        "De database is onbruikbaar, dus ik kan geen nieuwe berichten aannemen. De reden staat "
        "in het log."
    ),
    deaf="Ik heb al twee minuten niets ontvangen van {about}.",
    backup="De nieuwste back-up is te oud. De reden staat in het log.",
    model="Het model {about} werkt voor niemand. De reden staat in het log.",
    cap_near="Deze bot heeft 80 % van zijn tegoed tot {about} gebruikt.",
    cap_reached="Het tegoed van deze bot is op. Hij antwoordt niemand tot {about}.",
    over="Dit is voorbij: {said}",
)
