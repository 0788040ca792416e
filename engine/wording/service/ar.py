"""Arabic texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.directions import isolated
from engine.wording.words import ServiceWords

SERVICE = isolated(
    ServiceWords(
        near_person="⚠ استهلكتَ {percent} % من حصتك، وتتجدد في {time}.",
        near_chat="⚠ استهلكت هذه المحادثة {percent} % من حصتها، وتتجدد في {time}.",
        cheaper="وحتى ذلك الحين يجيب نموذج أصغر: {model}.",
        stop_person="انتهت حصتك. يمكنني أن أجيبك مجددًا في {time}.",
        stop_chat="انتهت حصة هذه المحادثة. يمكنني أن أجيب هنا مجددًا في {time}.",
        stop_total="انتهت حصة هذا البوت. يمكنني أن أجيب مجددًا في {time}.",
        usage_today="اليوم (UTC)",
        usage_month="هذا الشهر (UTC)",
        usage_sum="الإجابات: {answers}، التوكنات: {tokens}",
        usage_people="الأشخاص حسب التوكنات",
        usage_chats="المحادثات حسب التوكنات",
        usage_models="النماذج حسب التوكنات",
        usage_estimated="المقدَّر لأن الخدمة لم تذكره: {percent} % من التوكنات.",
        usage_allowance="استهلكتَ {percent} % من حصتك، وتتجدد في {time}.",
        usage_erased="بيانات محذوفة",
        only_admins="هذا متاح لمشرفي هذا البوت فقط.",
        set_head=(
            "يمكن تغيير هذه الإعدادات من هنا. للتغيير: /set ثم الاسم والقيمة. للعودة إلى "
            "قيمة الملف: /set ثم الاسم وعلامة -"
        ),
        set_done="قيمة {name} الآن {value}.",
        set_back="عادت قيمة {name} إلى ما في ملف الإعدادات: {value}.",
        set_unknown="لا يمكن تغيير {name} من المحادثة. الأمر /set يعرض ما يمكن تغييره.",
        set_wrong="لم يتغير شيء. {problem}",
        in_private="افعل ذلك في محادثة خاصة معي من فضلك.",
        news_on="تصل أخبار هذا البوت إلى هذه المحادثة. لإيقافها: /news off",
        news_off="لا تصل أخبار هذا البوت إلى هذه المحادثة. للحصول عليها: /news on",
        news_unavailable="لا أستطيع إرسال الأخبار إلى هذه المحادثة.",
        broadcast_how="اكتب الرسالة بعد الأمر: /broadcast",
        broadcast_nobody="لا أحد يريد الأخبار بعد. تُطلب بالأمر /news on",
        broadcast_long="هذا طويل جدًا. أقصى عدد للأحرف: {most}.",
        broadcast_running="ما زالت رسالة قيد الإرسال. لإيقافها: /broadcast stop",
        broadcast_preview="عدد المحادثات التي ستصلها: {chats}",
        broadcast_send="✉ إرسال",
        broadcast_cancel="✕ إلغاء",
        broadcast_progress="جارٍ الإرسال. وصلت: {sent} من {chats}، تعذّر الوصول: {gone}",
        broadcast_done="انتهى. وصلت: {sent} من {chats}، تعذّر الوصول: {gone}",
        broadcast_stopped="أُوقف مبكرًا. وصلت: {sent} من {chats}، تعذّر الوصول: {gone}",
        broadcast_cancelled="لم يُرسل شيء.",
        broadcast_idle="لا شيء قيد الإرسال الآن.",
    )
)
