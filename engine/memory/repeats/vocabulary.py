"""Word lists of the answer cache.

The words that refer to the present time or to earlier text are listed in the nine languages of the
wording and some more. The other lists are for similar questions, which only match in English.
"""

from __future__ import annotations

import unicodedata

from engine.memory.search.words import STOPWORDS, listed


def _listed(text: str) -> frozenset[str]:
    return listed(unicodedata.normalize("NFKC", text))


# An answer to a question with one of these words may be wrong tomorrow.
TIMELY = _listed(
    "now today tonight tomorrow yesterday current currently latest recent recently weather time "
    "date news until till ago upcoming forecast "
    "heute jetzt morgen gestern aktuell aktuelle aktuellen aktueller derzeit momentan wetter uhr "
    "uhrzeit datum nachrichten "
    "aujourd'hui maintenant demain hier actuel actuelle actuellement récemment météo heure date "
    "hoy ahora mañana ayer actual actualmente reciente clima hora fecha noticias "
    "oggi adesso hoje agora amanhã ontem atual atualmente recente horas data notícias "
    "сегодня сейчас завтра вчера теперь нынешний нынешняя недавно погода время дата час новости "
    "зараз сьогодні bugün şimdi "
    "اليوم غدا أمس الآن حاليا الحالي الحالية مؤخرا الطقس الوقت الساعة التاريخ الأخبار "
    "आज कल अभी परसों वर्तमान ताज़ा ताजा मौसम समय समाचार खबर तारीख बजे"
)
_NOW = (
    "今天 明天 昨天 今年 明年 去年 今晚 现在 現在 目前 当前 最近 最新 刚才 天气 天氣 时间 时候 "
    "几点 幾點 日期 几号 星期几 新闻 新聞 本周 本月 下周 上周"
)
_THERE = "这 這 那 它 他 她 上面 以上 继续"
LEANING_PARTS = (*_NOW.split(), *_THERE.split())
"""The words of `TIMELY` and `POINTING` in Chinese, which has no blanks between words."""
# A question with one of these words refers to something that was said or shown before.
POINTING = _listed(
    "it this that these those they them he she him her above here previous last again "
    "dies diese dieser dieses diesen diesem er ihn ihm dort nochmal "
    "cela ceci ça cet cette ces celui celle elle elles "
    "esto eso este esta estos estas ese esa esos esas él ella ellos ellas "
    "isto isso esse essa ele ela eles elas "
    "это этот эта эти этого этой этом этих тот та те он она они оно его её ее ему ей их "
    "هذا هذه ذلك تلك هناك السابق "
    "यह ये वह वे इस उस इसे उसे इन उन इसका उसका इसकी उसकी इसके उसके ऊपर पिछला फिर"
)
# Words that mean something else with a capital letter. They keep it unless they begin a sentence.
# Words that are written completely in capitals need not be listed.
CAPITALS_MATTER = listed(
    "us it who may march august turkey china polish apple amazon java python swift go rust ruby "
    "windows word excel office edge chrome safari mercury job lima nice reading mobile bath cork "
    "orange jersey jordan chad bill mark will rose grace hope frank art jack rich drew guinea pole "
    "poles dane finn swede tangier sie ihr ihnen ihre ihrem ihren ihrer arm weg essen reisen leben"
)

