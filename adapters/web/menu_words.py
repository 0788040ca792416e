"""The menu's texts, in the languages that Pipit speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MenuWords:
    """The labels of the menu. Those that it shares with the panel are in `PanelWords`."""

    chats: str
    settings: str
    language: str
    model: str
    documents: str
    remove: str
    more: str
    later: str


_LANGUAGES = {
    "en": MenuWords(
        "Chats", "Settings", "Language", "Model", "Documents", "Erase", "More",
        "That happens as soon as the running answer has ended.",
    ),
    "es": MenuWords(
        "Conversaciones", "Ajustes", "Idioma", "Modelo", "Documentos", "Borrar", "Más",
        "Se hará en cuanto termine la respuesta en curso.",
    ),
    "pt": MenuWords(
        "Conversas", "Configurações", "Idioma", "Modelo", "Documentos", "Apagar", "Mais",
        "Será feito assim que a resposta em andamento terminar.",
    ),
    "de": MenuWords(
        "Unterhaltungen", "Einstellungen", "Sprache", "Modell", "Dokumente", "Löschen", "Mehr",
        "Das geschieht, sobald die laufende Antwort zu Ende ist.",
    ),
    "fr": MenuWords(
        "Discussions", "Réglages", "Langue", "Modèle", "Documents", "Effacer", "Plus",
        "Ce sera fait dès que la réponse en cours sera terminée.",
    ),
    "ru": MenuWords(
        "Беседы", "Настройки", "Язык", "Модель", "Документы", "Удалить", "Ещё",
        "Это произойдёт, как только закончится текущий ответ.",
    ),
    "zh": MenuWords(
        "对话", "设置", "语言", "模型", "文件", "删除", "更多", "当前回答结束后就会执行。",
    ),
    "hi": MenuWords(
        "बातचीत", "सेटिंग", "भाषा", "मॉडल", "दस्तावेज़", "मिटाएँ", "और",
        "चल रहा जवाब पूरा होते ही यह हो जाएगा।",
    ),
    "ar": MenuWords(
        "المحادثات", "الإعدادات", "اللغة", "النموذج", "المستندات", "حذف", "المزيد",
        "سيتم ذلك فور انتهاء الإجابة الجارية.",
    ),
}  # fmt: skip


def menu_words(tag: str) -> MenuWords:
    """Return the menu's texts for an IETF tag, or the English ones if Pipit lacks the language."""
    return _LANGUAGES.get(tag.split("-")[0].lower(), _LANGUAGES["en"])
