"""Persian texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.directions import isolated
from engine.wording.words import ServiceWords

SERVICE = isolated(
    ServiceWords(
        near_person=(
            "⚠ شما {percent} % از سهمیه‌تان را مصرف کرده‌اید. سهمیه در {time} از نو شروع می‌شود."
        ),
        near_chat=(
            "⚠ این چت {percent} % از سهمیه‌اش را مصرف کرده است. سهمیه در {time} از نو شروع می‌شود."
        ),
        cheaper="تا آن زمان مدل کوچک‌تری پاسخ می‌دهد: {model}.",
        stop_person="سهمیهٔ شما تمام شده است. از {time} دوباره می‌توانم به شما پاسخ دهم.",
        stop_chat="سهمیهٔ این چت تمام شده است. از {time} دوباره می‌توانم اینجا پاسخ دهم.",
        stop_total="سهمیهٔ این ربات تمام شده است. از {time} دوباره می‌توانم پاسخ دهم.",
        usage_today="امروز (UTC)",
        usage_month="این ماه (UTC)",
        usage_sum="پاسخ‌ها: {answers}، توکن‌ها: {tokens}",
        usage_people="افراد بر پایهٔ توکن",
        usage_chats="چت‌ها بر پایهٔ توکن",
        usage_models="مدل‌ها بر پایهٔ توکن",
        usage_estimated="برآوردشده، چون سرویس گزارش نکرد: {percent} % از توکن‌ها.",
        usage_allowance=(
            "شما {percent} % از سهمیه‌تان را مصرف کرده‌اید. سهمیه در {time} از نو شروع می‌شود."
        ),
        usage_erased="داده‌های پاک‌شده",
        only_admins="این کار فقط از مدیران این ربات برمی‌آید.",
        set_head=(
            "این تنظیم‌ها را می‌توان از اینجا تغییر داد. برای تغییر: /set سپس نام و مقدار. "
            "برای بازگشت به مقدار فایل: /set سپس نام و نشانه -"
        ),
        set_done="مقدار {name} اکنون {value} است.",
        set_back="مقدار {name} دوباره همان مقدار فایل تنظیم‌ها است: {value}.",
        set_unknown=("نمی‌توان {name} را از چت تغییر داد. دستور /set نشان می‌دهد چه چیزی را می‌توان."),
        set_wrong="چیزی تغییر نکرد. {problem}",
        in_private="لطفاً این کار را در چت خصوصی با من انجام دهید.",
        news_on="این چت خبرهای ربات را می‌گیرد. برای پایان: /news off",
        news_off="این چت خبرهای ربات را نمی‌گیرد. برای گرفتن: /news on",
        news_unavailable="نمی‌توانم به این چت خبر بفرستم.",
        broadcast_how="پیام را پس از دستور بنویسید: /broadcast",
        broadcast_nobody="هنوز کسی خبر نمی‌خواهد. خبرها را با این دستور می‌خواهند: /news on",
        broadcast_long="این خیلی طولانی است. بیشترین تعداد نویسه: {most}.",
        broadcast_running="هنوز پیامی در حال ارسال است. برای پایان: /broadcast stop",
        broadcast_preview="چت‌هایی که این را می‌گیرند: {chats}",
        broadcast_send="✉ ارسال",
        broadcast_cancel="✕ لغو",
        broadcast_progress="در حال ارسال. رسیده: {sent} از {chats}، در دسترس نیست: {gone}",
        broadcast_done="تمام شد. رسیده: {sent} از {chats}، در دسترس نیست: {gone}",
        broadcast_stopped="زودتر پایان یافت. رسیده: {sent} از {chats}، در دسترس نیست: {gone}",
        broadcast_cancelled="چیزی ارسال نشد.",
        broadcast_idle="اکنون چیزی در حال ارسال نیست.",
    )
)
