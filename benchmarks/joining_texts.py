"""Answers in nine languages, each in two wordings, written for `benchmarks.joining`."""

from __future__ import annotations

TEXTS: tuple[tuple[str, str, str], ...] = (
    (
        "en",
        "Rust forms when iron meets water and oxygen. The iron gives electrons away, and iron "
        "oxide is left. "
        "Salt makes it faster, because salty water conducts better. Paint, oil or a layer of zinc "
        "keep the water "
        "out. A car in a dry desert can stand for fifty years without a spot, while one by the "
        "sea rusts in five.",
        "When iron is exposed to water together with oxygen, rust appears. Electrons leave the "
        "iron and iron oxide "
        "remains. With salt it goes faster: salty water is a better conductor. To keep water "
        "away, people use paint, "
        "oil or zinc. In a dry desert a car may last fifty years; near the sea it rusts within "
        "five.",
    ),
    (
        "en",
        "To plan a small garden:\n\n1. Measure the plot and draw it on paper.\n2. Watch for a day "
        "where the sun falls.\n"
        "3. Choose plants that fit the light:\n   - tomatoes and beans for full sun\n   - lettuce "
        "and mint for shade\n"
        "4. Dig compost into the soil in early spring.\n5. Water in the morning, and mulch to "
        "keep it moist.\n\n"
        "Begin small: two beds are enough for the first year.",
        "Planning a little garden works like this:\n\n1. Draw the measured plot on paper.\n2. "
        "Find out over one day "
        "where sun falls.\n3. Pick plants for that light:\n   - in full sun, beans and tomatoes\n "
        "  - in shade, mint and "
        "lettuce\n4. In spring, dig compost into the soil.\n5. Mulch to keep the ground moist and "
        "water each morning.\n\n"
        "For the first year two small beds are enough.",
    ),
    (
        "en",
        "Here is a function that counts words:\n\n```python\ndef count_words(text):\n    counts = "
        "{}\n"
        "    for word in text.lower().split():\n        word = word.strip('.,;!?')\n        if "
        "word:\n"
        "            counts[word] = counts.get(word, 0) + 1\n    return counts\n```\n\n"
        "It lowers all letters first, so that The and the are one word. Marks around a word are "
        "stripped.",
        "This function counts the words of a text:\n\n```python\nfrom collections import "
        "Counter\n\n\n"
        "def count_words(text):\n    words = (word.strip('.,;!?') for word in "
        "text.lower().split())\n"
        "    return Counter(word for word in words if word)\n```\n\n"
        "All letters become lower case, and marks around each word are stripped, so The and the "
        "count together.",
    ),
    (
        "en",
        "## Three ways to brew coffee\n\n| Way | Minutes | Grind |\n|---|---|---|\n| French press "
        "| 4 | coarse |\n"
        "| Filter | 3 | medium |\n| Espresso | 0.5 | fine |\n\n**French press** gives a heavy cup "
        "with some oil. "
        "**Filter** coffee is clear and light. Espresso needs pressure and is the strongest of "
        "the three.\n\n"
        "> Use water just below boiling, or it tastes burnt.",
        "## Ways of brewing coffee: three\n\n| Method | Time (minutes) | Grind |\n|---|---|---|\n"
        "| Filter | 3 | medium |\n| French press | 4 | coarse |\n| Espresso | half | fine |\n\n"
        "A **French press** leaves oil and makes a heavy cup, **filter** is light and clear, and "
        "espresso, made under "
        "pressure, is strongest.\n\n> The water should be just under boiling, otherwise the taste "
        "is burnt.",
    ),
    (
        "en",
        "Sleep has stages that repeat through the night. In light sleep the heart slows down and "
        "muscles relax. "
        "Deep sleep repairs the body and is hard to wake from. In REM sleep the eyes move fast, "
        "and most dreams "
        "happen there. One cycle takes about ninety minutes, and a night holds four to six of "
        "them. Towards the "
        "morning deep sleep gets shorter and REM sleep longer, which is why you remember the last "
        "dream best.",
        "Over a night, stages of sleep repeat. Muscles relax and the heart slows in light sleep. "
        "It is hard to wake "
        "somebody from deep sleep, when the body repairs itself. Most dreams belong to REM sleep, "
        "with its fast moving "
        "eyes. About ninety minutes make a cycle; four to six cycles fit into one night. As "
        "morning nears, REM sleep "
        "grows longer while deep sleep gets shorter, so the last dream is remembered best.",
    ),
    (
        "es",
        "El aceite de oliva se obtiene prensando aceitunas frescas. Primero se lavan y se muelen "
        "con el hueso. La pasta "
        "se bate despacio durante media hora, y luego una centrífuga separa el aceite del agua. "
        "El mejor es el virgen "
        "extra, que no se calienta nunca por encima de 27 grados. Conviene guardarlo en un lugar "
        "oscuro y usarlo antes "
        "de un año y medio.",
        "Para obtener aceite de oliva se prensan aceitunas frescas. Se lavan, se muelen con hueso "
        "y la pasta se bate "
        "media hora, despacio. Después, la centrífuga separa agua y aceite. El virgen extra es el "
        "mejor: nunca pasa de "
        "27 grados al calentarse. Hay que guardarlo en lugar oscuro y usarlo antes de año y medio.",
    ),
    (
        "es",
        "Para aprender un idioma en casa:\n\n- Escucha la radio veinte minutos al día.\n- Apunta "
        "diez palabras nuevas "
        "y repásalas por la noche.\n- Habla en voz alta, aunque estés solo.\n- Lee noticias "
        "cortas y resume cada una en "
        "dos frases.\n\nLo importante es la constancia: poco cada día vale más que cuatro horas "
        "el domingo.",
        "Aprender un idioma en casa es posible así:\n\n- Veinte minutos diarios de radio.\n- Diez "
        "palabras nuevas "
        "apuntadas, que repasas por la noche.\n- Hablar en voz alta aunque no haya nadie.\n- "
        "Noticias cortas, leídas y "
        "resumidas en dos frases.\n\nImporta la constancia: un poco cada día vale más que cuatro "
        "horas de domingo.",
    ),
    (
        "pt",
        "A mandioca é uma raiz que alimenta milhões de pessoas. A mandioca brava contém um "
        "veneno, por isso é ralada, "
        "prensada e torrada antes de virar farinha. A mansa pode ser cozida em casa como a "
        "batata. Da goma seca faz-se a "
        "tapioca, que vai à frigideira sem óleo. A planta cresce em solo pobre e aguenta meses "
        "sem chuva.",
        "Milhões de pessoas comem mandioca, uma raiz. Na mandioca brava há veneno: ela precisa "
        "ser ralada, prensada e "
        "torrada até virar farinha. Já a mansa se cozinha em casa, como batata. A tapioca vem da "
        "goma seca e é feita na "
        "frigideira, sem óleo. Solo pobre não é problema, e a planta aguenta meses sem chuva.",
    ),
    (
        "pt",
        "Como trocar um pneu:\n\n1. Pare num lugar plano e puxe o freio de mão.\n2. Afrouxe os "
        "parafusos com a roda "
        "ainda no chão.\n3. Levante o carro com o macaco no ponto indicado.\n4. Troque a roda e "
        "aperte os parafusos em "
        "cruz.\n5. Baixe o carro e aperte tudo de novo.\n\nDepois de cinquenta quilômetros, "
        "confira os parafusos.",
        "Para trocar o pneu do carro:\n\n1. Puxe o freio de mão num lugar plano.\n2. Com a roda "
        "no chão, afrouxe os "
        "parafusos.\n3. No ponto indicado, levante com o macaco.\n4. Ponha a outra roda, "
        "apertando os parafusos em cruz."
        "\n5. Com o carro baixado, aperte de novo.\n\nConfira os parafusos passados cinquenta "
        "quilômetros.",
    ),
    (
        "de",
        "Sauerteig besteht nur aus Mehl und Wasser. Wilde Hefen und Milchsäurebakterien lassen "
        "ihn gären, wenn man ihn "
        "jeden Tag füttert. Nach etwa fünf Tagen riecht er mild säuerlich und hebt das Brot. Im "
        "Kühlschrank reicht eine "
        "Fütterung in der Woche. Wird er grau oder rosa, gehört er in den Müll, denn dann ist er "
        "verdorben.",
        "Für Sauerteig braucht man nur Wasser und Mehl. Füttert man ihn jeden Tag, bringen "
        "Milchsäurebakterien und wilde "
        "Hefen ihn zum Gären. Nach rund fünf Tagen hebt er das Brot und riecht säuerlich mild. "
        "Steht er im Kühlschrank, "
        "genügt eine Fütterung pro Woche. Verdorben ist er, wenn er rosa oder grau wird: dann in "
        "den Müll damit.",
    ),
    (
        "de",
        "Eine Wärmepumpe holt Wärme aus der Luft, dem Boden oder dem Grundwasser. Ein Kältemittel "
        "verdampft schon bei "
        "tiefen Temperaturen und nimmt dabei Wärme auf. Der Verdichter presst den Dampf zusammen, "
        "wodurch er heiß wird. "
        "Im Haus gibt er die Wärme an das Heizwasser ab. Aus einer Kilowattstunde Strom werden so "
        "drei bis vier "
        "Kilowattstunden Wärme. Am besten passt dazu eine Fußbodenheizung.",
        "Aus Luft, Boden oder Grundwasser holt die Wärmepumpe ihre Wärme. Bei tiefen Temperaturen "
        "verdampft darin ein "
        "Kältemittel, das Wärme aufnimmt. Heiß wird der Dampf, weil ihn der Verdichter "
        "zusammenpresst. Das Heizwasser im "
        "Haus bekommt dann die Wärme. Drei bis vier Kilowattstunden Wärme entstehen aus einer "
        "Kilowattstunde Strom; "
        "eine Fußbodenheizung passt am besten.",
    ),
    (
        "fr",
        "Le fromage naît du lait caillé. On ajoute de la présure au lait tiède, et en une heure "
        "il devient ferme. Le "
        "caillé est coupé, égoutté puis salé. Selon l'affinage, il reste frais quelques jours ou "
        "mûrit deux ans dans une "
        "cave fraîche. Un kilo de comté demande environ dix litres de lait. La croûte protège la "
        "pâte et lui donne une "
        "partie de son goût.",
        "C'est du lait caillé que vient le fromage. Du lait tiède avec de la présure devient "
        "ferme en une heure. On "
        "coupe le caillé, on l'égoutte, on le sale. Frais, il s'affine quelques jours ; dans une "
        "cave fraîche il mûrit "
        "jusqu'à deux ans. Pour un kilo de comté il faut environ dix litres de lait. La pâte est "
        "protégée par sa croûte, "
        "qui donne aussi du goût.",
    ),
    (
        "fr",
        "Pour préparer un voyage à vélo :\n\n1. Vérifiez les freins et les pneus.\n2. Prévoyez "
        "soixante kilomètres par "
        "jour au plus.\n3. Emportez peu :\n   - une tente légère\n   - deux tenues\n   - des "
        "outils\n4. Notez où trouver "
        "de l'eau.\n\nPartez tôt le matin, car le vent se lève souvent l'après-midi.",
        "Un voyage à vélo se prépare ainsi :\n\n1. Contrôlez pneus et freins.\n2. Comptez au plus "
        "soixante kilomètres "
        "par jour.\n3. N'emportez que peu de choses :\n   - deux tenues\n   - une tente légère\n  "
        " - quelques outils\n"
        "4. Notez les points d'eau.\n\nLe vent se lève souvent l'après-midi, alors partez tôt le "
        "matin.",
    ),
    (
        "ru",
        "Чай растёт на кустах в тёплых и влажных горах. Собирают только верхние листья и почку. "
        "Зелёный чай сразу "
        "нагревают, чтобы он не окислялся. Чёрный чай скручивают и оставляют на несколько часов, "
        "пока лист не потемнеет. "
        "Улун окисляют лишь наполовину. Хранить чай нужно в закрытой банке, вдали от света и "
        "запахов.",
        "В тёплых влажных горах растут кусты чая. С них собирают почку и верхние листья. Чтобы "
        "зелёный чай не окислялся, "
        "его нагревают сразу. Лист чёрного чая скручивают и несколько часов оставляют темнеть. "
        "Наполовину окисляют улун. "
        "Чай хранят в закрытой банке, где нет света и запахов.",
    ),
    (
        "ru",
        "Как подготовить окна к зиме:\n\n- Вымойте рамы и проверьте уплотнитель.\n- Замените "
        "резину, если она треснула.\n"
        "- Смажьте петли и ручки маслом.\n- Переведите створки в зимний режим.\n\nЕсли из щели "
        "дует, поднесите свечу: "
        "пламя покажет место. Мелкие щели закрывают лентой, крупные заполняют пеной.",
        "Подготовка окон к зиме:\n\n- Проверьте уплотнитель, вымойте рамы.\n- Треснувшую резину "
        "замените.\n- Петли и "
        "ручки смажьте маслом.\n- Поставьте створки на зимний режим.\n\nМесто, где дует, покажет "
        "пламя свечи у щели. "
        "Крупные щели заполняют пеной, мелкие закрывают лентой.",
    ),
    (
        "zh",
        "豆腐是用黄豆做成的。先把黄豆泡一夜，再加水磨成豆浆。豆浆煮开以后，加入石膏或者盐卤，蛋白质就会凝固。"
        "把凝固的豆花倒进木框里压出水分，大约半小时就成了豆腐。压得越久，豆腐越硬。嫩豆腐适合做汤，老豆腐适合煎炒。"
        "新鲜的豆腐放在清水里，冷藏可以保存三天。",
        "做豆腐要用黄豆。黄豆泡一夜之后加水磨成豆浆，煮开，再放石膏或盐卤，让蛋白质凝固。凝固的豆花倒进木框，"
        "压出水分，半小时左右豆腐就好了。豆腐压得久就硬。做汤用嫩豆腐，煎炒用老豆腐。泡在清水里冷藏，新鲜豆腐能保存三天。",
    ),
    (
        "zh",
        "第一次爬山要注意这些：\n\n1. 看天气预报，下雨就不要去。\n2. 穿防滑的鞋，带一件外套。\n3. 每人带一升半的水和一些干粮。\n"
        "4. 告诉家人你走哪条路线。\n5. 下午三点以前开始下山。\n\n下山比上山更伤膝盖，所以要走得慢一点，可以用登山杖。",
        "头一回爬山的注意事项：\n\n1. 先看天气预报，下雨不要去。\n2. 鞋要防滑，外套带一件。\n3. 水每人一升半，再带些干粮。\n"
        "4. 把路线告诉家人。\n5. 下山要在下午三点以前开始。\n\n膝盖在下山时比上山更容易受伤，走慢一点，最好用登山杖。",
    ),
    (
        "hi",
        "दही घर पर आसानी से जमता है। पहले दूध को उबालकर गुनगुना होने दें। फिर उसमें एक चम्मच "
        "पुराना दही मिलाएँ और बर्तन को ढक दें। "
        "गर्म जगह पर छह से आठ घंटे में दही जम जाता है। सर्दियों में बर्तन को कंबल में लपेटना "
        "पड़ता है। जमने के बाद उसे फ्रिज में रखें, "
        "नहीं तो वह खट्टा हो जाएगा।",
        "घर पर दही जमाना आसान है। दूध उबालें और गुनगुना होने दें, फिर पुराना दही एक चम्मच मिलाकर "
        "बर्तन ढक दें। छह से आठ घंटे में गर्म "
        "जगह पर दही जम जाएगा। सर्दियों में कंबल में बर्तन लपेट दें। जमने के बाद फ्रिज में रखना "
        "चाहिए, नहीं तो दही खट्टा हो जाता है।",
    ),
    (
        "hi",
        "पौधों की देखभाल के लिए:\n\n- सुबह पानी दें, दोपहर में नहीं।\n- हर महीने मिट्टी में थोड़ी "
        "खाद मिलाएँ।\n- पीले पत्ते काट दें।\n"
        "- गमले में नीचे छेद होना चाहिए।\n\nअगर पत्तों पर कीड़े दिखें, तो नीम का तेल पानी में "
        "मिलाकर छिड़कें। बहुत ज़्यादा पानी से जड़ें सड़ जाती हैं।",
        "पौधों की देखभाल ऐसे करें:\n\n- पानी सुबह दें, दोपहर में नहीं।\n- मिट्टी में हर महीने खाद "
        "मिलाएँ।\n- पत्ते पीले हों तो काट दें।\n"
        "- नीचे गमले में छेद ज़रूरी है।\n\nपत्तों पर कीड़े हों तो पानी में नीम का तेल मिलाकर "
        "छिड़कें। ज़्यादा पानी से जड़ें सड़ जाती हैं।",
    ),
    (
        "ar",
        "يُصنع الخبز من الدقيق والماء والخميرة والملح. يُعجن الخليط عشر دقائق حتى يصبح ناعمًا. ثم "
        "يُترك العجين ساعة في مكان "
        "دافئ ليتضاعف حجمه. يُقسم بعد ذلك إلى كرات ويُفرد كل منها. يُخبز في فرن ساخن جدًا لمدة "
        "دقائق قليلة. ويُحفظ الخبز "
        "في كيس قماش كي لا يجف بسرعة.",
        "الدقيق والماء والخميرة والملح هي ما يُصنع منه الخبز. يُعجن الخليط حتى يصبح ناعمًا في عشر "
        "دقائق. وفي مكان دافئ يتضاعف "
        "حجمه خلال ساعة. بعدها يُقسم العجين كرات تُفرد واحدة واحدة. وتكفي دقائق قليلة في فرن ساخن "
        "جدًا. ولكي لا يجف بسرعة "
        "يُحفظ الخبز في كيس قماش.",
    ),
    (
        "ar",
        "لتوفير الماء في البيت:\n\n1. أغلق الصنبور أثناء غسل الأسنان.\n2. أصلح كل تسرب في "
        "الحال.\n3. استعمل الغسالة وهي "
        "ممتلئة فقط.\n4. اسقِ النباتات في المساء.\n\nالصنبور الذي يقطر يضيع عشرين لترًا في اليوم. "
        "أما الدش القصير فيوفر "
        "نصف الماء الذي يحتاجه حوض الاستحمام.",
        "توفير الماء في البيت سهل:\n\n1. أثناء غسل الأسنان أغلق الصنبور.\n2. كل تسرب يجب إصلاحه "
        "في الحال.\n3. لا تستعمل "
        "الغسالة إلا ممتلئة.\n4. في المساء اسقِ النباتات.\n\nعشرون لترًا تضيع كل يوم من الصنبور "
        "الذي يقطر. والدش القصير يوفر "
        "نصف ما يحتاجه حوض الاستحمام من الماء.",
    ),
)
"""Each entry is (language, answer, the same answer in other words)."""

PREAMBLES: dict[str, tuple[str, ...]] = {
    "en": (
        "Sure, here is the rest:\n\n",
        "Certainly! Continuing from where I left off:\n\n",
        "Here's the continuation: ",
    ),
    "es": ("Claro, aquí está el resto:\n\n", "¡Por supuesto! Continúo: "),
    "pt": ("Claro, aqui está o resto:\n\n", "Com certeza! Continuando: "),
    "de": ("Natürlich, hier ist der Rest:\n\n", "Gerne! Ich mache weiter: "),
    "fr": ("Bien sûr, voici la suite :\n\n", "D'accord ! Je continue : "),
    "ru": ("Конечно, вот продолжение:\n\n", "Хорошо, продолжаю: "),
    "zh": ("好的，以下是剩下的内容：\n\n", "当然，我继续："),
    "hi": ("ज़रूर, यहाँ बाकी है:\n\n", "ठीक है, आगे जारी रखता हूँ: "),
    "ar": ("بالتأكيد، إليك بقية الإجابة:\n\n", "حسنًا، سأكمل: "),
}
