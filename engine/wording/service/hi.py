"""Hindi texts about usage, caps, settings and news."""

from __future__ import annotations

from engine.wording.words import ServiceWords

SERVICE = ServiceWords(
    near_person=("⚠ आपने अपने कोटे का {percent} % इस्तेमाल कर लिया है। यह {time} को फिर से शुरू होगा।"),
    near_chat=("⚠ इस चैट ने अपने कोटे का {percent} % इस्तेमाल कर लिया है। यह {time} को फिर से शुरू होगा।"),
    cheaper="तब तक एक छोटा मॉडल जवाब देगा: {model}।",
    stop_person="आपका कोटा ख़त्म हो गया है। मैं {time} से आपको फिर जवाब दे सकूँगा।",
    stop_chat="इस चैट का कोटा ख़त्म हो गया है। मैं {time} से यहाँ फिर जवाब दे सकूँगा।",
    stop_total="इस बॉट का कोटा ख़त्म हो गया है। मैं {time} से फिर जवाब दे सकूँगा।",
    usage_today="आज (UTC)",
    usage_month="इस महीने (UTC)",
    usage_sum="जवाब: {answers}, टोकन: {tokens}",
    usage_people="लोग, टोकन के अनुसार",
    usage_chats="चैट, टोकन के अनुसार",
    usage_models="मॉडल, टोकन के अनुसार",
    usage_estimated="अनुमानित, क्योंकि सेवा ने नहीं बताया: टोकनों का {percent} %।",
    usage_allowance=("आपने अपने कोटे का {percent} % इस्तेमाल कर लिया है। यह {time} को फिर से शुरू होगा।"),
    usage_erased="मिटाया गया डेटा",
    only_admins="यह केवल इस बॉट के एडमिन कर सकते हैं।",
    set_head=(
        "ये सेटिंग यहाँ से बदली जा सकती हैं। बदलने के लिए: /set नाम मान। फ़ाइल के मान पर "
        "लौटने के लिए: /set नाम -"
    ),
    set_done="{name} अब {value} है।",
    set_back="{name} का मान फिर सेटिंग फ़ाइल वाला है: {value}।",
    set_unknown="{name} चैट से नहीं बदला जा सकता। /set दिखाता है कि क्या बदल सकता है।",
    set_wrong="कुछ नहीं बदला। {problem}",
    in_private="कृपया यह मेरे साथ निजी चैट में करें।",
    news_on="इस चैट को इस बॉट के समाचार मिलते हैं। बंद करने के लिए: /news off",
    news_off="इस चैट को इस बॉट के समाचार नहीं मिलते। पाने के लिए: /news on",
    news_unavailable="मैं इस चैट में समाचार नहीं भेज सकता।",
    broadcast_how="कमांड के बाद संदेश लिखें: /broadcast संदेश",
    broadcast_nobody="अभी कोई समाचार नहीं चाहता। लोग इन्हें /news on से माँगते हैं",
    broadcast_long="यह बहुत लंबा है। अधिकतम अक्षर: {most}।",
    broadcast_running="एक संदेश अभी भेजा जा रहा है। रोकने के लिए: /broadcast stop",
    broadcast_preview="जिन चैट को यह मिलेगा: {chats}",
    broadcast_send="✉ भेजें",
    broadcast_cancel="✕ रद्द करें",
    broadcast_progress="भेजा जा रहा है। पहुँचे: {chats} में से {sent}, पहुँच से बाहर: {gone}",
    broadcast_done="पूरा हुआ। पहुँचे: {chats} में से {sent}, पहुँच से बाहर: {gone}",
    broadcast_stopped="बीच में रोका गया। पहुँचे: {chats} में से {sent}, पहुँच से बाहर: {gone}",
    broadcast_cancelled="कुछ नहीं भेजा गया।",
    broadcast_idle="अभी कुछ नहीं भेजा जा रहा है।",
)
