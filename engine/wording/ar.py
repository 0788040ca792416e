"""Arabic texts. Commands and filled-in names are isolated.

In a line from right to left, a slash before Latin letters would be shown after them. An isolate
(U+2068 … U+2069, unicode.org/reports/tr9) keeps each command and each filled-in text in its own
direction. The search for a line's first letter, which sets the line's direction, skips isolates.
Telegram keeps these two characters (it removes the older embeddings) and still turns a command
between them into a link.
"""

from __future__ import annotations

import re

from engine.wording.words import Words

# {about} is Arabic, so it sets the direction of a command's line.
_OWN_DIRECTION = re.compile(
    r"/(?:\{\w+\}|[a-z]+(?: off| yes| [A-Z]\w+/[A-Z]\w+)?)|\{(?!about)\w+\}%?|[A-Z]\w+/[A-Z]\w+"
)

_PLAIN = Words(
    language="العربية",
    stop="⏹ إيقاف",
    resume="▶ متابعة",
    retry="↻ إعادة",
    cut_length="✂ هذا أقصى طول لإجابة واحدة. للمتابعة: /continue",
    cut_deadline="⏱ انتهى الوقت ({seconds} ث). للمتابعة: /continue",
    cut_stopped="⏹ تم الإيقاف. للمتابعة: /continue",
    cut_failed="⚠ انقطع الاتصال بالنموذج اللغوي. للمتابعة من هنا: /continue، وللبدء من جديد: "
    "/retry",
    paused="⏸ يُعاد تشغيلي الآن، وسأكمل هذا بعد لحظات.",
    unseen="لم أستطع رؤية الرسالة التي رددت عليها.",
    empty_answer="أعطى النموذج اللغوي إجابة فارغة. لإعادة المحاولة: /retry",
    thinking="💭 أفكّر…",
    thought_only="أمضى النموذج اللغوي وقته في التفكير ولم يصل إلى إجابة. لإعادة المحاولة: /retry، "
    "أو اختر نموذجًا آخر: /model",
    no_words="لم يجب النموذج اللغوي خلال {seconds} ثانية. لإعادة المحاولة: /retry",
    stopped_empty="⏹ توقفت.",
    filtered="خدمة النموذج اللغوي لا تسمح بالإجابة عن هذا. اسأل بطريقة أخرى من فضلك.",
    cut_filtered="✂ أنهت خدمة النموذج اللغوي الإجابة هنا بسبب قواعد المحتوى لديها. للبدء من جديد: "
    "/retry",
    model_gone="لم يعد هذا النموذج متاحًا. اختر نموذجًا آخر: /model. وحده مالك البوت يستطيع تغيير "
    "القائمة.",
    from_cache="↺ سُئلت عن هذا من قبل. الزر يسأل النموذج من جديد.",
    model_unavailable="لا أستطيع الوصول إلى النموذج اللغوي الآن. حاول بعد دقيقة: /retry",
    model_refused="لم يقبل النموذج اللغوي هذا السؤال. جرّب صياغة أخرى أو نموذجًا آخر: /model",
    not_accepted="لا يقبل النموذج اللغوي رمز الوصول لهذا البوت. لا يستطيع إصلاح ذلك إلا من يدير "
    "البوت.",
    out_of_credit="نفد رصيد هذا البوت للنموذج اللغوي. لا يستطيع إصلاح ذلك إلا من يدير البوت.",
    too_long="هذا أطول مما يتسع له النموذج اللغوي. أرسل أقل في كل مرة، أو ابدأ من جديد: /new",
    gave_up="حاولت عدة مرات دون نجاح. الزر أدناه يحاول مرة أخرى.",
    too_heavy=(
        "تعطلت مرتين بسبب هذا الطلب، لذلك لن أعيد المحاولة من تلقاء نفسي. الزر أدناه يحاول "
        "مرة أخرى."
    ),
    waiting="⏳ في الانتظار، وأمامك: {ahead}. ستظهر إجابتك هنا.",
    busy="لديّ الآن أسئلة أكثر مما أستطيع الإجابة عنه. أعد الإرسال بعد دقيقة من فضلك.",
    cannot_save="لا أستطيع حفظ الرسائل الآن، لذلك لم أستلم هذه الرسالة. أعد إرسالها لاحقًا من فضلك.",
    not_allowed="هذا البوت خاص. للدخول أرسل هذا الرقم إلى من يديره: {user_id}",
    too_fast="هذا كثير دفعة واحدة. انتظر {seconds} ث من فضلك.",
    day_spent="انتهت حصتك لهذا اليوم، وتتجدد عند منتصف الليل بالتوقيت العالمي.",
    no_files="لا أستطيع قراءة الملفات بعد. أرسل نصًا من فضلك.",
    file_reading="📄 أقرأ {name}: {percent} %",
    file_kept="📄 قرأتُ {name}. اسألني عنه! الأمر /documents يعرضه ويحذفه.",
    file_replaced="📄 قرأتُ النسخة الجديدة من {name}، وهي تحل محل السابقة.",
    file_known="📄 الملف {name} موجود عندي ولم يتغير فيه شيء.",
    file_unread="لم أستطع قراءة هذه الصفحات من {name}: {pages}. يبدو أنها صور.",
    file_kind=(
        "لا أستطيع قراءة {name}. "
        "أقبل ملفات PDF وWord وExcel وPowerPoint وOpenDocument وEPUB وRTF وHTML وMarkdown وCSV "
        "والملفات النصية."
    ),
    file_large="الملف {name} كبير جدًا. أرسل ملفًا أصغر.",
    file_long="الملف {name} طويل جدًا. أرسل جزءًا منه.",
    file_locked="الملف {name} محمي بكلمة مرور. أرسله من دونها.",
    file_empty="لا أجد نصًا في {name}. لا أستطيع قراءة الصور الممسوحة.",
    file_slow="استغرقت قراءة {name} وقتًا طويلًا. أرسل جزءًا منه.",
    file_full="لا مكان هنا لمستندات أخرى. احذف بعضها بالأمر /documents",
    file_lost="لم أستطع جلب {name}. أرسله مرة أخرى.",
    file_broken="لا أستطيع قراءة {name}: يبدو أن الملف تالف.",
    picture_blind=(
        "نموذج اللغة هنا لا يستطيع رؤية الصور. يمكن لمالك البوت أن يحدّد نموذجًا يستطيع "
        "ذلك: HF_VISION_MODEL."
    ),
    picture_built_in=(
        "النموذج الصغير المدمج لا يستطيع رؤية الصور. يمكن لمالك البوت أن يضبط HF_TOKEN و "
        "HF_VISION_MODEL."
    ),
    picture_refused="لم يقبل نموذج اللغة الصورة، لذلك أجبت من دونها.",
    picture_left="نظرت إلى {seen} من {all} صور. أرسل البقية كلًّا على حدة.",
    picture_still="من {name} رأيت صورة ثابتة واحدة فقط.",
    picture_small="من {name} رأيت معاينة صغيرة فقط. أرسلها كصورة أو بحجم أصغر.",
    picture_gone="لم يعد {name} موجودًا، لذلك لم أستطع النظر إليه.",
    picture_kind="لا أستطيع النظر إلى {name}. أقبل صور JPEG وPNG وWebP وHEIC وAVIF وGIF وBMP.",
    picture_large="{name} أكبر من أن أنظر إليه. أرسل نسخة أصغر من فضلك.",
    picture_broken="لا أستطيع النظر إلى {name}: يبدو أن الصورة تالفة.",
    voice_listening="أستمع…",
    voice_deaf="لا يمكنني سماع الصوت هنا. يستطيع مالك البوت ضبط SPEECH_BASE_URL. اكتب لي من فضلك.",
    voice_built_in=(
        "النموذج الصغير المدمج لا يسمع الصوت. يستطيع مالك البوت ضبط HF_TOKEN أو SPEECH_BASE_URL."
    ),
    voice_silent="لم أسمع كلمات في التسجيل.",
    voice_failed="تعذر تفريغ التسجيل الآن. حاول مرة أخرى بعد دقيقة.",
    voice_long="التسجيل أطول من المسموح. الحد {minutes} دقائق و20 ميغابايت.",
    memory_off="هنا أتذكر المحادثة الحالية فقط.",
    memory_head="أتذكر هذا (احذف واحدًا بالأمر /memory remove ثم الرقم):",
    memory_none="لا أجد شيئًا عن ذلك في ذاكرتي.",
    memory_removed="حُذف الرقم {number}.",
    memory_unknown="ليس لدي هذا الرقم، أو أنه ليس لك.",
    documents_head="لدي هذه المستندات (احذف واحدًا بالأمر /documents remove ثم الرقم):",
    documents_none="لا مستندات لدي هنا. أرسل ملف PDF أو Word أو Excel أو نصًا أو HTML.",
    document_removed="حُذف المستند.",
    document_unknown="ليس لدي هذا الرقم، أو أنه ليس لك.",
    start="مرحبًا! أنا Pipit. اسألني ما تشاء، وسأجيب فورًا وباختصار. ولمعرفة ما أجيده أيضًا: /help",
    help_head="اكتب لي ببساطة. وأفهم أيضًا:",
    help_row="/{name} - {about}",
    unknown_command="لا أعرف الأمر {command}. لمعرفة ما أجيده: /help",
    fresh="محادثة جديدة. أترك السابقة جانبًا.",
    chats_head="المحادثات هنا (للعودة إلى إحداها أرسل /chats ثم رقمها):",
    chats_none="لا توجد محادثات سابقة هنا.",
    chats_unknown="ليست لدي هذه المحادثة. الأمر /chats يعرضها.",
    chats_back="عدنا إلى تلك المحادثة. تابع!",
    nothing_to_stop="لا يوجد ما يمكن إيقافه الآن.",
    stopping="جارٍ الإيقاف.",
    only_author="لا يمكن ذلك إلا لصاحب السؤال.",
    nothing_to_retry="لا توجد إجابة لإعادتها بعد.",
    nothing_to_continue="لا توجد إجابة لمتابعتها بعد.",
    button_old="هذا الزر قديم جدًا. اسأل مرة أخرى من فضلك.",
    button_done="تم ذلك من قبل.",
    model_now="النموذج: {model}. لتغييره أرسل /model مع أحد هذه الأسماء: {models}",
    model_set="من الآن فصاعدًا يجيب {model} في هذه المحادثة.",
    model_unknown="ليس لديّ {model}. اختر من هذه: {models}",
    persona_now="دوري في هذه المحادثة: {persona}\nلإنهائه: /persona off",
    persona_none="قل لي من أكون، مثلًا: /persona معلّم رياضيات صبور",
    persona_set="فهمت. هذا دوري في هذه المحادثة.",
    persona_cleared="عدت إلى طبيعتي: Pipit فقط.",
    persona_long="هذا طويل جدًا. الحد الأقصى للأحرف: {most}.",
    language_now="اللغة: {language}. لتغييرها أرسل /language مع أحد هذه الرموز: {languages}",
    language_set="اللغة: {language}. أما إجاباتي فتأتي باللغة التي تكتب بها.",
    language_unknown="ليست لديّ هذه اللغة. اختر من هذه: {languages}",
    timezone_now=(
        "المنطقة الزمنية: {zone}، والوقت هناك {time}. لتغييرها أرسل /timezone ثم مدينة، مثل: "
        "/timezone Africa/Cairo"
    ),
    timezone_set="المنطقة الزمنية: {zone}، والوقت هناك {time}.",
    timezone_unknown=(
        "لا أعرف المنطقة الزمنية {zone}. أرسل مدينة كبيرة قريبة، مثل: /timezone Africa/Cairo"
    ),
    export_chat="هذا كل ما أحتفظ به من هذه المحادثة.",
    export_own="هذا كل ما أحتفظ به عنك في هذه المحادثة.",
    evicted="اضطررت إلى حذف رسائل أو مستندات قديمة من هذه المحادثة لأن مساحة التخزين امتلأت.",
    export_long="هذا أكبر من أن يُرسَل ملفًا في هذه المحادثة. لا يستطيع تسليمه إلا من يدير البوت.",
    forget_chat=(
        "سيُحذف نهائيًا كل ما أحتفظ به من هذه المحادثة. الإجابات: {turns}، المستندات: {documents}. "
        "للتأكيد أرسل خلال {minutes} دقائق: /forget yes"
    ),
    forget_own=(
        "سيُحذف نهائيًا كل ما أحتفظ به عنك هنا. الإجابات: {turns}، المستندات: {documents}. للتأكيد "
        "أرسل خلال {minutes} دقائق: /forget yes"
    ),
    forgotten="تم. حُذف كل شيء.",
    anonymous=(
        "أنت تكتب باسم المجموعة كما يفعل غيرك، فلا أعرف ما يخصك. اكتب باسمك من فضلك، أو اسأل "
        "صاحب البوت."
    ),
    data_failed="لم ينجح ذلك. حاول مرة أخرى بعد دقيقة من فضلك.",
    stats=(
        "الإجابات: اليوم {turns_today}، المجموع {turns}\n"
        "التوكنات: اليوم {tokens_today}، المجموع {tokens}\n"
        "الآن: قيد الإجابة {working}، في الانتظار {waiting}\n"
        "الموجود في الذاكرة المؤقتة: {hit_percent}%"
    ),
    stats_cache="إجابات مكررة: {hits} من {asked} سؤالًا (حرفيًا {repeats}، متشابهة مرفوضة {refused})",
    listen_object="🙈 ليس رسائلي",
    listen_allow="👂 ورسائلي أيضًا",
    listen_end="⏹ إنهاء",
    listen_on=(
        "👂 أنا أستمع في هذه المحادثة. أحتفظ بنص الرسائل التي ليست موجهة إليّ مع "
        "أسماء كاتبيها: أحدث {messages}، ولمدة {hours} ساعة على الأكثر. أعرضها على "
        "نموذج اللغة مع الأسئلة القادمة هنا ولا أستخدمها لشيء آخر. لا أحتفظ بالصور "
        "ولا الملفات ولا الأوامر."
    ),
    listen_choice=(
        "إن كنت لا تريد ذلك فاضغط «{button}»: عندها لا أحتفظ بشيء منك وأمحو ما لدي. "
        "ويمحوه /forget أيضًا. ينهي المشرفون الاستماع بالزر الأخير أو بالأمر /listen "
        "off."
    ),
    listen_off=(
        "أنا لا أستمع في هذه المحادثة: لا أحتفظ بشيء ليس موجهًا إليّ. يمكن لمشرف "
        "تغيير ذلك بالأمر /listen on"
    ),
    listen_stopped="لم أعد أستمع في هذه المحادثة. وما كنت قد سمعته مُحي.",
    listen_objected="لا أحتفظ بأي من رسائلك هنا. وما كنت قد سمعته منها مُحي.",
    listen_allowed="يمكنني الاحتفاظ برسائلك هنا من جديد، كما تقول البطاقة.",
    listen_admins="لا يقرر ذلك إلا مشرف في هذه المجموعة.",
    listen_groups="هذا للمجموعات. أما هنا فأنا أقرأ كل ما تكتبه على أي حال.",
    listen_unavailable="أوقف مالك البوت الاستماع.",
    listen_as_admin=(
        "⚠ لكنني لا أرى مثل هذه الرسائل بعد. اجعلني مشرفًا هنا، أو ليوقف مالك البوت "
        "وضع الخصوصية ثم أضيفوني من جديد."
    ),
    listen_by_owner=(
        "⚠ لكنني لا أرى مثل هذه الرسائل بعد. على مالك البوت أن يسمح بذلك أولًا: "
        "«Message Content Intent» في بوابة المطورين."
    ),
    forget_overheard="رسائل سُمعت: {overheard}.",
    help_start="إلقاء التحية",
    help_help="عرض هذه القائمة",
    help_ask="طرح سؤال في مجموعة",
    help_new="بدء محادثة جديدة",
    help_chats="عرض المحادثات السابقة أو العودة إلى إحداها",
    help_stop="إيقاف الإجابة",
    help_retry="إعادة الإجابة عن آخر سؤال",
    help_continue="متابعة آخر إجابة",
    help_model="عرض النموذج أو اختياره",
    help_persona="إعطائي دورًا",
    help_language="اختيار لغتي",
    help_timezone="اختيار المنطقة الزمنية",
    help_listen="الاستماع في مجموعة أو إنهاؤه",
    help_memory="عرض ما أتذكره أو البحث فيه أو محوه",
    help_documents="عرض المستندات أو حذفها",
    help_export="استلام ما أحتفظ به عنك في ملف",
    help_forget="حذف ما أحتفظ به عنك",
    help_stats="عرض الاستخدام",
    hint_ask="السؤال",
    hint_chats="رقم محادثة",
    hint_model="اسم النموذج",
    hint_persona="من أكون",
    hint_language="رمز اللغة",
    hint_timezone="مدينة، مثل Africa/Cairo",
    hint_listen="إما on أو off",
    hint_memory="كلمات للبحث",
    hint_documents="الأمر remove ثم الرقم",
    hint_export="كلمة text لملف بلا JSON",
    hint_forget="كلمة yes للحذف",
)

WORDS = Words(
    **{name: _OWN_DIRECTION.sub("\u2068\\g<0>\u2069", text) for name, text in vars(_PLAIN).items()}
)
