"""The texts of the readable view of exported data in Hindi."""

from __future__ import annotations

from engine.wording.export.words import ExportWords

EXPORT = ExportWords(
    note=(
        "Pipit इसके बारे में जो कुछ रखता है, वह सब। वेक्टर इन पाठों से बनी संख्याएँ हैं; उनकी "
        "जगह यहाँ उनकी लंबाई दी गई है। सभी समय UTC में हैं।"
    ),
    chat="चैट {chat}",
    person="व्यक्ति {person}",
    chosen="चुना गया ({name}): {value}",
    reply="{author} के जवाब में:",
    reply_plain="एक संदेश के जवाब में:",
    forwarded="{author} से आगे भेजा गया:",
    forwarded_plain="आगे भेजा गया संदेश:",
    file="फ़ाइल: {name}",
    document="दस्तावेज़ {name}, भेजने वाले: {author}",
    used="जवाब: {answers} ({ended}), टोकन: {tokens}",
    spent="जवाब: {answers} ({model}), टोकन: {tokens}",
    no_model="कोई मॉडल नहीं",
    overheard="सुना गया, {author}: {text}",
    objection="{person} नहीं चाहते कि उन्हें सुना जाए",
    waiting="अनुमति का इंतज़ार",
    since="{time} से",
    user="उपयोगकर्ता {person}",
)
