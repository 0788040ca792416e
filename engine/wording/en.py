"""English texts."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="English",
    stop="⏹ Stop",
    resume="▶ Continue",
    retry="↻ Retry",
    cut_length="✂ An answer gets no longer than this. For more: /continue",
    cut_deadline="⏱ Time is up ({seconds} s). For more: /continue",
    cut_stopped="⏹ Stopped. For more: /continue",
    cut_failed="⚠ The connection to the language model broke. /continue goes on from here, /retry "
    "starts again.",
    paused="⏸ I am restarting and will finish this in a moment.",
    unseen="I could not see the message that you replied to.",
    empty_answer="The language model gave an empty answer. Try again: /retry",
    thinking="💭 Thinking…",
    thought_only="The language model spent its time thinking and came to no answer. Try again: "
    "/retry, or choose another /model.",
    no_words="The language model did not answer within {seconds} s. Try again: /retry",
    stopped_empty="⏹ Stopped.",
    filtered="The language model's service does not allow an answer to this. Please ask in "
    "another way.",
    cut_filtered="✂ The language model's service ended the answer here because of its content "
    "rules. To start again: /retry",
    model_gone="This language model is not available any more. Choose another one: /model. Only "
    "the bot's owner can change the list.",
    from_cache="↺ I was asked this before. Retry asks the model anew.",
    model_unavailable="I cannot reach the language model right now. Try again in a minute: /retry",
    model_refused="The language model did not take this question. Try other words or another "
    "/model.",
    not_accepted="The language model rejects this bot's token. Only the bot's owner can fix that.",
    out_of_credit="This bot has used up its credit for the language model. Only the bot's owner "
    "can fix that.",
    too_long="That is too long for the language model. Send less at once, or start over with /new.",
    gave_up="I tried this several times without success. The button below tries once more.",
    too_heavy=(
        "Working on this made me crash three times, so I do not try it again on my own. The button "
        "below tries once more."
    ),
    waiting="⏳ In line, ahead of you: {ahead}. Your answer will appear here.",
    busy="I have more questions than I can answer right now. Please send this again in a minute.",
    cannot_save="I cannot save messages right now, so I did not take this one. Please send it "
    "again later.",
    not_allowed="This bot is private. To get in, send its owner this number: {user_id}",
    too_fast="That was a lot at once. Please wait {seconds} s.",
    no_files="I cannot read files yet. Please send me text.",
    file_reading="📄 Reading {name}: {percent} %",
    file_kept="📄 I have read {name}. Ask me about it! /documents shows and removes it.",
    file_replaced="📄 I have read the new {name}. It replaces the one from before.",
    file_known="📄 I know {name} already. Nothing has changed in it.",
    file_unread="I could not read these pages of {name}: {pages}. They seem to be pictures.",
    file_kind=(
        "I cannot read {name}. "
        "I take PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, HTML, Markdown, CSV and "
        "text files."
    ),
    file_large="{name} is too large for me. Please send a smaller file.",
    file_long="{name} is too long for me. Please send a part of it.",
    file_locked="{name} is locked with a password. Please send it without.",
    file_empty="I find no text in {name}. If it is a scan, I cannot read it.",
    file_slow="{name} took too long to read. Please send a part of it.",
    file_full="I keep no more documents here. /documents removes some.",
    file_lost="I could not get {name}. Please send it again.",
    file_broken="I cannot read {name}: the file seems to be damaged.",
    picture_blind=(
        "The language model here cannot look at pictures. The bot's owner can name one "
        "that can: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "The small built-in model cannot look at pictures. The bot's owner can set "
        "HF_TOKEN and HF_VISION_MODEL."
    ),
    picture_refused="The language model did not accept the picture, so I answered without it.",
    picture_left="I looked at {seen} of {all} pictures. Send the others separately.",
    picture_still="Of {name} I saw one still picture only.",
    picture_small="Of {name} I saw a small preview only. Send it as a photo or in a smaller size.",
    picture_gone="{name} is no longer there, so I could not look at it.",
    picture_kind=(
        "I cannot look at {name}. I take JPEG, PNG, WebP, HEIC, AVIF, GIF and BMP pictures."
    ),
    picture_large="{name} is too large for me to look at. Please send a smaller version.",
    picture_broken="I cannot look at {name}: the picture seems to be damaged.",
    voice_listening="I am listening …",
    voice_deaf=(
        "I cannot hear voice here. The bot's owner can set SPEECH_BASE_URL. Please write instead."
    ),
    voice_built_in=(
        "The small built-in model cannot hear voice. "
        "The bot's owner can set HF_TOKEN or SPEECH_BASE_URL."
    ),
    voice_silent="I heard no words in the recording.",
    voice_failed="I could not write down the recording right now. Please try again in a minute.",
    voice_format=(
        "The transcription service cannot read this kind of recording. Please send a voice note."
    ),
    voice_long="The recording is too long for me. I take at most {minutes} minutes and 20 MB.",
    draw_off="I cannot draw here. The bot's owner can set HF_IMAGE_MODEL.",
    draw_how="Tell me what to draw, for example: /draw a lighthouse at night",
    draw_filtered=(
        "The picture service does not draw this, because of its content rules. Please ask for "
        "another picture."
    ),
    draw_credit="This bot has used up its credit for pictures. Only the bot's owner can fix that.",
    draw_unknown=(
        "The picture service does not offer the model that is set. The bot's owner can name "
        "another one: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "The picture service rejects this bot's token. Only the bot's owner can fix that."
    ),
    draw_refused="The picture service did not take this. Please try other words.",
    draw_failed="I cannot reach the picture service right now. Please try again in a minute.",
    draw_slow="The picture took too long to draw. Please try again.",
    draw_large="The picture became too large to send. Please try again.",
    draw_unsent="The picture is ready, but it cannot be sent in this chat.",
    speak_unset="I cannot speak here. The bot's owner can set HF_VOICE_MODEL.",
    speak_on="🔊 My answers here also come as voice messages. To end this: /voice off",
    speak_off="My answers here come in writing only. To hear them too: /voice on",
    speak_failed="🔇 I could not speak this answer. Retry tries again.",
    speak_owner=(
        "🔇 The voice service does not accept this bot's token, model or credit. Only the "
        "bot's owner can fix that."
    ),
    memory_off="I remember only the running conversation here.",
    memory_head="I remember this (/memory remove and the number erases one):",
    memory_none="I find nothing about that in my memory.",
    memory_removed="Number {number} is erased.",
    memory_unknown="I do not have that number, or it is not yours.",
    documents_head="I have these documents (/documents remove and the number erases one):",
    documents_none="I have no documents here. Send me a PDF, Word, Excel, text or HTML file.",
    document_removed="The document is erased.",
    document_unknown="I do not have that number, or it is not yours.",
    start="Hello! I am Pipit. Ask me anything, and I answer at once and in short. /help shows "
    "what else I can do.",
    help_head="Just write to me. I also understand:",
    help_row="/{name} - {about}",
    unknown_command="I do not know {command}. /help shows what I can do.",
    fresh="A new conversation. I set the earlier one aside.",
    chats_head="Conversations in this chat (/chats and a number goes back to one):",
    chats_none="There is no earlier conversation here.",
    chats_unknown="I do not have that conversation. /chats lists them.",
    chats_back="We are back in that conversation. Go on!",
    nothing_to_stop="There is nothing to stop right now.",
    stopping="Stopping.",
    only_author="Only the person who asked can do that.",
    nothing_to_retry="There is no answer to retry yet.",
    nothing_to_continue="There is no answer to continue yet.",
    button_old="This button is too old. Please ask again.",
    button_done="Already done.",
    model_now="Model: {model}. To change it, send /model and one of these: {models}",
    model_set="From now on {model} answers in this chat.",
    model_unknown="I do not have {model}. Choose one of these: {models}",
    persona_now="My role in this chat: {persona}\nTo end it: /persona off",
    persona_none="Tell me who to be, for example: /persona a patient maths teacher",
    persona_set="Got it. That is my role in this chat.",
    persona_cleared="I am just Pipit again.",
    persona_long="That is too long. Characters at most: {most}.",
    language_now="Language: {language}. To change it, send /language and one of these: {languages}",
    language_set="Language: {language}. My answers follow the language that you write in.",
    language_unknown="I do not have that language. Choose one of these: {languages}",
    timezone_now=(
        "Time zone: {zone}. It is {time} there. To change it, send /timezone and a city, "
        "such as: /timezone Europe/Berlin"
    ),
    timezone_set="Time zone: {zone}. It is {time} there.",
    timezone_unknown=(
        "I do not know the time zone {zone}. Send a large city nearby, such as: /timezone "
        "Europe/Berlin"
    ),
    export_chat="This is all that I keep of this chat.",
    export_own="This is all that I keep of you in this chat.",
    evicted="I had to delete older turns or documents of this chat, because my storage was full.",
    export_long="That is too much for a file in this chat. Only who runs the bot can hand it out.",
    forget_chat=(
        "This erases all that I keep of this chat, for good. Answers: {turns}, documents: "
        "{documents}. To do it, send within {minutes} minutes: /forget yes"
    ),
    forget_own=(
        "This erases all that I keep of you here, for good. Answers: {turns}, documents: "
        "{documents}. To do it, send within {minutes} minutes: /forget yes"
    ),
    forgotten="Done. It is erased.",
    anonymous=(
        "You write in the group's name, and others do too, so I cannot tell what is yours. "
        "Please write under your own name, or ask the bot's owner."
    ),
    data_failed="That did not work. Please try again in a minute.",
    stats=(
        "Answers: {turns_today} today, {turns} in total\n"
        "Tokens: {tokens_today} today, {tokens} in total\n"
        "Right now: {working} running, {waiting} waiting\n"
        "Cache hits: {hit_percent} %"
    ),
    stats_cache="Answers given again: {hits} of {asked} ({repeats} word for word, {refused} near "
    "ones refused)",
    listen_object="🙈 Not mine",
    listen_allow="👂 Mine too",
    listen_end="⏹ End it",
    listen_on=(
        "👂 I listen in this chat. I keep the text of messages that are not written "
        "to me, with their authors' names: the newest {messages}, for at most "
        "{hours} h. I show them to the language model with the next questions here "
        "and use them for nothing else. I keep no photos, files or commands."
    ),
    listen_choice=(
        "If you do not want this, tap “{button}”: I then keep nothing of yours, and "
        "erase what I have. /forget erases it too. Administrators end the listening "
        "with the last button or /listen off."
    ),
    listen_voice=(
        "🎤 I also write down short voice messages, to hear whether somebody says my name. "
        "If nobody does, I keep nothing of them."
    ),
    listen_off=(
        "I do not listen in this chat: I keep nothing that is not written to me. "
        "An administrator can change this with /listen on"
    ),
    listen_stopped="I do not listen in this chat any more. What I had overheard is erased.",
    listen_objected=("I keep none of your messages here. What I had overheard of them is erased."),
    listen_allowed="I may keep your messages here again, as the card says.",
    listen_admins="Only an administrator of this group can decide that.",
    listen_groups="This is for groups. Here I read all that you write anyway.",
    listen_unavailable="The bot's owner has switched listening off.",
    listen_as_admin=(
        "⚠ But I do not see such messages yet. Make me an administrator here, or ask "
        "the bot's owner to switch off its privacy mode, and add me again."
    ),
    listen_by_owner=(
        "⚠ But I do not see such messages yet. The bot's owner has to allow it "
        "first: “Message Content Intent” in the developer portal."
    ),
    forget_overheard="Overheard messages: {overheard}.",
    help_start="say hello",
    help_help="show this list",
    help_ask="ask something in a group",
    help_draw="draw a picture",
    help_new="start a new conversation",
    help_chats="list earlier conversations, or go back to one",
    help_stop="stop the answer",
    help_retry="answer the last question again",
    help_continue="continue the last answer",
    help_model="show or choose the model",
    help_persona="give me a role",
    help_language="choose my language",
    help_timezone="choose the time zone",
    help_listen="let me overhear a group, or end it",
    help_voice="also speak my answers, or stop it",
    help_memory="show, find or erase what I remember",
    help_documents="show or erase documents",
    help_export="get what I keep of you, as a file",
    help_forget="erase what I keep of you",
    help_people="show or change who may use the bot (admins)",
    help_stats="show usage",
    help_usage="show usage and cost",
    help_set="for admins: list or change settings",
    help_news="get this bot's news here, or end that",
    help_broadcast="for admins: write to all chats that want news",
    hint_ask="question",
    hint_draw="what the picture shows",
    hint_chats="number of a conversation",
    hint_model="model name",
    hint_persona="who to be",
    hint_language="language code",
    hint_timezone="city, such as Europe/Berlin",
    hint_listen="on or off",
    hint_voice="on or off",
    hint_memory="words to look for",
    hint_documents="remove and a number",
    hint_export="text for a file without JSON",
    hint_people="empty for the list, or a change",
    hint_forget="yes to erase",
    hint_set="name and value",
    hint_news="on or off",
    hint_broadcast="text",
    word_yes="yes",
    word_on="on",
    word_off="off",
    word_remove="remove",
)

ALERTS = AlertWords(
    credit="The account of the language model has no credit left, so I cannot answer.",
    model_login="The language model's endpoint refuses my token, so I cannot answer.",
    login="{about} no longer accepts my token. I receive nothing from there.",
    disk="The disk is full or the storage limit is reached, so I cannot take new messages.",
    database="The database cannot be used, so I cannot take new messages. The log says why.",
    deaf="I have received nothing from {about} for two minutes.",
    backup="The newest backup is too old. The log says why.",
    model="The model {about} fails for everybody. The log says why.",
    cap_near="This bot has used 80 % of its allowance until {about}.",
    cap_reached="This bot has used up its allowance. It answers nobody until {about}.",
    over="This is over: {said}",
)
