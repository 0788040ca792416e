"""Spanish texts of the page."""

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
        language="es",
        ask="Escribe un mensaje",
        send="Enviar",
        stop="Parar",
        resume="Continuar",
        retry="Repetir",
        fresh="Chat nuevo",
        menu="Menú",
        close="Cerrar",
        conversation="Conversación",
        thinking="Pipit está pensando",
        offline="Sin conexión. La página vuelve sola a la respuesta.",
        unsent="Aún sin enviar. Se intenta de nuevo.",
        hello="¡Hola! Pregúntame lo que quieras.",
        password="Contraseña",
        enter="Entrar",
        wrong="Esa no es la contraseña.",
        busy="Se están probando muchas contraseñas. Inténtalo de nuevo en un momento.",
        leave="Cerrar sesión",
        returned="No se pudo enviar. Tu texto está de nuevo en el cuadro.",
        name="Español",
        copy="Copiar",
        copied="Copiado",
        again="Reintentar",
        too_long="Es demasiado largo: {length} de {most} caracteres. Envíalo por partes.",
    ),
    menu=MenuWords(
        chats="Conversaciones",
        settings="Ajustes",
        language="Idioma",
        model="Modelo",
        spoken="Respuestas habladas",
        documents="Documentos",
        remove="Borrar",
        more="Más",
        later="Se hará en cuanto termine la respuesta en curso.",
    ),
    uploads=UploadWords(
        attach="Añadir una foto o un archivo",
        remove="Quitar {name}",
        uploading="Los archivos aún se están enviando.",
        large="{name} es demasiado grande: {most} MB como máximo.",
        failed="No se pudo enviar {name}. Quítalo e inténtalo de nuevo.",
    ),
    voice=VoiceWords(
        record="Grabar un mensaje de voz",
        recording="Grabando",
        finish="Terminar la grabación",
        discard="Descartar la grabación",
        play="Reproducir",
        pause="Pausar",
        denied=(
            "El navegador no deja usar el micrófono en esta página. Permítelo en los ajustes "
            "del navegador."
        ),
        missing="No se encontró ningún micrófono.",
        broken="La grabación no ha funcionado. Inténtalo de nuevo.",
    ),
    guard=GuardWords(
        crowded="Demasiadas solicitudes a la vez. Inténtalo de nuevo en un momento.",
        pages="Demasiadas páginas abiertas. Cierra una de ellas.",
        hurried="Demasiadas solicitudes en un minuto. Espera un poco.",
        long="Es demasiado largo.",
        name=(
            "Esta página no responde a este nombre. Quien la administra puede añadirlo a WEB_HOSTS."
        ),
        cookies="Las cookies de este sitio son demasiado largas. Bórralas y vuelve.",
    ),
    panel=PanelWords(
        kept="Lo que se recuerda",
        nothing="No se recuerda nada.",
        again="Actualizar",
        export="Guardar todo en un archivo",
        exported="El archivo está en el chat.",
        role="Papel del asistente",
        role_hint="un profesor de matemáticas paciente",
        take="Fijar papel",
        taken="Hecho.",
        sure="Sí, borrar todo para siempre",
        erase="Borrar todo",
        tick="Marca antes la casilla de arriba.",
        erased="Borrado.",
        failed="No ha funcionado. Inténtalo de nuevo.",
    ),
)