NEGATIONS = listed(
    "not no never none nothing nobody neither nor without cannot cant dont doesnt didnt isnt wont "
    "nicht kein keine nie ohne ne pas jamais sans nunca sin non senza não nem sem "
    "не нет без никогда ні нема değil yok"
)
# Words that usually have only a grammatical function, but change an answer if they are replaced or
# removed.
WEIGHTY = listed(
    "more most less least few fewer only all both same other own before after off out up down over "
    "under above below during until through from against except former"
)
FUNCTION_WORDS = (STOPWORDS - NEGATIONS - WEIGHTY) | listed(
    "one way thing things please really ever exactly actually truly simply even kindly yes us "
    "anyone anybody someone somebody you've you'd you'll you're they're there's what's who's how's"
)
# A question may have one of these words in addition and still have the same meaning.
LIGHT = listed(
    "get got make made become used use mean possible people person know tell think like want need "
    "going find good great best nice difference differ certain actual properly various several "
    "specific particular procedure answer product opinion feel time still between every much using "
    "available example world person typical directly known currently meant"
)
# The forms of irregular verbs. The first form of each group represents the others.
_FORMS = (
    "make made|take took taken|see saw seen|go went gone|get got gotten|give gave given|"
    "know knew known|buy bought|mean meant|write wrote written|find found|lose lost|pay paid|"
    "become became|feel felt|think thought|tell told|say said|speak spoke spoken|eat ate eaten|"
    "build built|teach taught|catch caught|break broke broken|choose chose chosen|grow grew grown"
)
FORMS = {word: forms.split()[0] for forms in _FORMS.split("|") for word in forms.split()}
_ALIKE = (
    "favorite favourite|kid child children kids|effect impact effects impacts|"
    "way method methods technique techniques|good great best nice top greatest|color colour|"
    "behavior behaviour|exam examination|film movie movies|picture image photo pic|"
    "company firm|differ different difference differently|man men|woman women|"
    "program programme|easiest simplest|easy simple|fast quick|fastest quickest|study learn|"
    "opinion view|well good|tech technology|determine calculate|become get|tell know|"
    "person people|big large huge|biggest largest|reduce decrease lower|hate dislike|"
    "start begin|buy purchase|stop quit|hard difficult tough|fix repair|website site|"
    "type kind sort|app application|happen occur|tv television|mom mum|recommend suggest|"
    "benefit benefits advantage advantages|drawback disadvantage"
)
SYNONYMS = tuple(tuple(group.split()) for group in _ALIKE.split("|"))
_OPPOSED = (
    "good bad|best worst|better worse|increase decrease|increase reduce|gain lose|buy sell|"
    "love hate|male female|man woman|men women|boy girl|boyfriend girlfriend|husband wife|"
    "father mother|before after|north south|east west|more less|most least|high low|hot cold|"
    "big small|large small|young old|new old|rich poor|happy sad|advantage disadvantage|"
    "pros cons|true false|right wrong|left right|black white|first last|start stop|start end|"
    "open close|install uninstall|delete recover|enable disable|legal illegal|"
    "possible impossible|import export|upload download|give take|win lose|accept reject|"
    "add remove|easy hard|fast slow|strong weak|safe dangerous|public private|online offline|"
    "internal external|positive negative|long short|maximum minimum|input output|hire fire|"
    "borrow lend|debit credit|follow unfollow|block unblock|lock unlock|like dislike|"
    "hardware software|inside outside|cause prevent|cause cure|encrypt decrypt|encode decode|"
    "connect disconnect|save delete|show hide|push pull|up down|above below|over under"
)
OPPOSITES = tuple(tuple(pair.split()) for pair in _OPPOSED.split("|"))
"""A veto for two words of a pair is counted as an antonym. Other replaced words are vetoes too."""

# Frequent words of English that none of the languages below has, and frequent words of those
# languages.
ENGLISH = listed(
    "the of and to is are were been does did how what why which who when where can could should "
    "would i you my your we it that this there with from for if by between than have has had about "
    "some any their they it's what's don't"
)
FOREIGN = listed(
    "el la los las un una del que en y con por para como cual donde cuando se es su lo mi tu al os "
    "uma da dos das em com qual onde quando ao pelo le les une des du et est qui dans pour sur "
    "avec comment quel quelle der die das und ist wie wo wann welche ein eine einen dem von mit "
    "auf nicht ich sind il gli di che per come dove quando het een van wat hoe bir ve nedir nasil "
    "apa yang dan kya hai kaise ka ki ke mein jest czy jak co na"
)
