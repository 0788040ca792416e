"""The texts about approvals, people and roles in Arabic."""

from __future__ import annotations

from engine.wording.access.words import AccessWords
from engine.wording.directions import isolated

WORDS = isolated(
    AccessWords(
        asked="سألتُ القائمين على هذا البوت إن كان بإمكانك استخدامه. أحتفظ برسالتك وسأجيب عنها فور "
        "موافقتهم.",
        asked_group="سألتُ القائمين على هذا البوت إن كان بإمكاني الرد في هذه المجموعة. أحتفظ "
        "برسالتك وسأجيب عنها فور موافقتهم.",
        full="ينتظر الإذنَ الآن عدد كبير جدًا من الأشخاص. يرجى المحاولة لاحقًا.",
        admitted="يمكنك الآن استخدام هذا البوت. يرجى إرسال سؤالك مرة أخرى.",
        wants="يرغب {name} على {platform} في استخدام هذا البوت.",
        wants_group="ترغب المجموعة {name} على {platform} في استخدام هذا البوت.",
        more="هناك أشخاص آخرون ينتظرون قرارًا. يعرضهم الأمر /people جميعًا.",
        approve="موافقة",
        block="حظر",
        decided="القرار من {admin}، {date}",
        already="سبق أن قرر {admin}: {state}",
        head="الأشخاص والمجموعات، من {first} إلى {last} من أصل {all}:",
        nothing="لا يوجد شيء هنا بعد.",
        log_head="أحدث القرارات:",
        waiting="بانتظار قرار",
        approved="تمت الموافقة",
        blocked="محظور",
        removed="لم يعد {id} في القائمة. تُعامل الرسالة التالية من هناك كأنها الأولى.",
        unknown="أعرف هذه الأوامر. ID هو اسم المنصة ورقم، مثل telegram:123456.",
        roles="الأدوار: {roles}",
        admin_fixed="يُحدَّد المشرفون في ADMIN_USERS ولا يمكن تغييرهم هنا.",
        only_admins="لا يستطيع فعل ذلك إلا مشرفو هذا البوت.",
        private_only="يرجى كتابة ذلك لي في محادثة خاصة.",
        admin="مشرف",
        member="عضو",
        guest="ضيف",
        child="طفل",
        persona_fixed="يحدد القائمون على هذا البوت دوري معك، ولا يمكن تغييره هنا.",
        no_documents="لا يمكنك إرسال مستندات إلى هذا البوت، لذلك لم أقرأ الملف.",
    )
)
