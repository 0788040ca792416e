"""The texts about approvals, people and roles in Persian."""

from __future__ import annotations

from engine.wording.access.words import AccessWords
from engine.wording.directions import isolated

WORDS = isolated(
    AccessWords(
        asked="از گردانندگان این ربات پرسیده‌ام که آیا می‌توانید از آن استفاده کنید. پیامتان را نگه "
        "می‌دارم و به محض موافقت آن‌ها پاسخ می‌دهم.",
        asked_group="از گردانندگان این ربات پرسیده‌ام که آیا می‌توانم در این گروه پاسخ بدهم. "
        "پیامتان را نگه می‌دارم و به محض موافقت آن‌ها پاسخ می‌دهم.",
        full="اکنون افراد زیادی منتظر اجازه هستند. لطفاً بعداً دوباره امتحان کنید.",
        admitted="اکنون می‌توانید از این ربات استفاده کنید. لطفاً پرسشتان را دوباره بفرستید.",
        wants="{name} در {platform} می‌خواهد از این ربات استفاده کند.",
        wants_group="گروه {name} در {platform} می‌خواهد از این ربات استفاده کند.",
        more="افراد دیگری هم منتظر تصمیم هستند. /people همه را نشان می‌دهد.",
        approve="تأیید",
        block="مسدود کردن",
        decided="تصمیم از {admin}، {date}",
        already="{admin} پیش‌تر تصمیم گرفته است: {state}",
        head="افراد و گروه‌ها، {first} تا {last} از {all}:",
        nothing="هنوز چیزی اینجا نیست.",
        log_head="تازه‌ترین تصمیم‌ها:",
        waiting="در انتظار تصمیم",
        approved="تأیید شده",
        blocked="مسدود",
        removed="{id} دیگر در فهرست نیست. پیام بعدی از آنجا نخستین پیام به شمار می‌آید.",
        unknown="این دستورها را می‌شناسم. ID نام پلتفرم و یک شماره است، مانند telegram:123456.",
        roles="نقش‌ها: {roles}",
        admin_fixed="مدیران در ADMIN_USERS تعیین می‌شوند و اینجا تغییرپذیر نیستند.",
        only_admins="فقط مدیران این ربات می‌توانند این کار را انجام دهند.",
        private_only="لطفاً این را در چت خصوصی برایم بنویسید.",
        admin="مدیر",
        member="عضو",
        guest="مهمان",
        child="کودک",
        persona_fixed=(
            "نقش من برای شما را گردانندگان این ربات تعیین می‌کنند و اینجا تغییرپذیر نیست."
        ),
        no_documents="نمی‌توانید برای این ربات سند بفرستید، بنابراین فایل را نخواندم.",
    )
)
