"""Spanish texts, informal, in words that both Spain and America use."""

from __future__ import annotations

from engine.wording.words import AlertWords, Words

WORDS = Words(
    language="Español",
    stop="⏹ Parar",
    resume="▶ Continuar",
    retry="↻ Reintentar",
    cut_length="✂ Una respuesta no puede ser más larga. Para seguir: /continue",
    cut_deadline="⏱ Se acabó el tiempo ({seconds} s). Para seguir: /continue",
    cut_stopped="⏹ Respuesta detenida. Para seguir: /continue",
    cut_failed="⚠ Se cortó la conexión con el modelo. /continue sigue desde aquí, /retry empieza "
    "de nuevo.",
    paused="⏸ Me estoy reiniciando; termino esto en un momento.",
    unseen="No pude ver el mensaje al que respondiste.",
    empty_answer="El modelo dio una respuesta vacía. Inténtalo otra vez: /retry",
    thinking="💭 Pensando…",
    thought_only="El modelo gastó su tiempo pensando y no llegó a responder. Inténtalo otra vez: "
    "/retry, o elige otro /model.",
    no_words="El modelo no respondió en {seconds} s. Inténtalo otra vez: /retry",
    stopped_empty="⏹ Detenido.",
    filtered="El servicio del modelo no permite responder a esto. Pregunta de otra manera.",
    cut_filtered="✂ El servicio del modelo cortó aquí la respuesta por sus normas de contenido. "
    "Para empezar de nuevo: /retry",
    model_gone="Este modelo ya no está disponible. Elige otro: /model. Solo el dueño del bot "
    "puede cambiar la lista.",
    from_cache="↺ Ya me lo habían preguntado. Reintentar pregunta de nuevo al modelo.",
    model_unavailable="Ahora mismo no logro conectar con el modelo. Inténtalo en un minuto: /retry",
    model_refused="El modelo no aceptó esta pregunta. Prueba con otras palabras o con otro /model.",
    not_accepted="El modelo rechaza el token de este bot. Solo quien administra el bot puede "
    "arreglarlo.",
    out_of_credit="Este bot agotó su crédito para el modelo. Solo quien administra el bot puede "
    "arreglarlo.",
    too_long="Es demasiado largo para el modelo. Envía menos de una vez o empieza de cero con "
    "/new.",
    gave_up="Lo intenté varias veces sin éxito. El botón de abajo lo intenta una vez más.",
    too_heavy=(
        "Esto me hizo fallar por completo tres veces, así que no lo repito por mi cuenta. El "
        "botón de abajo lo intenta una vez más."
    ),
    waiting="⏳ En cola, por delante de ti: {ahead}. Tu respuesta aparecerá aquí.",
    busy="Tengo más preguntas de las que puedo responder. Envíala de nuevo en un minuto, por "
    "favor.",
    cannot_save="Ahora no puedo guardar mensajes, así que este no quedó. Envíalo otra vez más "
    "tarde, por favor.",
    not_allowed="Este bot es privado. Para entrar, envía este número a quien lo administra: "
    "{user_id}",
    too_fast="Es demasiado de una vez. Espera {seconds} s, por favor.",
    no_files="Todavía no sé leer archivos. Envíame texto, por favor.",
    file_reading="📄 Leyendo {name}: {percent} %",
    file_kept="📄 He leído {name}. ¡Pregúntame! Con /documents lo ves y lo borras.",
    file_replaced="📄 He leído la nueva versión de {name}. Sustituye a la anterior.",
    file_known="📄 Ya conozco {name}. No ha cambiado nada.",
    file_unread="No he podido leer estas páginas de {name}: {pages}. Parecen ser imágenes.",
    file_kind=(
        "No puedo leer {name}. "
        "Acepto PDF, Word, Excel, PowerPoint, OpenDocument, EPUB, RTF, HTML, Markdown, CSV y "
        "archivos de texto."
    ),
    file_large="{name} es demasiado grande. Envíame un archivo más pequeño.",
    file_long="{name} es demasiado largo. Envíame solo una parte.",
    file_locked="{name} tiene contraseña. Envíamelo sin ella.",
    file_empty="No encuentro texto en {name}. Si es un escaneo, no puedo leerlo.",
    file_slow="Leer {name} tardaba demasiado. Envíame solo una parte.",
    file_full="Aquí ya no caben más documentos. Borra alguno con /documents.",
    file_lost="No pude descargar {name}. Envíalo otra vez.",
    file_broken="No puedo leer {name}: el archivo parece dañado.",
    picture_blind=(
        "El modelo de lenguaje de aquí no puede ver imágenes. El dueño del bot puede "
        "indicar uno que sí: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "El pequeño modelo integrado no puede ver imágenes. El dueño del bot puede "
        "definir HF_TOKEN y HF_VISION_MODEL."
    ),
    picture_refused="El modelo de lenguaje no aceptó la imagen, así que respondí sin ella.",
    picture_left="He visto {seen} de {all} imágenes. Envía las demás por separado.",
    picture_still="De {name} solo he visto una imagen fija.",
    picture_small=(
        "De {name} solo he visto una vista previa pequeña. Envíala como foto o en un tamaño menor."
    ),
    picture_gone="{name} ya no está, así que no pude verla.",
    picture_kind="No puedo ver {name}. Acepto imágenes JPEG, PNG, WebP, HEIC, AVIF, GIF y BMP.",
    picture_large="{name} es demasiado grande para verla. Envía una versión más pequeña.",
    picture_broken="No puedo ver {name}: la imagen parece dañada.",
    voice_listening="Estoy escuchando…",
    voice_deaf=(
        "Aquí no puedo oír voz. Quien gestiona "
        "el bot puede definir SPEECH_BASE_URL. Escríbeme, por favor."
    ),
    voice_built_in=(
        "El pequeño modelo incluido no puede oír voz. "
        "Quien gestiona el bot puede definir HF_TOKEN o SPEECH_BASE_URL."
    ),
    voice_silent="No he oído palabras en la grabación.",
    voice_failed="Ahora no he podido transcribir la grabación. Inténtalo de nuevo en un minuto.",
    voice_format=(
        "El servicio de transcripción no puede leer este tipo de grabación. Envíame una nota "
        "de voz, por favor."
    ),
    voice_long="La grabación es demasiado larga. Acepto como máximo {minutes} minutos y 20 MB.",
    draw_off="Aquí no puedo dibujar. Quien administra el bot puede configurar HF_IMAGE_MODEL.",
    draw_how="Dime qué dibujar, por ejemplo: /draw un faro de noche",
    draw_filtered=(
        "El servicio de imágenes no dibuja esto por sus normas de contenido. Pide otra imagen, "
        "por favor."
    ),
    draw_credit=(
        "Este bot ha agotado su crédito para imágenes. Solo quien lo administra puede arreglarlo."
    ),
    draw_unknown=(
        "El servicio de imágenes no ofrece el modelo configurado. Quien administra el bot "
        "puede indicar otro: HF_IMAGE_MODEL."
    ),
    draw_rejected=(
        "El servicio de imágenes rechaza la clave de este bot. Solo quien lo administra puede "
        "arreglarlo."
    ),
    draw_refused="El servicio de imágenes no aceptó esto. Prueba con otras palabras.",
    draw_failed=(
        "Ahora no puedo conectar con el servicio de imágenes. Inténtalo de nuevo en un minuto."
    ),
    draw_slow="El dibujo tardó demasiado. Inténtalo de nuevo.",
    draw_large="La imagen es demasiado grande para enviarla. Inténtalo de nuevo.",
    draw_unsent="La imagen está lista, pero no se puede enviar en este chat.",
    speak_unset="Aquí no puedo hablar. Quien administra el bot puede configurar HF_VOICE_MODEL.",
    speak_on="🔊 Mis respuestas llegan aquí también como mensajes de voz. Para dejarlo: /voice off",
    speak_off="Mis respuestas llegan aquí solo por escrito. Para oírlas también: /voice on",
    speak_failed="🔇 No he podido leer esta respuesta en voz alta. Reintentar lo prueba otra vez.",
    speak_owner=(
        "🔇 El servicio de voz no acepta la clave, el modelo o el saldo de este bot. Solo "
        "quien lo administra puede arreglarlo."
    ),
    memory_off="Aquí solo recuerdo la conversación actual.",
    memory_head="Recuerdo esto (/memory borrar y el número borra uno):",
    memory_none="No encuentro nada sobre eso en mi memoria.",
    memory_removed="Número {number} borrado.",
    memory_unknown="No tengo ese número, o no es tuyo.",
    documents_head="Tengo estos documentos (/documents borrar y el número borra uno):",
    documents_none="Aquí no tengo documentos. Envíame un PDF, Word, Excel, texto o HTML.",
    document_removed="Documento borrado.",
    document_unknown="No tengo ese número, o no es tuyo.",
    start="¡Hola! Soy Pipit. Pregúntame lo que quieras; respondo al momento y en pocas palabras. "
    "Y además: /help",
    help_head="Escríbeme sin más. También entiendo:",
    help_row="/{name} - {about}",
    unknown_command="No conozco {command}. Mira lo que sé hacer: /help",
    fresh="Conversación nueva. Dejo a un lado la anterior.",
    chats_head="Conversaciones de este chat (/chats y un número vuelve a una):",
    chats_none="Aquí no hay conversaciones anteriores.",
    chats_unknown="No tengo esa conversación. /chats las muestra.",
    chats_back="Hemos vuelto a esa conversación. ¡Sigue!",
    nothing_to_stop="Ahora no hay nada que parar.",
    stopping="Ya paro.",
    only_author="Eso solo puede hacerlo quien preguntó.",
    nothing_to_retry="Todavía no hay respuesta que repetir.",
    nothing_to_continue="Todavía no hay respuesta que continuar.",
    button_old="Este botón ya es muy viejo. Pregunta otra vez, por favor.",
    button_done="Eso ya está hecho.",
    model_now="Modelo: {model}. Para cambiarlo, envía /model y uno de estos: {models}",
    model_set="Desde ahora {model} responde en este chat.",
    model_unknown="No tengo {model}. Elige uno de estos: {models}",
    persona_now="Mi papel en este chat: {persona}\nPara dejarlo: /persona desactivar",
    persona_none="Dime quién debo ser, por ejemplo: /persona una profe de mates con paciencia",
    persona_set="Entendido. Ese es mi papel en este chat.",
    persona_cleared="Vuelvo a ser solo Pipit.",
    persona_long="Es demasiado largo. Máximo de caracteres: {most}.",
    language_now="Idioma: {language}. Para cambiarlo, envía /language y uno de estos: {languages}",
    language_set="Idioma: {language}. Mis respuestas siguen el idioma en que escribes.",
    language_unknown="No tengo ese idioma. Elige uno de estos: {languages}",
    timezone_now=(
        "Zona horaria: {zone}. Allí son {time}. Para cambiarla, envía /timezone y una "
        "ciudad, por ejemplo: /timezone Europe/Madrid"
    ),
    timezone_set="Zona horaria: {zone}. Allí son {time}.",
    timezone_unknown=(
        "No conozco la zona horaria {zone}. Envía una ciudad grande cercana, por ejemplo: "
        "/timezone Europe/Madrid"
    ),
    export_chat="Esto es todo lo que guardo de este chat.",
    export_own="Esto es todo lo que guardo de ti en este chat.",
    evicted="Tuve que borrar mensajes o documentos antiguos de este chat porque mi almacenamiento "
    "estaba lleno.",
    export_long="Es demasiado para un archivo en este chat. Solo quien lleva el bot puede "
    "entregarlo.",
    forget_chat=(
        "Esto borra para siempre todo lo que guardo de este chat. Respuestas: {turns}, documentos: "
        "{documents}. Si quieres, envía antes de {minutes} minutos: /forget sí"
    ),
    forget_own=(
        "Esto borra para siempre todo lo que guardo de ti aquí. Respuestas: {turns}, documentos: "
        "{documents}. Si quieres, envía antes de {minutes} minutos: /forget sí"
    ),
    forgotten="Hecho. Está borrado.",
    anonymous=(
        "Escribes en nombre del grupo, igual que otras personas, así que no puedo saber qué "
        "es tuyo. Escribe con tu propio nombre o pregunta a quien administra el bot."
    ),
    data_failed="No ha funcionado. Inténtalo de nuevo en un minuto.",
    stats=(
        "Respuestas: {turns_today} hoy, {turns} en total\n"
        "Tokens: {tokens_today} hoy, {tokens} en total\n"
        "Ahora: {working} en curso, {waiting} en espera\n"
        "Aciertos de caché: {hit_percent} %"
    ),
    stats_cache="Respuestas repetidas: {hits} de {asked} ({repeats} idénticas, {refused} "
    "parecidas descartadas)",
    listen_object="🙈 Los míos no",
    listen_allow="👂 Los míos también",
    listen_end="⏹ Terminar",
    listen_on=(
        "👂 Escucho en este chat. Guardo el texto de los mensajes que no van "
        "dirigidos a mí, con los nombres de sus autores: los {messages} más "
        "recientes, durante {hours} h como máximo. Se los muestro al modelo de "
        "lenguaje con las próximas preguntas de este chat y no los uso para nada "
        "más. No guardo fotos, archivos ni comandos."
    ),
    listen_choice=(
        "Si no quieres esto, toca «{button}»: no guardaré nada tuyo y borraré lo que "
        "tengo. /forget también lo borra. Los administradores terminan la escucha "
        "con el último botón o con /listen off."
    ),
    listen_voice=(
        "🎤 También transcribo mensajes de voz cortos, para oír si alguien dice mi nombre. "
        "Si nadie lo dice, no guardo nada de ellos."
    ),
    listen_off=(
        "No escucho en este chat: no guardo nada que no vaya dirigido a mí. Un "
        "administrador puede cambiarlo con /listen on"
    ),
    listen_stopped="Ya no escucho en este chat. Lo que había escuchado está borrado.",
    listen_objected=(
        "No guardo ninguno de tus mensajes aquí. Lo que había escuchado de ellos está borrado."
    ),
    listen_allowed="Puedo volver a guardar tus mensajes aquí, como dice la tarjeta.",
    listen_admins="Solo un administrador de este grupo puede decidir eso.",
    listen_groups="Esto es para grupos. Aquí leo de todos modos todo lo que escribes.",
    listen_unavailable="El dueño del bot ha desactivado la escucha.",
    listen_as_admin=(
        "⚠ Pero aún no veo esos mensajes. Hazme administrador aquí, o pide al dueño "
        "del bot que desactive el modo de privacidad y vuelve a añadirme."
    ),
    listen_by_owner=(
        "⚠ Pero todavía no veo esos mensajes. El dueño del bot tiene que "
        "permitirlo primero: «Message Content Intent» en el portal de "
        "desarrolladores."
    ),
    forget_overheard="Mensajes escuchados: {overheard}.",
    help_start="saludar",
    help_help="mostrar esta lista",
    help_ask="preguntar algo en un grupo",
    help_draw="dibujar una imagen",
    help_new="empezar una conversación nueva",
    help_chats="ver conversaciones anteriores o volver a una",
    help_stop="parar la respuesta",
    help_retry="responder otra vez a la última pregunta",
    help_continue="continuar la última respuesta",
    help_model="ver o elegir el modelo",
    help_persona="darme un papel",
    help_language="elegir mi idioma",
    help_timezone="elegir la zona horaria",
    help_listen="escuchar en un grupo, o dejar de hacerlo",
    help_voice="decir también mis respuestas, o dejar de hacerlo",
    help_memory="ver, buscar o borrar lo que recuerdo",
    help_documents="ver o borrar documentos",
    help_export="recibir en un archivo lo que guardo de ti",
    help_forget="borrar lo que guardo de ti",
    help_people="ver o cambiar quién puede usar el bot (administradores)",
    help_stats="ver el uso",
    help_usage="mostrar uso y costo",
    help_set="para administradores: ver o cambiar ajustes",
    help_news="recibir aquí las noticias del bot, o dejar de hacerlo",
    help_broadcast="para administradores: escribir a todos los chats que quieren noticias",
    hint_ask="pregunta",
    hint_draw="qué muestra la imagen",
    hint_chats="número de una conversación",
    hint_model="nombre del modelo",
    hint_persona="quién debo ser",
    hint_language="código de idioma",
    hint_timezone="ciudad, como Europe/Madrid",
    hint_listen="on u off",
    hint_voice="on u off",
    hint_memory="palabras que buscar",
    hint_documents="borrar y un número",
    hint_export="text para un archivo sin JSON",
    hint_people="vacío para la lista, o un cambio",
    hint_forget="sí para borrar",
    hint_set="nombre y valor",
    hint_news="on u off",
    hint_broadcast="texto",
    word_yes="sí",
    word_on="activar",
    word_off="desactivar",
    word_remove="borrar",
)

ALERTS = AlertWords(
    credit="La cuenta del modelo de lenguaje se quedó sin crédito, así que no puedo responder.",
    model_login="El servidor del modelo rechaza mi token, así que no puedo responder.",
    login="{about} ya no acepta mi token. No recibo nada de ahí.",
    disk="El disco está lleno o se alcanzó el límite de espacio; no puedo aceptar mensajes nuevos.",
    database="La base de datos no se puede usar; no puedo aceptar mensajes nuevos. El registro "
    "dice por qué.",
    deaf="Hace dos minutos que no recibo nada de {about}.",
    backup="La última copia de seguridad es demasiado antigua. El registro dice por qué.",
    model="El modelo {about} falla para todos. El registro dice por qué.",
    cap_near="Este bot ha usado el 80 % de su cupo hasta el {about}.",
    cap_reached="Este bot ha agotado su cupo. No responde a nadie hasta el {about}.",
    over="Esto ya pasó: {said}",
)
