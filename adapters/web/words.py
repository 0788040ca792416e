"""The page's own texts, in the languages that Pipit speaks."""

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
    busy: str
    leave: str
    returned: str
    name: str  # the language's own name
    copy: str
    copied: str
    again: str
    too_long: str  # contains {length} and {most}
    right_to_left: bool = False


_EN = PageWords(
        "en", "Write a message", "Send", "Stop", "Continue", "Retry", "New chat", "Menu", "Close",
        "Conversation",     "Pipit is thinking", "No connection. The page comes back to the "
                                                 "answer by itself.",
    "Not sent yet. It is tried again.", "Hello! Ask me anything.", "Password", "Enter",
    "That is not the password.",
        "Many passwords are being tried. Please try again in a moment.",
        "Log out",
        "This could not be sent. Your text is back in the box.",
        "English", "Copy", "Copied", "Try again",
        "That is too long: {length} of {most} characters. Send it in parts.",
)  # fmt: skip
_ALL = (
    _EN,
    PageWords(
        "es", "Escribe un mensaje", "Enviar", "Parar", "Continuar", "Repetir", "Chat nuevo", "Menú",
        "Cerrar",
        "Conversación", "Pipit está pensando", "Sin conexión. La página vuelve sola a la "
                                               "respuesta.",
        "Aún sin enviar. Se intenta de nuevo.", "¡Hola! Pregúntame lo que quieras.", "Contraseña",
        "Entrar",
        "Esa no es la contraseña.",
        "Se están probando muchas contraseñas. Inténtalo de nuevo en un momento.",
        "Cerrar sesión",
        "No se pudo enviar. Tu texto está de nuevo en el cuadro.",
        "Español", "Copiar", "Copiado", "Reintentar",
        "Es demasiado largo: {length} de {most} caracteres. Envíalo por partes.",
    ),
    PageWords(
        "pt", "Escreva uma mensagem", "Enviar", "Parar", "Continuar", "Repetir", "Nova conversa",
        "Menu", "Fechar",
        "Conversa", "Pipit está pensando", "Sem conexão. A página volta sozinha à resposta.",
        "Ainda não enviada. Vou tentar de novo.", "Olá! Pergunte o que quiser.", "Senha", "Entrar",
        "Essa não é a senha.",
        "Muitas senhas estão sendo testadas. Tente de novo daqui a pouco.",
        "Sair",
        "Não foi possível enviar. Seu texto está de volta na caixa.",
        "Português", "Copiar", "Copiado", "Tentar de novo",
        "É longo demais: {length} de {most} caracteres. Envie em partes.",
    ),
    PageWords(
        "de", "Nachricht schreiben", "Senden", "Stopp", "Weiter", "Nochmal", "Neuer Chat", "Menü",
        "Schließen",
        "Unterhaltung", "Pipit denkt nach", "Keine Verbindung. Die Seite kommt von selbst zur "
                                            "Antwort zurück.",
        "Noch nicht gesendet. Es wird wieder versucht.", "Hallo! Frag mich, was du willst.",
        "Passwort", "Eintreten",
        "Das ist nicht das Passwort.",
        "Gerade werden viele Passwörter geprüft. Bitte gleich noch einmal versuchen.",
        "Abmelden",
        "Das konnte nicht gesendet werden. Dein Text steht wieder im Feld.",
        "Deutsch", "Kopieren", "Kopiert", "Noch einmal",
        "Das ist zu lang: {length} von {most} Zeichen. Schick es in Teilen.",
    ),
    PageWords(
        "fr", "Écrire un message", "Envoyer", "Arrêter", "Continuer", "Refaire",
        "Nouvelle discussion", "Menu",
        "Fermer", "Conversation", "Pipit réfléchit",
        "Pas de connexion. La page revient d'elle-même à la réponse.",
        "Pas encore envoyé. Un autre essai suit.",
        "Bonjour ! Posez-moi une question.", "Mot de passe", "Entrer",
        "Ce n'est pas le mot de passe.",
        "Beaucoup de mots de passe sont en cours d'essai. Réessayez dans un instant.",
        "Se déconnecter",
        "L'envoi a échoué. Votre texte est de retour dans le champ.",
        "Français", "Copier", "Copié", "Réessayer",
        "C’est trop long : {length} sur {most} caractères. Envoyez-le en plusieurs fois.",
    ),
    PageWords(
        "ru", "Напишите сообщение", "Отправить", "Стоп", "Дальше", "Ещё раз", "Новый чат", "Меню",
        "Закрыть",
        "Разговор", "Pipit думает", "Нет связи. Страница сама вернётся к ответу.",
        "Ещё не отправлено. Попробую снова.", "Здравствуйте! Спросите о чём угодно.", "Пароль",
        "Войти",
        "Это не тот пароль.",
        "Сейчас проверяется много паролей. Попробуйте ещё раз чуть позже.",
        "Выйти",
        "Не удалось отправить. Ваш текст снова в поле ввода.",
        "Русский", "Копировать", "Скопировано", "Повторить",
        "Слишком длинно: {length} из {most} знаков. Отправьте по частям.",
    ),
    PageWords(
        "zh", "写消息", "发送", "停止", "继续", "重试", "新对话", "菜单", "关闭", "对话",
        "Pipit 正在思考",
        "没有网络。恢复后页面会自动回到回答。", "尚未发送，会再试一次。", "你好！有什么想问的？",
        "密码", "进入",
        "密码不对。",
        "正在验证的密码太多，请稍后再试。",
        "退出登录",
        "未能发送，你的文字已放回输入框。",
        "中文", "复制", "已复制", "再试一次",
        "太长了：{length} / {most} 个字符，请分几次发送。",
    ),
    PageWords(
        "hi", "संदेश लिखें", "भेजें", "रोकें", "आगे", "फिर से", "नई बातचीत", "मेन्यू", "बंद करें",
        "बातचीत",         "Pipit सोच रहा है", "नेटवर्क नहीं है। पेज अपने आप जवाब पर लौट आएगा।",
        "अभी नहीं भेजा गया। फिर कोशिश होगी।",
        "नमस्ते! कुछ भी पूछिए।", "पासवर्ड", "अंदर आएँ", "यह पासवर्ड सही नहीं है।",
        "बहुत सारे पासवर्ड जाँचे जा रहे हैं। थोड़ी देर में फिर कोशिश करें।",
        "लॉग आउट",
        "यह भेजा नहीं जा सका। आपका संदेश वापस बॉक्स में है।",
        "हिन्दी", "कॉपी करें", "कॉपी हो गया", "फिर कोशिश करें",
        "यह बहुत लंबा है: {most} में से {length} अक्षर। इसे टुकड़ों में भेजें।",
    ),
    PageWords(
        "ar", "اكتب رسالة", "إرسال", "إيقاف", "متابعة", "إعادة", "محادثة جديدة", "القائمة", "إغلاق",
        "المحادثة",
        "Pipit يفكر", "لا يوجد اتصال. ستعود الصفحة إلى الإجابة من تلقاء نفسها.",
        "لم تُرسل بعد. ستُعاد المحاولة.", "مرحبا! اسألني ما تشاء.", "كلمة المرور", "دخول",
        "كلمة المرور غير صحيحة.",
        "تُجرَّب كلمات مرور كثيرة الآن. حاول مرة أخرى بعد قليل.",
        "تسجيل الخروج",
        "تعذر الإرسال. نصك عاد إلى المربع.",
        "العربية", "نسخ", "تم النسخ", "إعادة المحاولة",
        "النص أطول من المسموح: {length} من {most} حرفًا. أرسله على أجزاء.",
        right_to_left=True,
    ),
)  # fmt: skip
LANGUAGES = {words.language: words for words in _ALL}


def words_in(tag: str) -> PageWords:
    """Return the words for an IETF tag, English if Pipit does not speak it."""
    return LANGUAGES.get(tag.split("-")[0].lower(), _EN)
