"""The most common words of the languages that have a Snowball stemmer.

They show which stemmer a text needs. The words are folded as by `words.fold`. A word may be listed
in several languages, because the sum over all words decides. The keys are Snowball's names of its
algorithms. The key ``none`` lists languages of the same script without a stemmer, so that the
endings of another language are not removed from their words.
"""

from __future__ import annotations

from engine.memory.search.words import fold

_LATIN = {
    "english": "the of and to in is was that for on as with by at from are it be this which what "
    "who how when where why did does do were have has had not or an his her their its you your my "
    "we they he she i can will would there been but if about many much into than",
    "german": "der die das und in den von zu mit ist des dem nicht ein eine als auch es an werden "
    "aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben "
    "nur oder aber vor zur bis mehr durch man was wer wo wann warum welche welcher welches wurde "
    "ich du wir ihr mein dein kann gibt viele mir mich im",
    "french": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se "
    "ce il sont avec son aux ou mais comme cette ses était ont été elle nous vous je tu mon ma mes "
    "leur leurs où quand quel quelle quels quelles pourquoi comment combien quoi d'un d'une l'on "
    "qu'il c'est à être fait",
    "spanish": "de la que el en y a los del se las por un para con no una su al lo como más pero "
    "sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien "
    "desde todo nos durante fue es son era qué quién cuándo dónde cómo cuál cuáles cuántos cuántas "
    "mi mis yo tu usted está ha",
    "italian": "di e il la che in un a per è una del sono non si con i le da della dei al come "
    "nel alla più gli ma lo delle anche su ha o se era dalla sua suo loro questo questa cosa chi "
    "quando dove perché quale quali quanto quanti io tu mi mio mia nella dell'anno degli ai dal "
    "sul sulla fu stato essere",
    "portuguese": "de a o que e do da em um para é com não uma os no se na por mais as dos como "
    "mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela "
    "até isso ela entre era depois sem mesmo aos quem onde qual quais quantos quantas você meu "
    "minha são pelos às",
    "romanian": "de și în a la cu pe din o un că este nu mai care pentru sunt se au al ale prin "
    "fost ce sau lui dar fi ca după cum cine unde când câți câte cât eu tu el ea îmi mi într "
    "dintre fiind cea cel cei acest această despre către până sa său lor era între ai unui unei",
    "turkish": "ve bir bu da de için ile olarak çok daha olan gibi en kadar ne var ancak sonra "
    "ise o ya her değil ben sen biz siz kim nasıl neden nerede hangi kaç mi mı mu mü olduğu "
    "olduğunu tarafından göre ama şey yılında vardır benim senin zaman nedir kimdir ki hem veya",
    "dutch": "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij "
    "door uit naar heeft werd wordt hij ze zij was waren deze dit wie wat waar wanneer waarom hoe "
    "welke ik jij mijn jouw wij nog tot over onder worden hebben kan geen veel",
    "swedish": "och i att det som en på är av för med till den har de inte om ett han men var jag "
    "sig från vi så kan när år under också efter eller nu där vid mot ska skulle vad vem hur "
    "varför vilken vilket mitt min din denna detta blev",
    "danish": "og i at det er en til af på med for den der som de har ikke et fra var han ved om "
    "men sig også blev efter eller kan jeg vi hun så man når hvor hvad hvem hvornår hvorfor "
    "hvilken min din denne dette havde være blive",
    "norwegian": "og i det er på en til av som med for å at den har de ikke et fra var han ved om "
    "men seg også ble etter eller kan jeg vi hun så når hvor hva hvem hvorfor hvilken min din "
    "denne dette hadde være bli mellom mot",
    "finnish": "ja on oli ei että se hän joka ovat mutta kun myös kuin tai niin mitä kuka missä "
    "milloin miksi "
    "miten minä sinä minun sinun ole vuonna olivat jotka sen sekä hänen mikä kuinka voi vain sitä",
    "hungarian": "a az és hogy nem is egy van volt meg de ez azt csak el már mint aki ami vagy "
    "amely között "
    "után mi ki hol mikor miért hogyan melyik hány én te engem az ezt lesz voltak még minden",
    "polish": "i w na z do się nie jest to że o jak od po za przez dla był była było są co ale "
    "który która które tym lub oraz jego jej ich może tak czy kto gdzie kiedy dlaczego ile jaki "
    "jaka jakie ja ty mój moja mnie ten ta",
    "czech": "a v na se je že s z do o k i to jako za by byl byla bylo jsou ale po pro ve který "
    "která které od "
    "při nebo co kdo kde kdy proč jak kolik jaký jaká já ty můj moje není jeho její této tak",
    "catalan": "de la i el que a en les els un una per amb del és no va ser dels més al com són o "
    "però seva "
    "seu fou entre aquest aquesta qui què quan on per què quin quina quants jo tu meu meva també",
    "indonesian": "yang dan di ini dengan untuk pada dari tidak dalam adalah itu oleh sebagai ke "
    "juga atau akan telah ada bisa saya anda kami mereka ia dapat apa siapa kapan mana mengapa "
    "bagaimana berapa karena tahun seperti para",
    "none": "của và là các có được cho trong một những người không với này từ đã đến khi năm về "
    "như ở bị ra để nào gì ai tại vào cũng theo trên nhiều hay hoặc je da se na za su od koji koja "
    "što ali kao bio bila biti tko gdje kada zašto sam si smo ste sme sa že aj som bol bola čo kto "
    "kedy prečo ako ir ar no par un kas lai bet nav kad kur është dhe në të për me një që ka",
}
_CYRILLIC = {
    "russian": "и в не на что он с как это по но из у за от так же для бы о к было был была были "
    "или его её их который которые которая когда где кто почему сколько какой какая какие что чем "
    "я ты мы вы мой моя меня при до во со также только после ещё уже",
    "serbian": "и у је да се на су за од са који која што али као био била бити ко где када зашто "
    "сам си смо "
    "из по или како колико мој моја мене није",
    "none": "і в у не на що він з як це по але із та за від так для би до було був була були або "
    "його її їх який яка які коли де хто чому скільки я ти ми ви мій моя мене при також тільки "
    "після ще вже є е да се на за от със който която които кога къде кой защо колко съм си сме аз "
    "ти ние мой моята как бяха беше през са ще но като",
}
_ARABIC = {
    "arabic": "في من على إلى أن التي عن الذي هو هي ما كان كانت مع هذا هذه لا ذلك بين أو قد كل بعد "
    "قبل عند لم "
    "ثم حيث كما متى أين كيف لماذا كم أي هل أنا أنت نحن",
    "persian": "و در به از که این را با است برای آن یک خود تا کرد بر هم نیز شده بود شد می او ما "
    "من شما چه کی "
    "کجا چرا چگونه چند کدام آیا هستند های",
    "none": "کے میں کی ہے اور سے کا کو اس نے یہ ہیں پر ایک بھی کہ تھا تھی جو کیا کب کہاں کیوں "
    "کیسے کون میرا",
}
_DEVANAGARI = {
    "hindi": "के में की है और से का को इस ने यह हैं पर एक भी कि था थी जो क्या कब कहाँ क्यों कैसे "
    "कौन मेरा लिए "
    "वह थे गया कर नहीं हो अपने द्वारा तो किया गई साथ मैं कितने किस",
    "nepali": "को मा र छ हो यो ले का एक लाई पनि भने थियो गर्न छन् तथा वा के कहिले कहाँ किन कसरी "
    "कति मेरो "
    "तर गरेको भएको हुन् म",
    "none": "आणि आहे या ते मध्ये एक हे ही चा ची चे ला होते होता होती व की काय कधी कुठे का कसे कोण "
    "माझे मी "
    "नाही तर पण आहेत",
}


def _by_word(lists: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, listed in lists.items():
        for word in dict.fromkeys(fold(listed).split()):
            found[word] = (*found.get(word, ()), name)
    return found


def by_script() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return, for each script, a table from words to the languages that have them.

    Only scripts that several languages share are included.
    """
    lists = {"latin": _LATIN, "cyrillic": _CYRILLIC, "arabic": _ARABIC, "devanagari": _DEVANAGARI}
    return {script: _by_word(words) for script, words in lists.items()}
