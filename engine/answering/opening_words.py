"""Words with which a model begins a remark about its own continuation, in the bot's languages."""

from __future__ import annotations

import re

YES = (
    # English
    "sure", "certainly", "of course", "okay", "ok", "absolutely", "no problem", "got it", "right",
    "alright", "sorry", "apologies", "i apologize", "my apologies", "great", "understood", "yes",
    # Spanish and Portuguese
    "claro", "por supuesto", "desde luego", "perdón", "disculpa", "lo siento", "vale", "entendido",
    "com certeza", "desculpe", "certo", "claro que sim", "sem problema", "sim", "sí", "de acuerdo",
    # German
    "sicher", "natürlich", "gerne", "gern", "klar", "selbstverständlich", "entschuldigung",
    "alles klar", "ja",
    # French
    "bien sûr", "certainement", "d'accord", "d’accord", "désolé", "avec plaisir", "très bien",
    "oui",
    # Russian
    "конечно", "разумеется", "хорошо", "извините", "прошу прощения", "да", "ладно", "понял",
    # Chinese
    "好的", "当然", "好", "没问题", "抱歉", "可以", "明白", "是的",
    # Hindi
    "ज़रूर", "जरूर", "बिल्कुल", "ठीक है", "हाँ", "क्षमा करें", "माफ़ कीजिए", "अवश्य",
    # Arabic
    "بالتأكيد", "بالطبع", "حسنًا", "حسنا", "طبعًا", "طبعا", "آسف", "عذرًا", "عذرا", "نعم",
    # Italian
    "certo", "certamente", "va bene", "d'accordo", "d’accordo", "volentieri", "scusa",
    "mi dispiace", "capito",
    # Dutch
    "natuurlijk", "zeker", "prima", "graag", "oké", "begrepen",
    # Polish
    "oczywiście", "jasne", "pewnie", "dobrze", "przepraszam", "rozumiem", "tak",
    # Ukrainian
    "звичайно", "звісно", "авжеж", "добре", "вибачте", "зрозуміло", "гаразд", "так",
    # Turkish
    "tabii", "tabii ki", "elbette", "tamam", "anladım", "üzgünüm", "özür dilerim", "evet",
    # Indonesian
    "tentu", "tentu saja", "baik", "baiklah", "oke", "maaf", "siap", "ya",
    # Vietnamese
    "chắc chắn rồi", "được rồi", "tất nhiên", "dĩ nhiên", "xin lỗi", "vâng",
    # Persian
    "حتماً", "حتما", "البته", "باشه", "بسیار خوب", "چشم", "ببخشید", "متأسفم", "بله",
    # Japanese
    "はい", "もちろん", "もちろんです", "承知しました", "わかりました", "了解しました",
    "すみません", "申し訳ありません",
    # Korean
    "네", "물론", "물론이죠", "물론입니다", "알겠습니다", "죄송합니다", "좋습니다",
    # Thai
    "ได้เลย", "ได้ครับ", "ได้ค่ะ", "แน่นอน", "แน่นอนครับ", "แน่นอนค่ะ", "ขอโทษ", "ขออภัย",
)  # fmt: skip
"""Words with which a model agrees to continue."""

ABOUT = (
    # English
    "here is the", "here's the", "here’s the", "here is my", "here's my", "here are the remaining",
    "continuing", "continuation", "to continue", "let me continue", "let me go on",
    "let's continue",
    "i'll continue", "i will continue", "i’ll continue", "i'll pick up", "picking up", "resuming",
    "the rest of", "my previous answer", "my answer was cut",
    # Spanish
    "aquí está", "aquí tienes", "aquí va", "continúo", "continuando", "continuación", "sigo",
    "seguimos",
    "a continuación", "el resto",
    # Portuguese
    "aqui está", "aqui vai", "continuo", "continuação", "vou continuar", "continuarei", "segue",
    "o resto",
    # German
    "hier ist der", "hier ist die", "hier kommt", "hier geht", "ich fahre fort", "ich mache weiter",
    "fortsetzung", "weiter geht", "der rest", "ich setze",
    # French
    "voici la suite", "voici le reste", "voici la fin", "je continue", "je poursuis", "suite",
    "la suite",
    "continuons", "je reprends",
    # Russian
    "вот продолжение", "вот остальное", "вот остаток", "продолжаю", "продолжу", "продолжение",
    "продолжим",
    "вот оставшаяся",
    # Chinese
    "以下是", "下面是", "这是", "继续", "接着", "接下来", "我继续", "我会继续", "我将继续",
    # Hindi
    "यहाँ शेष", "यहाँ बाकी", "यह रहा", "यहाँ आगे", "मैं जारी", "आगे जारी", "जारी", "शेष",
    # Arabic
    "إليك", "هذه بقية", "هذا باقي", "سأكمل", "أكمل", "أتابع", "سأتابع", "تكملة", "تتمة", "المتابعة",
    # Italian
    "ecco il", "ecco la", "continuiamo", "proseguo", "riprendo", "il seguito",
    # Dutch
    "hier is het vervolg", "hier is de rest", "hier volgt", "ik ga verder", "ik vervolg", "vervolg",
    "de rest",
    # Polish
    "oto dalszy", "oto dalsza", "oto ciąg", "oto reszta", "oto pozostała", "kontynuuję",
    "kontynuacja", "kontynuując", "dalszy ciąg", "ciąg dalszy", "reszta",
    # Ukrainian
    "ось продовження", "ось решта", "продовжую", "продовжу", "продовження", "продовжимо",
    # Turkish
    "işte", "i̇şte", "devam ediyorum", "devamı", "kaldığım yerden", "kalanı",
    # Indonesian
    "berikut", "ini lanjutan", "ini sisa", "saya lanjutkan", "saya akan melanjutkan", "lanjutan",
    "melanjutkan", "sisanya",
    # Vietnamese
    "dưới đây là phần", "đây là phần", "tôi tiếp tục", "tôi sẽ tiếp tục", "phần tiếp theo",
    "phần còn lại",
    # Persian
    "این ادامه", "این هم ادامه", "ادامه", "بقیه",
    # Japanese
    "続き", "以下", "続けます", "では続き", "それでは続き",
    # Korean
    "이어서", "계속", "나머지", "다음은",
    # Thai
    "ต่อไปนี้", "ต่อจาก", "นี่คือส่วน", "ส่วนที่เหลือ", "ขอตอบต่อ",
)  # fmt: skip
"""The beginnings of remarks about the continuation."""

GOING_ON = re.compile(
    r"\brest\b(?! of the (?!answer|response|text|story|list|code|message|explanation|poem|article"
    r"|essay|recipe))"
    r"|contin[uú]|remain|remainder|left off|pick(ing)? up|resum|cut off|going on|go on|carry on"
    r"|resto|sigo|seguimos|seguir|fortsetz|weiter|fahre fort|setze "
    r".{0,20}fort|reste|suite|poursui|reprend"
    r"|продолж|остал|остат|继续|剩下|剩余|其余|接着|接下来|后续|余下"
    r"|seguito|prosegu|riprend|vervolg|verder|kontynu|dalsz|reszt|pozosta|продовж|решт"
    r"|devam|kaldığım|kalan|lanjut|sisa|tiếp tục|phần tiếp|còn lại|ادامه|بقیه|باقی"
    r"|続き|続け|残り|이어서|계속|나머지|ตอบต่อ|ต่อจาก|ที่เหลือ"
    r"|शेष|बाकी|जारी|आगे|बाक़ी|بقية|باقي|أكمل|سأكمل|المتابعة|أتابع|سأتابع|تكملة|تتمة|التكملة",
    re.IGNORECASE,
)
