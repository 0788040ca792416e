"""French texts, informal (tu).

A no-break space (U+00A0) precedes a colon and similar marks, so that no line begins with one.
"""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Français",
    stop="⏹ Arrêter",
    resume="▶ Continuer",
    retry="↻ Réessayer",
    cut_length="✂ Une réponse ne peut pas être plus longue. Pour la suite, /continue.",
    cut_deadline="⏱ Temps écoulé ({seconds}\u00a0s). Pour la suite, /continue.",
    cut_stopped="⏹ Réponse arrêtée. Pour la suite, /continue.",
    cut_failed="⚠ La connexion au modèle a été coupée. /continue reprend ici, /retry recommence.",
    paused="⏸ Je redémarre et je termine ça dans un instant.",
    unseen="Je n’ai pas pu voir le message auquel tu as répondu.",
    empty_answer="Le modèle a donné une réponse vide. Pour réessayer, /retry.",
    thinking="💭 Réflexion…",
    thought_only="Le modèle a réfléchi sans arriver à une réponse. Pour réessayer\u00a0: /retry, "
    "ou choisis un autre /model.",
    no_words="Le modèle n’a pas répondu en {seconds} s. Pour réessayer\u00a0: /retry",
    stopped_empty="⏹ Arrêté.",
    filtered="Le service du modèle n’autorise pas de réponse à cela. Pose la question autrement.",
    cut_filtered="✂ Le service du modèle a arrêté la réponse ici à cause de ses règles de "
    "contenu. Pour recommencer\u00a0: /retry",
    model_gone="Ce modèle n’est plus disponible. Choisis-en un autre\u00a0: /model. Seul le "
    "propriétaire du bot peut changer la liste.",
    from_cache="↺ On me l’a déjà demandé. Le bouton repose la question au modèle.",
    model_unavailable="Je n’arrive pas à joindre le modèle. Réessaie dans une minute avec /retry.",
    model_refused="Le modèle n’a pas accepté cette question. Essaie d’autres mots ou un autre "
    "/model.",
    not_accepted="Le modèle refuse le token de ce bot. Seule la personne qui gère le bot peut "
    "arranger ça.",
    out_of_credit="Ce bot n’a plus de crédit pour le modèle. Seule la personne qui gère le bot "
    "peut arranger ça.",
    too_long="C’est trop long pour le modèle. Envoie moins à la fois, ou repars de zéro avec /new.",
    gave_up="J’ai essayé plusieurs fois sans succès. Le bouton ci-dessous essaie encore une fois.",
    too_heavy=(
        "Cette demande m’a fait planter trois fois, je ne la reprends donc pas de moi-même. "
        "Le bouton ci-dessous essaie encore une fois."
    ),
    waiting="⏳ Dans la file, avant toi\u00a0: {ahead}. Ta réponse apparaîtra ici.",
    busy="J’ai plus de questions que je ne peux en traiter. Renvoie celle-ci dans une minute, "
    "s’il te plaît.",
    cannot_save="Je ne peux rien enregistrer en ce moment, je n’ai donc pas pris ce message. "
    "Renvoie-le plus tard.",
    not_allowed="Ce bot est privé. Pour y accéder, envoie ce numéro à la personne qui le "
    "gère\u00a0: {user_id}",
    too_fast="Ça fait beaucoup d’un coup. Attends {seconds}\u00a0s, s’il te plaît.",
    no_files="Je ne sais pas encore lire les fichiers. Envoie-moi du texte, s’il te plaît.",
    file_reading="📄 Lecture de {name}\u00a0: {percent} %",
    file_kept="📄 J’ai lu {name}. Pose-moi tes questions\u00a0! /documents l’affiche ou l’efface.",
    file_replaced="📄 J’ai lu la nouvelle version de {name}. Elle remplace la précédente.",
    file_known="📄 Je connais déjà {name}. Rien n’y a changé.",
    file_unread=(
        "Je n’ai pas pu lire ces pages de {name}\u00a0: {pages}. Ce sont sans doute des images."
    ),
    file_kind=(
        "Je ne peux pas lire {name}. "
        "J’accepte PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, HTML, Markdown, CSV et "
        "les fichiers texte."
    ),
    file_large="{name} est trop gros pour moi. Envoie un fichier plus petit.",
    file_long="{name} est trop long pour moi. Envoie-m’en une partie.",
    file_locked="{name} est protégé par un mot de passe. Envoie-le sans.",
    file_empty="Je ne trouve pas de texte dans {name}. Un scan, je ne peux pas le lire.",
    file_slow="Lire {name} prenait trop de temps. Envoie-m’en une partie.",
    file_full="Il n’y a plus de place pour des documents. /documents en efface.",
    file_lost="Je n’ai pas pu récupérer {name}. Renvoie-le, s’il te plaît.",
    file_broken="Je ne peux pas lire {name}\u00a0: le fichier semble abîmé.",
    picture_blind=(
        "Le modèle de langage d’ici ne voit pas les images. Le propriétaire du bot peut "
        "en indiquer un qui les voit\u00a0: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "Le petit modèle intégré ne voit pas les images. Le propriétaire du bot peut "
        "définir HF_TOKEN et HF_VISION_MODEL."
    ),
    picture_refused="Le modèle de langage n’a pas accepté l’image, j’ai donc répondu sans elle.",
    picture_left="J’ai regardé {seen} images sur {all}. Envoie les autres séparément.",
    picture_still="De {name}, je n’ai vu qu’une image fixe.",
    picture_small=(
        "De {name}, je n’ai vu qu’un petit aperçu. Envoie-la comme photo ou en plus petit."
    ),
    picture_gone="{name} n’est plus là, je n’ai donc pas pu la regarder.",
    picture_kind=(
        "Je ne peux pas regarder {name}. J’accepte les images JPEG, PNG, WebP, HEIC, "
        "AVIF, GIF et BMP."
    ),
    picture_large="{name} est trop grande pour moi. Envoie une version plus petite.",
    picture_broken="Je ne peux pas regarder {name}\u00a0: l’image semble abîmée.",
    voice_listening="J’écoute…",
    voice_deaf=(
        "Je ne peux pas entendre de voix ici. "
        "Le responsable du bot peut définir SPEECH_BASE_URL. Écris-moi plutôt."
    ),
    voice_built_in=(
        "Le petit modèle intégré n’entend pas la voix. "
        "Le responsable du bot peut définir HF_TOKEN ou SPEECH_BASE_URL."
    ),
    voice_silent="Je n’ai entendu aucun mot dans l’enregistrement.",
    voice_failed="Je n’ai pas pu transcrire l’enregistrement. Réessaie dans une minute.",
    voice_format=(
        "Le service de transcription ne peut pas lire ce type d’enregistrement. Envoie-moi un "
        "message vocal, s’il te plaît."
    ),
    voice_long="L’enregistrement est trop long. J’accepte au plus {minutes} minutes et 20 Mo.",
    draw_off=(
        "Je ne peux pas dessiner ici. La personne qui gère le bot peut définir HF_IMAGE_MODEL."
    ),
    draw_how="Dis-moi quoi dessiner, par exemple : /draw un phare la nuit",
    draw_filtered=(
        "Le service d’images ne dessine pas cela à cause de ses règles de contenu. Demande une "
        "autre image, s’il te plaît."
    ),
    draw_credit=(
        "Ce bot a épuisé son crédit pour les images. Seule la personne qui le gère peut y remédier."
    ),
    draw_unknown=(
        "Le service d’images ne propose pas le modèle défini. La personne qui gère le bot peut "
        "en nommer un autre : HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "Le service d’images rejette le jeton de ce bot. Seule la personne qui le gère peut y "
        "remédier."
    ),
    draw_refused="Le service d’images n’a pas accepté cela. Essaie avec d’autres mots.",
    draw_failed="Je n’arrive pas à joindre le service d’images. Réessaie dans une minute.",
    draw_slow="Le dessin a pris trop de temps. Réessaie, s’il te plaît.",
    draw_large="L’image est trop grande pour être envoyée. Réessaie, s’il te plaît.",
    draw_unsent="L’image est prête, mais elle ne peut pas être envoyée dans cette discussion.",
    speak_unset=(
        "Je ne peux pas parler ici. La personne qui gère le bot peut définir HF_VOICE_MODEL."
    ),
    speak_on="🔊 Ici, mes réponses arrivent aussi en message vocal. Pour arrêter\u00a0: /voice off",
    speak_off=(
        "Ici, mes réponses arrivent seulement par écrit. Pour les entendre aussi\u00a0: /voice on"
    ),
    speak_failed="🔇 Je n’ai pas pu dire cette réponse. Le bouton permet de réessayer.",
    speak_owner=(
        "🔇 Le service vocal n’accepte pas le jeton, le modèle ou le crédit de ce bot. Seule "
        "la personne qui le gère peut y remédier."
    ),
    memory_off="Ici, je ne me souviens que de la conversation en cours.",
    memory_head="Je me souviens de ceci (/memory effacer et le numéro en efface un) :",
    memory_none="Je ne trouve rien là-dessus dans ma mémoire.",
    memory_removed="Le numéro {number} est effacé.",
    memory_unknown="Je n’ai pas ce numéro, ou il n’est pas à toi.",
    documents_head="J’ai ces documents (/documents effacer et le numéro en efface un) :",
    documents_none="Je n’ai pas de documents ici. Envoie-moi un PDF, Word, Excel, texte ou HTML.",
    document_removed="Le document est effacé.",
    document_unknown="Je n’ai pas ce numéro, ou il n’est pas à toi.",
    start="Bonjour\u00a0! Je suis Pipit. Pose ta question, je réponds vite et en peu de mots. Le "
    "reste\u00a0: /help",
    help_head="Écris-moi, tout simplement. Je comprends aussi\u00a0:",
    help_row="/{name} - {about}",
    unknown_command="Je ne connais pas {command}. /help montre ce que je sais faire.",
    fresh="Nouvelle conversation. Je laisse la précédente de côté.",
    chats_head="Conversations de ce chat (/chats et un numéro y revient) :",
    chats_none="Il n’y a pas de conversation précédente ici.",
    chats_unknown="Je n’ai pas cette conversation. /chats les affiche.",
    chats_back="Nous voilà de retour dans cette conversation. Continue\u00a0!",
    nothing_to_stop="Il n’y a rien à arrêter en ce moment.",
    stopping="J’arrête.",
    only_author="Seule la personne qui a posé la question peut faire ça.",
    nothing_to_retry="Il n’y a pas encore de réponse à refaire.",
    nothing_to_continue="Il n’y a pas encore de réponse à continuer.",
    button_old="Ce bouton est trop vieux. Repose ta question, s’il te plaît.",
    button_done="C’est déjà fait.",
    model_now="Modèle\u00a0: {model}. Pour en changer, envoie /model et un de ces noms\u00a0: "
    "{models}",
    model_set="Désormais, {model} répond dans ce chat.",
    model_unknown="Je n’ai pas {model}. Choisis parmi ceux-ci\u00a0: {models}",
    persona_now="Mon rôle dans ce chat\u00a0: {persona}\nPour y mettre fin, /persona désactiver.",
    persona_none="Dis-moi qui je dois être, par exemple\u00a0: /persona une prof de maths patiente",
    persona_set="Compris. C’est mon rôle dans ce chat.",
    persona_cleared="Je redeviens simplement Pipit.",
    persona_long="C’est trop long. Nombre maximal de caractères\u00a0: {most}.",
    language_now="Langue\u00a0: {language}. Pour en changer, envoie /language et un de ces "
    "codes\u00a0: {languages}",
    language_set="Langue\u00a0: {language}. Mes réponses suivent la langue dans laquelle tu écris.",
    language_unknown="Je n’ai pas cette langue. Choisis parmi celles-ci\u00a0: {languages}",
    timezone_now=(
        "Fuseau horaire : {zone}. Il y est {time}. Pour changer, envoie /timezone et une "
        "ville, par exemple : /timezone Europe/Paris"
    ),
    timezone_set="Fuseau horaire : {zone}. Il y est {time}.",
    timezone_unknown=(
        "Je ne connais pas le fuseau horaire {zone}. Envoie une grande ville proche, par "
        "exemple : /timezone Europe/Paris"
    ),
    export_chat="Voici tout ce que je garde de ce chat.",
    export_own="Voici tout ce que je garde de toi dans ce chat.",
    evicted="J’ai dû supprimer d’anciens échanges ou documents de ce chat, car mon espace de "
    "stockage était plein.",
    export_long="C’est trop pour un fichier dans ce chat. Seule la personne qui gère le bot peut "
    "le donner.",
    forget_chat=(
        "Cela efface pour de bon tout ce que je garde de ce chat. Réponses\u00a0: {turns}, "
        "documents\u00a0: {documents}. Pour le faire, envoie d’ici {minutes} minutes\u00a0: "
        "/forget oui"
    ),
    forget_own=(
        "Cela efface pour de bon tout ce que je garde de toi ici. Réponses\u00a0: {turns}, "
        "documents\u00a0: {documents}. Pour le faire, envoie d’ici {minutes} minutes\u00a0: "
        "/forget oui"
    ),
    forgotten="C’est fait. Tout est effacé.",
    anonymous=(
        "Tu écris au nom du groupe, comme d’autres, et je ne peux pas savoir ce qui est à "
        "toi. Écris sous ton propre nom, ou demande à la personne qui gère ce bot."
    ),
    data_failed="Ça n’a pas marché. Réessaie dans une minute, s’il te plaît.",
    stats=(
        "Réponses\u00a0: {turns_today} aujourd’hui, {turns} en tout\n"
        "Tokens\u00a0: {tokens_today} aujourd’hui, {tokens} en tout\n"
        "En ce moment\u00a0: {working} en cours, {waiting} en attente\nTrouvé en cache\u00a0: "
        "{hit_percent}\u00a0%"
    ),
    stats_cache="Réponses réutilisées\u00a0: {hits} sur {asked} ({repeats} identiques, {refused} "
    "proches refusées)",
    listen_object="🙈 Pas les miens",
    listen_allow="👂 Les miens aussi",
    listen_end="⏹ Arrêter",
    listen_on=(
        "👂 J’écoute dans cette discussion. Je garde le texte des messages qui ne me "
        "sont pas adressés, avec le nom de leurs auteurs\u00a0: les {messages} plus "
        "récents, pendant {hours} h au plus. Je les montre au modèle de langage avec "
        "les prochaines questions posées ici et ne m’en sers pour rien d’autre. Je "
        "ne garde ni photos, ni fichiers, ni commandes."
    ),
    listen_choice=(
        "Si tu ne le veux pas, touche «\u00a0{button}\u00a0»\u00a0: je ne garde alors rien de toi "
        "et j’efface ce que j’ai. /forget l’efface aussi. Les administrateurs "
        "arrêtent l’écoute avec le dernier bouton ou avec /listen off."
    ),
    listen_voice=(
        "🎤 Je transcris aussi les messages vocaux courts, pour entendre si quelqu’un dit "
        "mon nom. Si personne ne le dit, je n’en garde rien."
    ),
    listen_off=(
        "Je n’écoute pas dans cette discussion\u00a0: je ne garde rien de ce qui ne "
        "m’est pas adressé. Un administrateur peut changer cela avec /listen on"
    ),
    listen_stopped=("Je n’écoute plus dans cette discussion. Ce que j’avais entendu est effacé."),
    listen_objected=(
        "Je ne garde aucun de tes messages ici. Ce que j’en avais entendu est effacé."
    ),
    listen_allowed="Je peux de nouveau garder tes messages ici, comme le dit la carte.",
    listen_admins="Seul un administrateur de ce groupe peut en décider.",
    listen_groups="C’est pour les groupes. Ici, je lis de toute façon tout ce que tu écris.",
    listen_unavailable="Le propriétaire du bot a désactivé l’écoute.",
    listen_as_admin=(
        "⚠ Mais je ne vois pas encore ces messages. Nomme-moi administrateur, ou "
        "demande au propriétaire de désactiver le mode de confidentialité, puis "
        "ajoute-moi."
    ),
    listen_by_owner=(
        "⚠ Mais je ne vois pas encore ces messages. Le propriétaire du bot doit "
        "d’abord l’autoriser\u00a0: «\u00a0Message Content Intent\u00a0» dans le portail des "
        "développeurs."
    ),
    forget_overheard="Messages entendus\u00a0: {overheard}.",
    help_start="dire bonjour",
    help_help="montrer cette liste",
    help_ask="poser une question dans un groupe",
    help_draw="dessiner une image",
    help_new="commencer une nouvelle conversation",
    help_chats="voir les conversations passées ou y revenir",
    help_stop="arrêter la réponse",
    help_retry="répondre à nouveau à la dernière question",
    help_continue="continuer la dernière réponse",
    help_model="voir ou choisir le modèle",
    help_persona="me donner un rôle",
    help_language="choisir ma langue",
    help_timezone="choisir le fuseau horaire",
    help_listen="écouter un groupe, ou arrêter",
    help_voice="dire aussi mes réponses, ou arrêter",
    help_memory="voir, chercher ou effacer ce dont je me souviens",
    help_documents="voir ou effacer des documents",
    help_export="recevoir ce que je garde de toi dans un fichier",
    help_forget="effacer ce que je garde de toi",
    help_people="voir ou changer qui peut utiliser le bot (administrateurs)",
    help_stats="voir l’utilisation",
    help_usage="montrer l’utilisation et le coût",
    help_set="pour les admins : voir ou changer des réglages",
    help_news="recevoir ici les nouvelles du bot, ou arrêter",
    help_broadcast="pour les admins : écrire à tous les chats qui veulent des nouvelles",
    hint_ask="la question",
    hint_draw="ce que montre l’image",
    hint_chats="numéro d’une conversation",
    hint_model="nom du modèle",
    hint_persona="qui je dois être",
    hint_language="code de la langue",
    hint_timezone="ville, par exemple Europe/Paris",
    hint_listen="on ou off",
    hint_voice="on ou off",
    hint_memory="mots à chercher",
    hint_documents="effacer et un numéro",
    hint_export="text pour un fichier sans JSON",
    hint_people="rien pour la liste, ou un changement",
    hint_forget="oui pour effacer",
    hint_set="nom et valeur",
    hint_news="on ou off",
    hint_broadcast="texte",
    word_yes="oui",
    word_on="activer",
    word_off="désactiver",
    word_remove="effacer",
)

ALERTS = AlertWords(
    credit="Le compte du modèle de langage n’a plus de crédit\u00a0: je ne peux pas répondre.",
    model_login="Le service du modèle refuse mon jeton\u00a0: je ne peux pas répondre.",
    login="{about} n’accepte plus mon jeton. Je ne reçois plus rien de là.",
    disk="Le disque est plein ou la limite d’espace est atteinte\u00a0: je ne peux plus prendre de "
    "messages.",
    database="La base de données est inutilisable\u00a0: je ne peux plus prendre de messages. Le "
    "journal dit pourquoi.",
    deaf="Je n’ai rien reçu de {about} depuis deux minutes.",
    backup="La dernière sauvegarde est trop ancienne. Le journal dit pourquoi.",
    model="Le modèle {about} échoue pour tout le monde. Le journal dit pourquoi.",
    cap_near="Ce bot a utilisé 80\u00a0% de son quota jusqu’au {about}.",
    cap_reached="Le quota de ce bot est épuisé. Il ne répond à personne jusqu’au {about}.",
    over="C’est terminé\u00a0: {said}",
)
