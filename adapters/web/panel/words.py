"""The panel's texts, in the languages that Pipit speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelWords:
    """The labels and messages of the panel."""

    kept: str
    nothing: str
    again: str
    export: str
    exported: str
    role: str
    role_hint: str
    take: str
    taken: str
    sure: str
    erase: str
    tick: str
    erased: str
    failed: str


_LANGUAGES = {
    "en": PanelWords(
        "What is remembered", "Nothing is remembered.", "Refresh",
        "Save all as a file", "The file is in the chat.", "Role of the assistant",
        "a patient maths teacher", "Set role", "Set.", "Yes, erase everything for good",
        "Erase everything",
        "Tick the box above first.", "Erased.", "That did not work. Please try again.",
    ),
    "es": PanelWords(
        "Lo que se recuerda", "No se recuerda nada.", "Actualizar", "Guardar todo en un archivo",
        "El archivo está en el chat.",
        "Papel del asistente", "un profesor de matemáticas paciente", "Fijar papel", "Hecho.",
        "Sí, borrar todo para siempre", "Borrar todo", "Marca antes la casilla de arriba.",
        "Borrado.",
        "No ha funcionado. Inténtalo de nuevo.",
    ),
    "pt": PanelWords(
        "O que é lembrado", "Nada é lembrado.", "Atualizar", "Salvar tudo em um arquivo",
        "O arquivo está na conversa.", "Papel do assistente",
        "um professor de matemática paciente", "Definir papel", "Feito.",
        "Sim, apagar tudo para sempre",
        "Apagar tudo", "Marque antes a caixa acima.", "Apagado.", "Não deu certo. Tente de novo.",
    ),
    "de": PanelWords(
        "Was gespeichert ist", "Nichts ist gespeichert.", "Neu laden", "Alles als Datei sichern",
        "Die Datei steht in der Unterhaltung.",
        "Rolle des Assistenten", "ein geduldiger Mathelehrer", "Rolle setzen", "Gesetzt.",
        "Ja, alles endgültig löschen", "Alles löschen", "Erst das Kästchen darüber ankreuzen.",
        "Gelöscht.",
        "Das ging nicht. Bitte noch einmal versuchen.",
    ),
    "fr": PanelWords(
        "Ce qui est gardé", "Rien n'est gardé.", "Actualiser", "Tout enregistrer dans un fichier",
        "Le fichier est dans la discussion.",
        "Rôle de l'assistant", "un professeur de maths patient", "Fixer le rôle", "C'est fait.",
        "Oui, tout effacer pour de bon", "Tout effacer", "Cochez d'abord la case ci-dessus.",
        "Effacé.",
        "Cela n'a pas marché. Réessayez.",
    ),
    "ru": PanelWords(
        "Что хранится", "Ничего не хранится.", "Обновить",
        "Сохранить всё в файл", "Файл в чате.", "Роль помощника",
        "терпеливый учитель математики", "Задать роль", "Готово.", "Да, стереть всё навсегда",
        "Стереть всё",
        "Сначала отметьте поле выше.", "Стёрто.", "Не получилось. Попробуйте ещё раз.",
    ),
    "zh": PanelWords(
        "保存的内容", "没有保存任何内容。", "刷新", "全部存为文件",
        "文件在对话中。", "助手的角色", "一位耐心的数学老师", "设定角色", "已设定。",
        "是的，永久删除全部", "删除全部", "请先勾选上面的方框。", "已删除。",
        "没有成功，请再试一次。",
    ),
    "hi": PanelWords(
        "क्या याद रखा गया है", "कुछ भी याद नहीं रखा गया है।", "ताज़ा करें",
        "सब कुछ फ़ाइल में सहेजें", "फ़ाइल बातचीत में है।", "सहायक की भूमिका",
        "एक धैर्यवान गणित शिक्षक", "भूमिका तय करें", "हो गया।", "हाँ, सब हमेशा के लिए मिटाएँ",
        "सब मिटाएँ",
        "पहले ऊपर के खाने पर निशान लगाएँ।", "मिटा दिया गया।", "यह नहीं हो पाया। फिर कोशिश करें।",
    ),
    "ar": PanelWords(
        "ما هو محفوظ", "لا شيء محفوظ.", "تحديث", "حفظ الكل في ملف",
        "الملف في المحادثة.", "دور المساعد", "معلم رياضيات صبور", "تعيين الدور",
        "تم.", "نعم، امسح كل شيء نهائيا", "مسح كل شيء", "ضع علامة في المربع أعلاه أولا.",
        "تم المسح.",
        "لم ينجح ذلك. حاول مرة أخرى.",
    ),
}  # fmt: skip


def panel_words(tag: str) -> PanelWords:
    """Return the words for an IETF tag, English if Pipit does not speak it."""
    return _LANGUAGES.get(tag.split("-")[0].lower(), _LANGUAGES["en"])
