"""The messages to admins about faults of the process itself, in all languages.

The type check fails if a language has no such messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.wording import language_code


@dataclass(frozen=True)
class AlertWords:
    """The messages of one language. `over` says that a fault has ended, and quotes its message."""

    credit: str
    model_login: str
    login: str  # {about}: the platform
    disk: str
    database: str
    deaf: str  # {about}: the platform
    backup: str
    model: str  # {about}: the model
    over: str  # {said}

    def of(self, kind: str, about: str) -> str:
        """Return the message for a fault of this kind. `about` names the platform or the model."""
        if kind == "token":
            return self.model_login if about == "model" else self.login.format(about=about)
        text: str = getattr(self, kind)
        return text.format(about=about)


ALERTS: Mapping[str, AlertWords] = {
    "en": AlertWords(
        credit="The account of the language model has no credit left, so I cannot answer.",
        model_login="The language model's endpoint refuses my token, so I cannot answer.",
        login="{about} no longer accepts my token. I receive nothing from there.",
        disk="The disk is full or the storage limit is reached, so I cannot take new messages.",
        database="The database cannot be used, so I cannot take new messages. The log says why.",
        deaf="I have received nothing from {about} for two minutes.",
        backup="The newest backup is too old. The log says why.",
        model="The model {about} fails for everybody. The log says why.",
        over="This is over: {said}",
    ),
    "es": AlertWords(
        credit="La cuenta del modelo de lenguaje se quedó sin crédito, así que no puedo responder.",
        model_login="El servidor del modelo rechaza mi token, así que no puedo responder.",
        login="{about} ya no acepta mi token. No recibo nada de ahí.",
        disk="El disco está lleno o se alcanzó el límite de espacio; no puedo aceptar mensajes "
        "nuevos.",
        database="La base de datos no se puede usar; no puedo aceptar mensajes nuevos. El registro "
        "dice por qué.",
        deaf="Hace dos minutos que no recibo nada de {about}.",
        backup="La última copia de seguridad es demasiado antigua. El registro dice por qué.",
        model="El modelo {about} falla para todos. El registro dice por qué.",
        over="Esto ya pasó: {said}",
    ),
    "pt": AlertWords(
        credit="A conta do modelo de linguagem ficou sem crédito, por isso não consigo responder.",
        model_login="O servidor do modelo recusa o meu token, por isso não consigo responder.",
        login="{about} não aceita mais o meu token. Não recebo nada de lá.",
        disk="O disco está cheio ou o limite de espaço foi atingido; não posso aceitar mensagens "
        "novas.",
        database="O banco de dados não pode ser usado; não posso aceitar mensagens novas. O log "
        "diz o motivo.",
        deaf="Há dois minutos não recebo nada de {about}.",
        backup="O backup mais recente é antigo demais. O log diz o motivo.",
        model="O modelo {about} falha para todos. O log diz o motivo.",
        over="Isto já passou: {said}",
    ),
    "de": AlertWords(
        credit="Das Konto des Sprachmodells hat kein Guthaben mehr; ich kann nicht antworten.",
        model_login="Der Dienst des Sprachmodells lehnt mein Token ab; ich kann nicht antworten.",
        login="{about} nimmt mein Token nicht mehr an. Von dort kommt nichts mehr an.",
        disk="Die Festplatte ist voll oder die Speichergrenze erreicht; ich kann keine neuen "
        "Nachrichten annehmen.",
        database="Die Datenbank ist nicht benutzbar; ich kann keine neuen Nachrichten annehmen. "
        "Der Grund steht im Log.",
        deaf="Seit zwei Minuten kommt von {about} nichts mehr an.",
        backup="Die neueste Sicherung ist zu alt. Der Grund steht im Log.",
        model="Das Modell {about} schlägt bei allen fehl. Der Grund steht im Log.",
        over="Das ist vorbei: {said}",
    ),
    "fr": AlertWords(
        credit="Le compte du modèle de langage n’a plus de crédit : je ne peux pas répondre.",
        model_login="Le service du modèle refuse mon jeton : je ne peux pas répondre.",
        login="{about} n’accepte plus mon jeton. Je ne reçois plus rien de là.",
        disk="Le disque est plein ou la limite d’espace est atteinte : je ne peux plus prendre de "
        "messages.",
        database="La base de données est inutilisable : je ne peux plus prendre de messages. Le "
        "journal dit pourquoi.",
        deaf="Je n’ai rien reçu de {about} depuis deux minutes.",
        backup="La dernière sauvegarde est trop ancienne. Le journal dit pourquoi.",
        model="Le modèle {about} échoue pour tout le monde. Le journal dit pourquoi.",
        over="C’est terminé : {said}",
    ),
    "ru": AlertWords(
        credit="На счёте языковой модели закончились средства, поэтому я не могу отвечать.",
        model_login="Сервер языковой модели отклоняет мой токен, поэтому я не могу отвечать.",
        login="{about} больше не принимает мой токен. Оттуда ничего не приходит.",
        disk="Диск заполнен или достигнут предел хранилища, поэтому я не могу принимать новые "
        "сообщения.",
        database="База данных недоступна, поэтому я не могу принимать новые сообщения. Причина "
        "указана в журнале.",
        deaf="Уже две минуты ничего не приходит из {about}.",
        backup="Последняя резервная копия слишком старая. Причина указана в журнале.",
        model="Модель {about} не работает ни у кого. Причина указана в журнале.",
        over="Это позади: {said}",
    ),
    "zh": AlertWords(
        credit="语言模型账户的额度已用完，我无法回答。",
        model_login="语言模型的服务拒绝了我的令牌，我无法回答。",
        login="{about} 不再接受我的令牌，我收不到那边的消息。",
        disk="磁盘已满或已达到存储上限，我无法接收新消息。",
        database="数据库无法使用，我无法接收新消息。原因见日志。",
        deaf="我已有两分钟没有收到 {about} 的任何内容。",
        backup="最近的备份太旧了。原因见日志。",
        model="模型 {about} 对所有人都失败了。原因见日志。",
        over="这个问题已经解决：{said}",
    ),
    "hi": AlertWords(
        credit="भाषा मॉडल के खाते में क्रेडिट खत्म हो गया है, इसलिए मैं जवाब नहीं दे सकता।",
        model_login="भाषा मॉडल का सर्वर मेरा टोकन नहीं मान रहा, इसलिए मैं जवाब नहीं दे सकता।",
        login="{about} अब मेरा टोकन नहीं मान रहा। वहाँ से मुझे कुछ नहीं मिल रहा।",
        disk="डिस्क भर गई है या जगह की सीमा पूरी हो गई है, इसलिए मैं नए संदेश नहीं ले सकता।",
        database="डेटाबेस काम नहीं कर रहा, इसलिए मैं नए संदेश नहीं ले सकता। कारण लॉग में है।",
        deaf="दो मिनट से मुझे {about} से कुछ नहीं मिला।",
        backup="सबसे नया बैकअप बहुत पुराना है। कारण लॉग में है।",
        model="मॉडल {about} सबके लिए विफल हो रहा है। कारण लॉग में है।",
        over="यह ठीक हो गया है: {said}",
    ),
    "ar": AlertWords(
        credit="نفد رصيد حساب نموذج اللغة، لذلك لا أستطيع الإجابة.",
        model_login="يرفض خادم نموذج اللغة رمز الوصول الخاص بي، لذلك لا أستطيع الإجابة.",
        login="لم يعد {about} يقبل رمز الوصول الخاص بي، ولا يصلني شيء من هناك.",
        disk="القرص ممتلئ أو تم بلوغ حد التخزين، لذلك لا أستطيع استلام رسائل جديدة.",
        database="لا يمكن استخدام قاعدة البيانات، لذلك لا أستطيع استلام رسائل جديدة. "
        "السبب في السجل.",
        deaf="لم يصلني شيء من {about} منذ دقيقتين.",
        backup="أحدث نسخة احتياطية قديمة جدًا. السبب في السجل.",
        model="النموذج {about} يفشل لدى الجميع. السبب في السجل.",
        over="انتهى هذا: {said}",
    ),
}


def alerts_in(*tags: str) -> AlertWords:
    """Return the messages in the first of these languages that is supported."""
    return ALERTS[language_code(*tags)]
