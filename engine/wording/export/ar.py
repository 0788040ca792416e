"""The texts of the readable view of exported data in Arabic."""

from __future__ import annotations

from engine.wording.directions import isolated
from engine.wording.export.words import ExportWords

EXPORT = isolated(
    ExportWords(
        note=(
            "كل ما يحتفظ به Pipit من هذا. المتجهات أرقام مستخرجة من هذه النصوص، ويظهر هنا "
            "طولها بدلًا منها. جميع الأوقات بتوقيت UTC."
        ),
        chat="المحادثة {chat}",
        person="الشخص {person}",
        chosen="الاختيار ({name}): {value}",
        reply="ردًّا على {author}:",
        reply_plain="ردًّا على رسالة:",
        forwarded="محوَّلة من {author}:",
        forwarded_plain="رسالة محوَّلة:",
        file="الملف: {name}",
        document="المستند {name}، أرسله {author}",
        used="الإجابات: {answers} ({ended})، الرموز: {tokens}",
        spent="الإجابات: {answers} ({model})، الرموز: {tokens}",
        no_model="بلا نموذج",
        overheard="مسموع من {author}: {text}",
        objection="لا يريد {person} أن يُستمع إليه",
        waiting="بانتظار الموافقة",
        since="منذ {time}",
        user="المستخدم {person}",
    )
)
