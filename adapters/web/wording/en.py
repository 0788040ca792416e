"""English texts of the page."""

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
        language="en",
        ask="Write a message",
        send="Send",
        stop="Stop",
        resume="Continue",
        retry="Retry",
        fresh="New chat",
        menu="Menu",
        close="Close",
        conversation="Conversation",
        thinking="Pipit is thinking",
        offline="No connection. The page comes back to the answer by itself.",
        unsent="Not sent yet. It is tried again.",
        hello="Hello! Ask me anything.",
        password="Password",
        enter="Enter",
        wrong="That is not the password.",
        busy="Many passwords are being tried. Please try again in a moment.",
        leave="Log out",
        returned="This could not be sent. Your text is back in the box.",
        name="English",
        copy="Copy",
        copied="Copied",
        again="Try again",
        too_long="That is too long: {length} of {most} characters. Send it in parts.",
    ),
    menu=MenuWords(
        chats="Chats",
        settings="Settings",
        language="Language",
        model="Model",
        spoken="Spoken answers",
        documents="Documents",
        remove="Erase",
        more="More",
        later="That happens as soon as the running answer has ended.",
    ),
    uploads=UploadWords(
        attach="Add a photo or a file",
        remove="Remove {name}",
        uploading="The files are still being sent.",
        large="{name} is too large: at most {most} MB.",
        failed="{name} could not be sent. Remove it and try again.",
    ),
    voice=VoiceWords(
        record="Record a voice message",
        recording="Recording",
        finish="Finish recording",
        discard="Discard the recording",
        play="Play",
        pause="Pause",
        denied=(
            "The browser does not let this page use the microphone. Allow it in the "
            "browser’s settings."
        ),
        missing="No microphone was found.",
        broken="The recording did not work. Please try again.",
    ),
    guard=GuardWords(
        crowded="Too many requests at once. Please try again in a moment.",
        pages="Too many open pages. Close one of them.",
        hurried="Too many requests in a minute. Please wait a little.",
        long="That is too long.",
        name=(
            "This page does not answer to this name. Whoever runs it can add the name to WEB_HOSTS."
        ),
        cookies="The cookies of this site are too long. Delete them and come back.",
    ),
    panel=PanelWords(
        kept="What is remembered",
        nothing="Nothing is remembered.",
        again="Refresh",
        export="Save all as a file",
        exported="The file is in the chat.",
        role="Role of the assistant",
        role_hint="a patient maths teacher",
        take="Set role",
        taken="Set.",
        sure="Yes, erase everything for good",
        erase="Erase everything",
        tick="Tick the box above first.",
        erased="Erased.",
        failed="That did not work. Please try again.",
    ),
)
