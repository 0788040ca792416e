"""The page's texts about files, in the languages that Pipit speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class UploadWords:
    """Labels and notices about the files that a visitor adds to a message."""

    attach: str
    remove: str  # contains {name}
    uploading: str
    large: str  # contains {name} and {most}
    failed: str  # contains {name}


UPLOAD_WORDS = {
    "en": UploadWords(
        "Add a photo or a file",
        "Remove {name}",
        "The files are still being sent.",
        "{name} is too large: at most {most} MB.",
        "{name} could not be sent. Remove it and try again.",
    ),
    "es": UploadWords(
        "Añadir una foto o un archivo",
        "Quitar {name}",
        "Los archivos aún se están enviando.",
        "{name} es demasiado grande: {most} MB como máximo.",
        "No se pudo enviar {name}. Quítalo e inténtalo de nuevo.",
    ),
    "pt": UploadWords(
        "Adicionar uma foto ou um arquivo",
        "Remover {name}",
        "Os arquivos ainda estão sendo enviados.",
        "{name} é grande demais: no máximo {most} MB.",
        "Não foi possível enviar {name}. Remova e tente de novo.",
    ),
    "de": UploadWords(
        "Foto oder Datei hinzufügen",
        "{name} entfernen",
        "Die Dateien werden noch gesendet.",
        "{name} ist zu groß: höchstens {most} MB.",
        "{name} konnte nicht gesendet werden. Entferne es und versuch es noch einmal.",
    ),
    "fr": UploadWords(
        "Ajouter une photo ou un fichier",
        "Retirer {name}",
        "Les fichiers sont encore en cours d’envoi.",
        "{name} est trop volumineux : {most} Mo au plus.",
        "{name} n’a pas pu être envoyé. Retire-le et réessaie.",
    ),
    "ru": UploadWords(
        "Добавить фото или файл",
        "Убрать {name}",
        "Файлы ещё отправляются.",
        "Файл {name} слишком большой: не больше {most} МБ.",
        "Не удалось отправить {name}. Уберите его и попробуйте ещё раз.",
    ),
    "zh": UploadWords(
        "添加照片或文件",
        "移除 {name}",
        "文件还在发送。",
        "{name} 太大了，最多 {most} MB。",
        "{name} 没能发送。请移除后重试。",
    ),
    "ar": UploadWords(
        "إضافة صورة أو ملف",
        "إزالة {name}",
        "ما زال إرسال الملفات جاريًا.",
        "{name} كبير جدًا: {most} ميغابايت على الأكثر.",
        "تعذّر إرسال {name}. أزله وحاول مرة أخرى.",
    ),
    "hi": UploadWords(
        "फ़ोटो या फ़ाइल जोड़ें",
        "{name} हटाएँ",
        "फ़ाइलें अभी भेजी जा रही हैं।",
        "{name} बहुत बड़ी है: अधिकतम {most} MB।",
        "{name} नहीं भेजी जा सकी। इसे हटाकर फिर कोशिश करें।",
    ),
}
"""The texts by language code, for all languages of `adapters.web.words`."""
