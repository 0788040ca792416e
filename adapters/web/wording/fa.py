"""Persian texts of the page."""

from __future__ import annotations

from adapters.web.wording.words import (
    GuardWords,
    MenuWords,
    PageWords,
    PanelWords,
    UploadWords,
    VoiceWords,
    WebWords,
)

WORDS = WebWords(
    page=PageWords(
        language="fa",
        ask="پیام بنویسید",
        send="فرستادن",
        stop="توقف",
        resume="ادامه",
        retry="دوباره",
        fresh="گفت‌وگوی تازه",
        menu="منو",
        close="بستن",
        conversation="گفت‌وگو",
        thinking="Pipit در حال فکر کردن است",
        offline="اتصال برقرار نیست. صفحه خودش به پاسخ برمی‌گردد.",
        unsent="هنوز فرستاده نشده است. دوباره تلاش می‌شود.",
        hello="سلام! هرچه می‌خواهید بپرسید.",
        password="گذرواژه",
        enter="ورود",
        wrong="این گذرواژه درست نیست.",
        busy="گذرواژه‌های زیادی در حال بررسی است. لطفاً کمی بعد دوباره امتحان کنید.",
        leave="خروج",
        returned="این فرستاده نشد. متن شما دوباره در کادر است.",
        name="فارسی",
        copy="کپی",
        copied="کپی شد",
        again="تلاش دوباره",
        too_long="خیلی طولانی است: {length} از {most} نویسه. آن را در چند بخش بفرستید.",
        right_to_left=True,
    ),
    menu=MenuWords(
        chats="گفت‌وگوها",
        settings="تنظیمات",
        language="زبان",
        model="مدل",
        spoken="پاسخ‌های صوتی",
        documents="سندها",
        remove="حذف",
        more="بیشتر",
        later="به محض تمام شدن پاسخ جاری انجام می‌شود.",
    ),
    uploads=UploadWords(
        attach="افزودن عکس یا فایل",
        remove="برداشتن {name}",
        uploading="فایل‌ها هنوز در حال ارسال‌اند.",
        large="فایل {name} خیلی بزرگ است: حداکثر {most} مگابایت.",
        failed="فایل {name} فرستاده نشد. آن را بردارید و دوباره امتحان کنید.",
    ),
    voice=VoiceWords(
        record="ضبط پیام صوتی",
        recording="در حال ضبط",
        finish="پایان ضبط",
        discard="حذف صدای ضبط‌شده",
        play="پخش",
        pause="مکث",
        denied=(
            "مرورگر اجازهٔ استفاده از میکروفون را به این صفحه نمی‌دهد. در تنظیمات مرورگر اجازه دهید."
        ),
        missing="میکروفونی پیدا نشد.",
        broken="ضبط انجام نشد. لطفاً دوباره امتحان کنید.",
    ),
    guard=GuardWords(
        crowded="درخواست‌های هم‌زمان زیاد است. کمی بعد دوباره تلاش کنید.",
        pages="صفحه‌های باز زیاد است. یکی را ببندید.",
        hurried="درخواست‌ها در یک دقیقه زیاد است. کمی صبر کنید.",
        long="این خیلی طولانی است.",
        name=(
            "این صفحه به این نام پاسخ نمی‌دهد. گردانندهٔ آن می‌تواند "
            "نام را به \u2068WEB_HOSTS\u2069 بیفزاید."
        ),
        cookies="کوکی‌های این سایت خیلی طولانی‌اند. آن‌ها را پاک کنید و برگردید.",
    ),
    panel=PanelWords(
        kept="آنچه نگه داشته شده",
        nothing="چیزی نگه داشته نشده است.",
        again="تازه‌سازی",
        export="ذخیرهٔ همه در یک فایل",
        exported="فایل در گفت‌وگو است.",
        role="نقش دستیار",
        role_hint="یک معلم صبور ریاضی",
        take="تعیین نقش",
        taken="انجام شد.",
        sure="بله، همه را برای همیشه پاک کن",
        erase="پاک کردن همه",
        tick="اول کادر بالا را علامت بزنید.",
        erased="پاک شد.",
        failed="نشد. لطفاً دوباره امتحان کنید.",
    ),
)
