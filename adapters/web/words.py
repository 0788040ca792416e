"""What the page itself says, in the languages that Pipit speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageWords:
    """Labels of the page, for eyes and for screen readers."""

    language: str
    ask: str
    send: str
    stop: str
    resume: str
    retry: str
    fresh: str
    menu: str
    close: str
    conversation: str
    thinking: str
    offline: str
    unsent: str
    hello: str
    password: str
    enter: str
    wrong: str
    right_to_left: bool = False


_EN = PageWords(
        "en", "Write a message", "Send", "Stop", "Continue", "Retry", "New chat", "Menu", "Close",
        "Conversation",     "Pipit is thinking", "No connection. The page comes back to the answer by itself.",
    "Not sent yet. It is tried again.", "Hello! Ask me anything.", "Password", "Enter",
    "That is not the password.",
)  # fmt: skip
_ALL = (
    _EN,
    PageWords(
        "es", "Escribe un mensaje", "Enviar", "Parar", "Continuar", "Repetir", "Chat nuevo", "Menú", "Cerrar",
        "Conversación", "Pipit está pensando", "Sin conexión. La página vuelve sola a la respuesta.",
        "Aún sin enviar. Se intenta de nuevo.", "¡Hola! Pregúntame lo que quieras.", "Contraseña", "Entrar",
        "Esa no es la contraseña.",
    ),
    PageWords(
        "pt", "Escreva uma mensagem", "Enviar", "Parar", "Continuar", "Repetir", "Nova conversa", "Menu", "Fechar",
        "Conversa", "Pipit está pensando", "Sem conexão. A página volta sozinha à resposta.",
        "Ainda não enviada. Vou tentar de novo.", "Olá! Pergunte o que quiser.", "Senha", "Entrar",
        "Essa não é a senha.",
    ),
    PageWords(
        "de", "Nachricht schreiben", "Senden", "Stopp", "Weiter", "Nochmal", "Neuer Chat", "Menü", "Schließen",
        "Unterhaltung", "Pipit denkt nach", "Keine Verbindung. Die Seite kommt von selbst zur Antwort zurück.",
        "Noch nicht gesendet. Es wird wieder versucht.", "Hallo! Frag mich, was du willst.", "Passwort", "Eintreten",
        "Das ist nicht das Passwort.",
    ),
    PageWords(
        "fr", "Écrire un message", "Envoyer", "Arrêter", "Continuer", "Refaire", "Nouvelle discussion", "Menu",
        "Fermer", "Conversation", "Pipit réfléchit",
        "Pas de connexion. La page revient d'elle-même à la réponse.", "Pas encore envoyé. Un autre essai suit.",
        "Bonjour ! Posez-moi une question.", "Mot de passe", "Entrer", "Ce n'est pas le mot de passe.",
    ),
    PageWords(
        "ru", "Напишите сообщение", "Отправить", "Стоп", "Дальше", "Ещё раз", "Новый чат", "Меню", "Закрыть",
        "Разговор", "Pipit думает", "Нет связи. Страница сама вернётся к ответу.",
        "Ещё не отправлено. Попробую снова.", "Здравствуйте! Спросите о чём угодно.", "Пароль", "Войти",
        "Это не тот пароль.",
    ),
    PageWords(
        "zh", "写消息", "发送", "停止", "继续", "重试", "新对话", "菜单", "关闭", "对话", "Pipit 正在思考",
        "没有网络。恢复后页面会自动回到回答。", "尚未发送，会再试一次。", "你好！有什么想问的？", "密码", "进入",
        "密码不对。",
    ),
    PageWords(
        "hi", "संदेश लिखें", "भेजें", "रोकें", "आगे", "फिर से", "नई बातचीत", "मेन्यू", "बंद करें",
        "बातचीत",         "Pipit सोच रहा है", "नेटवर्क नहीं है। पेज अपने आप जवाब पर लौट आएगा।",
        "अभी नहीं भेजा गया। फिर कोशिश होगी।",
        "नमस्ते! कुछ भी पूछिए।", "पासवर्ड", "अंदर आएँ", "यह पासवर्ड सही नहीं है।",
    ),
    PageWords(
        "ar", "اكتب رسالة", "إرسال", "إيقاف", "متابعة", "إعادة", "محادثة جديدة", "القائمة", "إغلاق", "المحادثة",
        "Pipit يفكر", "لا يوجد اتصال. ستعود الصفحة إلى الإجابة من تلقاء نفسها.",
        "لم تُرسل بعد. ستُعاد المحاولة.", "مرحبا! اسألني ما تشاء.", "كلمة المرور", "دخول", "كلمة المرور غير صحيحة.",
        right_to_left=True,
    ),
)  # fmt: skip
LANGUAGES = {words.language: words for words in _ALL}


def words_in(tag: str) -> PageWords:
    """Return the words for an IETF tag, English if Pipit does not speak it."""
    return LANGUAGES.get(tag.split("-")[0].lower(), _EN)
