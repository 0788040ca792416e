"""The texts of the readable view of exported data in Persian."""

from __future__ import annotations

from engine.wording.directions import isolated
from engine.wording.export.words import ExportWords

EXPORT = isolated(
    ExportWords(
        note=(
            "هرچه Pipit از این نگه داشته است. بردارها عددهایی‌اند که از این متن‌ها ساخته "
            "شده‌اند و اینجا به جای آن‌ها طولشان آمده است. همهٔ زمان‌ها به وقت UTC است."
        ),
        chat="چت {chat}",
        person="شخص {person}",
        chosen="انتخاب‌شده ({name}): {value}",
        reply="در پاسخ به {author}:",
        reply_plain="در پاسخ به یک پیام:",
        forwarded="فرستاده‌شده از {author}:",
        forwarded_plain="یک پیام بازفرستاده:",
        file="فایل: {name}",
        document="سند {name}، فرستندهٔ آن {author}",
        used="پاسخ‌ها: {answers} ({ended})، توکن‌ها: {tokens}",
        spent="پاسخ‌ها: {answers} ({model})، توکن‌ها: {tokens}",
        no_model="بدون مدل",
        overheard="شنیده‌شده از {author}: {text}",
        objection="کاربر {person} نمی‌خواهد شنیده شود",
        waiting="در انتظار تأیید",
        since="از {time}",
        user="کاربر {person}",
    )
)
