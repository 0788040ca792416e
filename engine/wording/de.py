"""German texts, informal (du)."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Deutsch",
    stop="⏹ Stopp",
    resume="▶ Weiter",
    retry="↻ Noch mal",
    cut_length="✂ Länger wird eine einzelne Antwort nicht. Weiter geht es mit /continue.",
    cut_deadline="⏱ Die Zeit ist um ({seconds} s). Weiter geht es mit /continue.",
    cut_stopped="⏹ Angehalten. Weiter geht es mit /continue.",
    cut_failed="⚠ Die Verbindung zum Sprachmodell ist abgerissen. /continue macht hier weiter, "
    "/retry fängt neu an.",
    paused="⏸ Ich starte gerade neu und schreibe das gleich zu Ende.",
    unseen="Die Nachricht, auf die du geantwortet hast, konnte ich nicht sehen.",
    empty_answer="Vom Sprachmodell kam eine leere Antwort. Versuch es noch mal: /retry",
    thinking="💭 Denkt nach…",
    thought_only="Das Sprachmodell hat nur nachgedacht und kam zu keiner Antwort. Noch mal: "
    "/retry, oder wähle ein anderes /model.",
    no_words="Das Sprachmodell hat in {seconds} s nicht geantwortet. Versuch es noch mal: /retry",
    stopped_empty="⏹ Angehalten.",
    filtered="Der Dienst des Sprachmodells lässt darauf keine Antwort zu. Bitte frag anders.",
    cut_filtered="✂ Der Dienst des Sprachmodells hat die Antwort wegen seiner Inhaltsregeln hier "
    "beendet. Neu anfangen: /retry",
    model_gone="Dieses Sprachmodell gibt es nicht mehr. Wähle ein anderes: /model. Die Liste kann "
    "nur der Betreiber des Bots ändern.",
    from_cache="↺ Das wurde ich schon gefragt. Der Knopf fragt das Modell neu.",
    model_unavailable="Ich erreiche das Sprachmodell gerade nicht. Versuch es in einer Minute "
    "noch mal: /retry",
    model_refused="Das Sprachmodell nimmt diese Frage nicht an. Versuch andere Worte oder ein "
    "anderes /model.",
    not_accepted="Das Sprachmodell lehnt das Token dieses Bots ab. Das kann nur beheben, wer den "
    "Bot betreibt.",
    out_of_credit="Das Guthaben dieses Bots fürs Sprachmodell ist leer. Das kann nur beheben, wer "
    "den Bot betreibt.",
    too_long="Das ist zu lang fürs Sprachmodell. Schick weniger auf einmal oder fang mit /new neu "
    "an.",
    gave_up="Das ist mir mehrmals nicht gelungen. Der Knopf unten versucht es noch einmal.",
    too_heavy=(
        "Daran bin ich dreimal abgestürzt, deshalb versuche ich es nicht noch einmal von "
        "selbst. Der Knopf unten versucht es noch einmal."
    ),
    waiting="⏳ In der Warteschlange vor dir: {ahead}. Deine Antwort erscheint gleich hier.",
    busy="Ich habe gerade mehr Fragen, als ich schaffe. Schick das bitte in einer Minute noch mal.",
    cannot_save="Ich kann gerade nichts speichern und habe das nicht angenommen. Schick es bitte "
    "später noch mal.",
    not_allowed="Dieser Bot ist privat. Um dabei zu sein, schick seinem Betreiber diese Nummer: "
    "{user_id}",
    too_fast="Das war viel auf einmal. Warte bitte {seconds} s.",
    no_files="Dateien kann ich noch nicht lesen. Schick mir bitte Text.",
    file_reading="📄 Ich lese {name}: {percent} %",
    file_kept="📄 Ich habe {name} gelesen. Frag mich danach! /documents zeigt und löscht es.",
    file_replaced="📄 Ich habe die neue Fassung von {name} gelesen. Sie ersetzt die vorige.",
    file_known="📄 {name} kenne ich schon. Es hat sich nichts darin geändert.",
    file_unread="Diese Seiten von {name} konnte ich nicht lesen: {pages}. Es sind wohl Bilder.",
    file_kind=(
        "{name} kann ich nicht lesen. "
        "Ich nehme PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, HTML, Markdown, CSV und "
        "Textdateien."
    ),
    file_large="{name} ist mir zu groß. Bitte schick eine kleinere Datei.",
    file_long="{name} ist mir zu lang. Bitte schick einen Teil davon.",
    file_locked="{name} ist mit einem Passwort geschützt. Bitte schick es ohne.",
    file_empty="In {name} finde ich keinen Text. Einen Scan kann ich nicht lesen.",
    file_slow="{name} zu lesen dauerte zu lange. Bitte schick einen Teil davon.",
    file_full="Mehr Dokumente passen hier nicht. /documents löscht welche.",
    file_lost="Ich konnte {name} nicht laden. Bitte schick es noch einmal.",
    file_broken="{name} kann ich nicht lesen: Die Datei scheint beschädigt zu sein.",
    picture_blind=(
        "Das Sprachmodell hier kann keine Bilder ansehen. Der Betreiber des Bots kann "
        "eines angeben, das es kann: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Das kleine eingebaute Modell kann keine Bilder ansehen. Der Betreiber des Bots "
        "kann HF_TOKEN und HF_VISION_MODEL setzen."
    ),
    picture_refused=(
        "Das Sprachmodell hat das Bild nicht angenommen, deshalb habe ich ohne das Bild "
        "geantwortet."
    ),
    picture_left="Ich habe {seen} von {all} Bildern angesehen. Schick die anderen bitte einzeln.",
    picture_still="Von {name} habe ich nur ein Standbild gesehen.",
    picture_small=(
        "Von {name} habe ich nur eine kleine Vorschau gesehen. Schick es als Foto oder kleiner."
    ),
    picture_gone="{name} gibt es nicht mehr, deshalb konnte ich es nicht ansehen.",
    picture_kind=(
        "{name} kann ich nicht ansehen. Ich nehme Bilder in JPEG, PNG, WebP, HEIC, AVIF, "
        "GIF und BMP."
    ),
    picture_large="{name} ist mir zum Ansehen zu groß. Bitte schick es kleiner.",
    picture_broken="{name} kann ich nicht ansehen: Das Bild scheint beschädigt zu sein.",
    voice_listening="Ich höre zu …",
    voice_deaf=(
        "Sprache kann ich hier nicht hören. Wer den "
        "Bot betreibt, kann SPEECH_BASE_URL setzen. Bitte schreib mir."
    ),
    voice_built_in=(
        "Das kleine eingebaute Modell kann keine Sprache hören. "
        "Wer den Bot betreibt, kann HF_TOKEN oder SPEECH_BASE_URL setzen."
    ),
    voice_silent="In der Aufnahme habe ich keine Worte gehört.",
    voice_failed=(
        "Ich konnte die Aufnahme gerade nicht aufschreiben. "
        "Bitte versuch es in einer Minute noch einmal."
    ),
    voice_format=(
        "Der Transkriptionsdienst kann diese Art von Aufnahme nicht lesen. Bitte schick mir "
        "eine Sprachnachricht."
    ),
    voice_long="Die Aufnahme ist mir zu lang. Ich nehme höchstens {minutes} Minuten und 20 MB.",
    draw_off="Ich kann hier nicht zeichnen. Wer den Bot betreibt, kann HF_IMAGE_MODEL setzen.",
    draw_how="Sag mir, was ich zeichnen soll, zum Beispiel: /draw ein Leuchtturm bei Nacht",
    draw_filtered=(
        "Der Bilddienst zeichnet das wegen seiner Inhaltsregeln nicht. Bitte wünsche dir ein "
        "anderes Bild."
    ),
    draw_credit=(
        "Dieser Bot hat sein Guthaben für Bilder aufgebraucht. Nur wer ihn betreibt, kann das "
        "ändern."
    ),
    draw_unknown=(
        "Der Bilddienst bietet das eingestellte Modell nicht an. Wer den Bot betreibt, kann "
        "ein anderes nennen: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "Der Bilddienst nimmt das Token dieses Bots nicht an. Nur wer ihn betreibt, kann das "
        "ändern."
    ),
    draw_refused="Der Bilddienst hat das nicht angenommen. Bitte versuche es mit anderen Worten.",
    draw_failed=(
        "Ich erreiche den Bilddienst gerade nicht. Bitte versuche es in einer Minute noch einmal."
    ),
    draw_slow="Das Zeichnen hat zu lange gedauert. Bitte versuche es noch einmal.",
    draw_large="Das Bild ist zu groß zum Verschicken. Bitte versuche es noch einmal.",
    draw_unsent="Das Bild ist fertig, aber es lässt sich in diesem Chat nicht verschicken.",
    speak_unset="Ich kann hier nicht sprechen. Wer den Bot betreibt, kann HF_VOICE_MODEL setzen.",
    speak_on="🔊 Meine Antworten kommen hier auch als Sprachnachricht. Abschalten: /voice off",
    speak_off="Meine Antworten kommen hier nur schriftlich. Auch hören: /voice on",
    speak_failed="🔇 Diese Antwort konnte ich nicht sprechen. Der Knopf versucht es noch einmal.",
    speak_owner=(
        "🔇 Der Sprachdienst nimmt Token, Modell oder Guthaben dieses Bots nicht an. Nur wer "
        "ihn betreibt, kann das ändern."
    ),
    memory_off="Hier erinnere ich mich nur an das laufende Gespräch.",
    memory_head="Daran erinnere ich mich (/memory löschen und die Nummer löscht es):",
    memory_none="Dazu finde ich nichts in meinem Gedächtnis.",
    memory_removed="Nummer {number} ist gelöscht.",
    memory_unknown="Diese Nummer habe ich nicht, oder sie gehört nicht dir.",
    documents_head="Ich habe diese Dokumente (/documents löschen und die Nummer löscht eins):",
    documents_none="Ich habe hier keine Dokumente. Schick mir PDF, Word, Excel, Text oder HTML.",
    document_removed="Das Dokument ist gelöscht.",
    document_unknown="Diese Nummer habe ich nicht, oder sie gehört nicht dir.",
    start="Hallo! Ich bin Pipit. Frag mich, was du willst; ich antworte sofort und kurz. Was ich "
    "noch kann: /help",
    help_head="Schreib mir einfach. Außerdem verstehe ich:",
    help_row="/{name} - {about}",
    unknown_command="{command} kenne ich nicht. Was ich kann, zeigt /help.",
    fresh="Ein neues Gespräch. Das vorige lasse ich beiseite.",
    chats_head="Unterhaltungen in diesem Chat (/chats und eine Nummer führt zurück):",
    chats_none="Hier gibt es keine frühere Unterhaltung.",
    chats_unknown="Diese Unterhaltung habe ich nicht. /chats zeigt alle.",
    chats_back="Wir sind wieder in dieser Unterhaltung. Frag weiter!",
    nothing_to_stop="Es läuft gerade nichts, was ich anhalten könnte.",
    stopping="Ich höre auf.",
    only_author="Das darf nur, wer gefragt hat.",
    nothing_to_retry="Es gibt noch keine Antwort, die ich neu schreiben könnte.",
    nothing_to_continue="Es gibt noch keine Antwort, die ich fortsetzen könnte.",
    button_old="Dieser Knopf ist zu alt. Frag bitte noch mal.",
    button_done="Schon erledigt.",
    model_now="Modell: {model}. Zum Wechseln schick /model und eins von diesen: {models}",
    model_set="Ab jetzt antwortet {model} in diesem Chat.",
    model_unknown="{model} habe ich nicht. Such dir eins von diesen aus: {models}",
    persona_now="Meine Rolle in diesem Chat: {persona}\nBeenden: /persona aus",
    persona_none="Sag mir, wer ich sein soll, zum Beispiel: /persona eine geduldige Mathelehrerin",
    persona_set="Alles klar. Das ist meine Rolle in diesem Chat.",
    persona_cleared="Ich bin wieder einfach Pipit.",
    persona_long="Das ist zu lang. Zeichen höchstens: {most}.",
    language_now="Sprache: {language}. Zum Wechseln schick /language und eine von diesen: "
    "{languages}",
    language_set="Sprache: {language}. Meine Antworten folgen der Sprache, in der du schreibst.",
    language_unknown="Diese Sprache habe ich nicht. Such dir eine von diesen aus: {languages}",
    timezone_now=(
        "Zeitzone: {zone}. Dort ist es {time}. Zum Ändern schick /timezone und eine Stadt, "
        "zum Beispiel: /timezone Europe/Berlin"
    ),
    timezone_set="Zeitzone: {zone}. Dort ist es {time}.",
    timezone_unknown=(
        "Die Zeitzone {zone} kenne ich nicht. Schick eine große Stadt in der Nähe, zum "
        "Beispiel: /timezone Europe/Berlin"
    ),
    export_chat="Das ist alles, was ich von diesem Chat aufbewahre.",
    export_own="Das ist alles, was ich in diesem Chat von dir aufbewahre.",
    evicted="Ich musste ältere Antworten oder Dokumente dieses Chats löschen, weil mein Speicher "
    "voll war.",
    export_long="Das ist zu viel für eine Datei in diesem Chat. Herausgeben kann es nur, wer den "
    "Bot betreibt.",
    forget_chat=(
        "Das löscht alles aus diesem Chat, endgültig. Antworten: {turns}, Dokumente: {documents}. "
        "Wenn du das willst, schick binnen {minutes} Minuten: /forget ja"
    ),
    forget_own=(
        "Das löscht alles von dir in diesem Chat, endgültig. Antworten: {turns}, Dokumente: "
        "{documents}. Wenn du das willst, schick binnen {minutes} Minuten: /forget ja"
    ),
    forgotten="Erledigt. Es ist gelöscht.",
    anonymous=(
        "Du schreibst im Namen der Gruppe, wie andere auch. Was von dir ist, weiß ich nicht. "
        "Schreib bitte unter eigenem Namen oder frag den Betreiber."
    ),
    data_failed="Das hat nicht geklappt. Versuch es bitte in einer Minute noch mal.",
    stats=(
        "Antworten: {turns_today} heute, {turns} insgesamt\n"
        "Tokens: {tokens_today} heute, {tokens} insgesamt\n"
        "Jetzt gerade: {working} in Arbeit, {waiting} in der Warteschlange\n"
        "Cache-Treffer: {hit_percent} %"
    ),
    stats_cache="Wiederholte Antworten: {hits} von {asked} Fragen ({repeats} wörtlich, {refused} "
    "ähnliche verworfen)",
    listen_object="🙈 Meine nicht",
    listen_allow="👂 Meine auch",
    listen_end="⏹ Beenden",
    listen_on=(
        "👂 Ich höre in diesem Chat mit. Ich behalte den Text von Nachrichten, die "
        "nicht an mich gerichtet sind, mit den Namen der Verfasser: die neuesten "
        "{messages}, höchstens {hours} Std. lang. Ich zeige sie dem Sprachmodell bei "
        "den nächsten Fragen hier und nutze sie für nichts anderes. Fotos, Dateien "
        "und Befehle behalte ich nicht."
    ),
    listen_choice=(
        "Wenn du das nicht willst, tippe auf „{button}“: Dann behalte ich nichts von "
        "dir und lösche, was ich habe. Auch /forget löscht es. Administratoren "
        "beenden das Mithören mit dem letzten Knopf oder mit /listen off."
    ),
    listen_voice=(
        "🎤 Kurze Sprachnachrichten schreibe ich auch mit, um zu hören, ob jemand meinen "
        "Namen sagt. Sagt ihn niemand, behalte ich nichts davon."
    ),
    listen_off=(
        "Ich höre in diesem Chat nicht mit: Ich behalte nichts, was nicht an "
        "mich gerichtet ist. Ein Administrator kann das ändern mit /listen on"
    ),
    listen_stopped=(
        "Ich höre in diesem Chat nicht mehr mit. Was ich mitgehört hatte, ist gelöscht."
    ),
    listen_objected=(
        "Ich behalte hier keine deiner Nachrichten. Was ich davon mitgehört hatte, ist gelöscht."
    ),
    listen_allowed=("Ich darf deine Nachrichten hier wieder behalten, wie es auf der Karte steht."),
    listen_admins="Das kann nur ein Administrator dieser Gruppe entscheiden.",
    listen_groups="Das ist für Gruppen. Hier lese ich ohnehin alles, was du schreibst.",
    listen_unavailable="Der Betreiber des Bots hat das Mithören abgeschaltet.",
    listen_as_admin=(
        "⚠ Ich sehe solche Nachrichten aber noch nicht. Macht mich zum "
        "Administrator, oder der Betreiber schaltet den Privatsphäre-Modus aus und "
        "ihr fügt mich neu hinzu."
    ),
    listen_by_owner=(
        "⚠ Ich sehe solche Nachrichten aber noch nicht. Der Betreiber des Bots "
        "muss es erst erlauben: „Message Content Intent“ im Entwicklerportal."
    ),
    forget_overheard="Mitgehörte Nachrichten: {overheard}.",
    help_start="Hallo sagen",
    help_help="diese Liste zeigen",
    help_ask="in einer Gruppe etwas fragen",
    help_draw="ein Bild zeichnen",
    help_new="ein neues Gespräch anfangen",
    help_chats="frühere Unterhaltungen zeigen oder zu einer zurück",
    help_stop="die Antwort anhalten",
    help_retry="die letzte Frage neu beantworten",
    help_continue="die letzte Antwort fortsetzen",
    help_model="das Modell zeigen oder wählen",
    help_persona="mir eine Rolle geben",
    help_language="meine Sprache wählen",
    help_timezone="Zeitzone wählen",
    help_listen="in einer Gruppe mithören oder damit aufhören",
    help_voice="Antworten auch sprechen oder damit aufhören",
    help_memory="zeigen, suchen oder löschen, woran ich mich erinnere",
    help_documents="Dokumente zeigen oder löschen",
    help_export="als Datei bekommen, was ich von dir aufbewahre",
    help_forget="löschen, was ich von dir aufbewahre",
    help_people="zeigen oder ändern, wer den Bot benutzen darf (Admins)",
    help_stats="den Verbrauch zeigen",
    help_usage="Verbrauch und Kosten zeigen",
    help_set="für Admins: Einstellungen zeigen oder ändern",
    help_news="hier Neuigkeiten des Bots bekommen oder das beenden",
    help_broadcast="für Admins: allen Chats schreiben, die Neuigkeiten wollen",
    hint_ask="Frage",
    hint_draw="was das Bild zeigt",
    hint_chats="Nummer einer Unterhaltung",
    hint_model="Name des Modells",
    hint_persona="wer ich sein soll",
    hint_language="Kürzel der Sprache",
    hint_timezone="Stadt, etwa Europe/Berlin",
    hint_listen="on oder off",
    hint_voice="on oder off",
    hint_memory="gesuchte Wörter",
    hint_documents="löschen und eine Nummer",
    hint_export="text für eine Datei ohne JSON",
    hint_people="leer für die Liste, oder eine Änderung",
    hint_forget="ja löscht",
    hint_set="Name und Wert",
    hint_news="on oder off",
    hint_broadcast="Text",
    word_yes="ja",
    word_on="an",
    word_off="aus",
    word_remove="löschen",
)

ALERTS = AlertWords(
    credit="Das Konto des Sprachmodells hat kein Guthaben mehr; ich kann nicht antworten.",
    model_login="Der Dienst des Sprachmodells lehnt mein Token ab; ich kann nicht antworten.",
    login="{about} nimmt mein Token nicht mehr an. Von dort kommt nichts mehr an.",
    disk="Die Festplatte ist voll oder die Speichergrenze erreicht; ich kann keine neuen "
    "Nachrichten annehmen.",
    database="Die Datenbank ist nicht benutzbar; ich kann keine neuen Nachrichten annehmen. "
    "Der Grund steht im Log.",
    deaf="Seit zwei Minuten kommt von {about} nichts mehr an.",
    backup="Die neueste Sicherung ist zu alt. Der Grund steht im Log.",
    model="Das Modell {about} schlägt bei allen fehl. Der Grund steht im Log.",
    cap_near="Dieser Bot hat 80 % seines Kontingents bis {about} verbraucht.",
    cap_reached=(
        "Das Kontingent dieses Bots ist aufgebraucht. Er antwortet niemandem bis {about}."
    ),
    over="Das ist vorbei: {said}",
)
