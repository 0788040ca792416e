"""Text of Pipit's own to train the storage dictionary on.

It combines topics with frames of questions and answers in nine languages. It was written for this
purpose, so that the dictionary's content may be distributed with Pipit. It contains no public
corpus, and none was consulted to choose it.
"""

from __future__ import annotations

TOPICS = {
    "en": (
        "a trip to the mountains", "my first job interview", "learning to cook", "saving money",
        "a vegetable garden",
        "time management", "a birthday party", "the history of the railway", "climate change",
        "electric cars",
        "a healthy breakfast", "better sleep", "an old laptop", "a small business",
        "machine learning",
        "a database", "a Python script", "a web page", "unit tests", "a spreadsheet",
        "public speaking",
        "a letter to my landlord", "an apology to a friend", "a short story about a dragon",
        "the water cycle",
        "black holes", "the human heart", "vaccines", "inflation", "a mortgage", "photosynthesis",
        "a chess opening",
        "the French Revolution", "a marathon", "yoga", "my cat", "a noisy neighbour",
        "a home network",
        "sorting algorithms", "recursion", "a job application", "team meetings", "remote work",
        "stress", "anxiety",
        "friendship", "a wedding speech", "a product launch", "customer complaints", "social media",
        "privacy",
        "renewable energy", "the stock market", "a balanced diet", "back pain", "a leaking tap",
        "a bicycle",
        "the solar system", "probability", "fractions", "the Roman Empire", "jazz music",
        "a poem about autumn",
        "a movie night", "a birthday present for my mother", "a weekend in Lisbon", "a science project", "recycling",
    ),
    "de": (
        "eine Reise in die Berge", "mein Vorstellungsgespräch", "gesundes Frühstück",
        "besseren Schlaf",
        "ein kleines Unternehmen", "eine Datenbank", "ein Python-Skript", "den Klimawandel",
        "Elektroautos",
        "einen Brief an den Vermieter", "ein Gedicht über den Herbst", "Zeitmanagement",
        "Rückenschmerzen",
    ),
    "es": (
        "un viaje a la montaña", "mi entrevista de trabajo", "un desayuno saludable",
        "dormir mejor",
        "una pequeña empresa", "una base de datos", "un programa en Python", "el cambio climático",
        "los coches eléctricos", "una carta a mi casero", "un poema sobre el otoño",
        "la gestión del tiempo",
    ),
    "fr": (
        "un voyage à la montagne", "mon entretien d'embauche", "un petit déjeuner sain",
        "mieux dormir",
        "une petite entreprise", "une base de données", "un programme en Python",
        "le changement climatique",
        "les voitures électriques", "une lettre à mon propriétaire", "un poème sur l'automne",
        "la gestion du temps",
    ),
    "pt": (
        "uma viagem à montanha", "minha entrevista de emprego", "um café da manhã saudável",
        "dormir melhor",
        "uma pequena empresa", "um banco de dados", "um programa em Python",
        "as mudanças climáticas",
        "os carros elétricos", "uma carta ao proprietário", "um poema sobre o outono",
        "a gestão do tempo",
    ),
    "ru": (
        "поездку в горы", "собеседование на работу", "здоровый завтрак", "хороший сон",
        "небольшой бизнес",
        "базу данных", "программу на Python", "изменение климата", "электромобили",
        "письмо хозяину квартиры",
        "стихотворение об осени", "управление временем",
    ),
    "ar": (
        "رحلة إلى الجبال", "مقابلة العمل", "فطور صحي", "النوم الجيد", "مشروع صغير", "قاعدة بيانات",
        "برنامج بلغة بايثون", "تغير المناخ", "السيارات الكهربائية", "رسالة إلى صاحب المنزل",
        "قصيدة عن الخريف",
        "إدارة الوقت",
    ),
    "hi": (
        "पहाड़ों की यात्रा", "नौकरी का साक्षात्कार", "स्वस्थ नाश्ता", "अच्छी नींद", "छोटा व्यवसाय",
        "डेटाबेस", "पायथन प्रोग्राम",
        "जलवायु परिवर्तन", "इलेक्ट्रिक कार", "मकान मालिक को पत्र", "शरद ऋतु पर कविता",
        "समय प्रबंधन",
    ),
    "zh": (
        "山区旅行", "工作面试", "健康早餐", "改善睡眠", "小型企业", "数据库", "Python 程序", "气候变化", "电动汽车",
        "给房东的信", "关于秋天的诗", "时间管理",
    ),
}  # fmt: skip

QUESTIONS = {
    "en": (
        "What is {}?", "How does {} work?", "Can you help me with {}?", "Give me three tips for {}.",
        "Explain {} to a ten-year-old.", "What are the advantages and disadvantages of {}?",
        "Write a short text about {}.", "Why is {} important?", "How can I get started with {}?",
        "I have a problem with {}. What should I do?", "What do you think about {}?",
        "Please write an email about {} to my colleagues. Keep it short and polite.",
        "Could you summarize the most important facts about {} in a few sentences?",
        "Make a list of things that I need for {}.", "What is the difference between {} and {}?",
        "How much time and money should I plan for {}?", "Tell me a joke about {}.", "and what about {}?",
        "Describe step by step how to plan {}.", "Imagine you are an expert on {}. What would you "
                                                 "tell a beginner?",
    ),
    "de": (
        "Was weißt du über {}?", "Kannst du mir helfen? Es geht um {}.",
        "Gib mir bitte drei Tipps für {}.",
        "Schreibe einen kurzen Text über {}.", "Wie fange ich am besten an? Thema: {}.",
    ),
    "es": (
        "¿Qué sabes sobre {}?", "¿Puedes ayudarme con {}?",
        "Dame tres consejos para {}, por favor.",
        "Escribe un texto corto sobre {}.", "¿Cómo puedo empezar con {}?",
    ),
    "fr": (
        "Que sais-tu sur {} ?", "Peux-tu m'aider pour {} ?",
        "Donne-moi trois conseils pour {}, s'il te plaît.",
        "Écris un texte court sur {}.", "Comment est-ce que je peux commencer avec {} ?",
    ),
    "pt": (
        "O que você sabe sobre {}?", "Você pode me ajudar com {}?",
        "Por favor, me dê três dicas para {}.",
        "Escreva um texto curto sobre {}.", "Como posso começar com {}?",
    ),
    "ru": (
        "Расскажи мне, пожалуйста, про {}.", "Можешь мне помочь? Речь про {}.",
        "Дай мне три совета про {}.",
        "Напиши короткий текст про {}.", "С чего лучше всего начать? Тема: {}.",
    ),
    "ar": (
        "ماذا تعرف عن {}؟", "هل يمكنك مساعدتي في {}؟", "أعطني ثلاث نصائح حول {} من فضلك.",
        "اكتب نصا قصيرا عن {}.",
        "كيف يمكنني أن أبدأ في {}؟",
    ),
    "hi": (
        "{} के बारे में आप क्या जानते हैं?", "क्या आप {} में मेरी मदद कर सकते हैं?",
        "कृपया मुझे {} के लिए तीन सुझाव दीजिए।",
        "{} के बारे में एक छोटा लेख लिखिए।", "मैं {} की शुरुआत कैसे कर सकता हूँ?",
    ),
    "zh": ("什么是{}？", "你能帮我处理{}吗？", "请给我三条关于{}的建议。", "写一篇关于{}的短文。", "我应该怎么开始{}？"),
}  # fmt: skip

# Answers are drawn sentence by sentence. The English ones are used together with answers of the
# embedded model.
ANSWERS = {
    "en": (
        "Of course! Here is a short overview of {}.", "I'm sorry, but I don't know enough about "
                                                      "{} to be sure.",
        "1. **Start small.** You don't have to understand everything about {} at once.\n",
        "2. **Make a plan.** Write down what you need, how much it will cost and how long it will "
        "take.\n",
        "3. **Ask for help.** There are many people who have done this before and who are happy "
        "to share it.\n",
        "In general, it depends on what you want to achieve.", "There are several reasons why {} "
                                                               "is important:\n\n",
        "- It can help you to save time and money.\n", "- It is good for your health and the "
                                                       "environment.\n",
        "On the other hand, there are also some disadvantages that you should consider.",
        "For example, you could begin with ten minutes a day and increase that over time.",
        "In conclusion, {} can be a good choice, as long as you are aware of the risks.",
        "I hope this helps! Let me know if you have any other questions.", "Would you like me to explain it in detail?",
        "However, please talk to a doctor or another professional before you make a decision.",
        "Dear colleagues,\n\nI hope this email finds you well. I am writing to let you know about "
        "{}.\n\n"
        "Thank you very much for your time.\n\nBest regards,\n[Your name]",
        "Here is an example:\n\n```python\ndef main():\n    for number in range(10):\n        "
        "print(number)\n\n\n"
        "if __name__ == \"__main__\":\n    main()\n```\n\nThis function prints the numbers from 0 "
        "to 9.",
        "The most important thing is that it works well with the rest of the system.",
        "This is because the amount of energy that comes in is the same as the amount that goes "
        "out.",
        "| Option | Advantage | Disadvantage |\n|---|---|---|\n| The first | It is cheap | It "
        "takes more time |\n",
    ),
    "de": (
        "Gerne! Hier ist ein kurzer Überblick.", "Das hängt davon ab, was du erreichen möchtest.",
        "1. **Fang klein an.** Du musst nicht alles auf einmal verstehen.\n",
        "2. **Mach einen Plan.** Schreib auf, was du brauchst und wie lange es dauern wird.\n",
        "Es gibt mehrere Gründe, warum das wichtig ist:\n\n", "- Es spart Zeit und Geld.\n",
        "Auf der anderen Seite gibt es auch einige Nachteile, die man bedenken sollte.",
        "Zum Beispiel könntest du mit zehn Minuten am Tag beginnen.",
        "Ich hoffe, das hilft dir weiter. Sag mir Bescheid, wenn du noch Fragen hast.",
        "Es tut mir leid, aber darüber weiß ich nicht genug.", "Möchtest du, dass ich das genauer "
                                                               "erkläre?",
    ),
    "es": (
        "¡Claro! Aquí tienes un breve resumen.", "Depende de lo que quieras conseguir.",
        "1. **Empieza poco a poco.** No tienes que entenderlo todo de una vez.\n",
        "2. **Haz un plan.** Escribe lo que necesitas y cuánto tiempo va a tardar.\n",
        "Hay varias razones por las que esto es importante:\n\n", "- Ahorra tiempo y dinero.\n",
        "Por otro lado, también hay algunas desventajas que debes tener en cuenta.",
        "Por ejemplo, puedes empezar con diez minutos al día.",
        "Espero que esto te ayude. Dime si tienes más preguntas.", "Lo siento, pero no sé lo suficiente sobre eso.",
        "¿Quieres que te lo explique con más detalle?",
    ),
    "fr": (
        "Bien sûr ! Voici un bref aperçu.", "Cela dépend de ce que tu veux faire.",
        "1. **Commence petit à petit.** Il n'est pas nécessaire de tout comprendre d'un coup.\n",
        "2. **Fais un plan.** Écris ce dont tu as besoin et combien de temps cela va prendre.\n",
        "Il y a plusieurs raisons pour lesquelles c'est important :\n\n", "- Cela fait gagner du temps et de l'argent.\n",
        "D'un autre côté, il y a aussi des inconvénients qu'il faut prendre en compte.",
        "Par exemple, tu peux commencer par dix minutes par jour.",
        "J'espère que cela t'aide. N'hésite pas si tu as d'autres questions.",
        "Je suis désolé, mais je n'en sais pas assez.", "Veux-tu que je l'explique plus en "
                                                        "détail ?",
    ),
    "pt": (
        "Claro! Aqui está um breve resumo.", "Depende do que você quer alcançar.",
        "1. **Comece aos poucos.** Você não precisa entender tudo de uma vez.\n",
        "2. **Faça um plano.** Escreva do que você precisa e quanto tempo vai levar.\n",
        "Há vários motivos pelos quais isso é importante:\n\n", "- Economiza tempo e dinheiro.\n",
        "Por outro lado, também há algumas desvantagens que você deve considerar.",
        "Por exemplo, você pode começar com dez minutos por dia.",
        "Espero que isso ajude. Me avise se tiver mais perguntas.", "Desculpe, mas não sei o suficiente sobre isso.",
        "Você quer que eu explique com mais detalhes?",
    ),
    "ru": (
        "Конечно! Вот краткий обзор.", "Это зависит от того, чего вы хотите добиться.",
        "1. **Начните с малого.** Не нужно понимать всё сразу.\n",
        "2. **Составьте план.** Запишите, что вам нужно и сколько времени это займёт.\n",
        "Есть несколько причин, почему это важно:\n\n", "- Это экономит время и деньги.\n",
        "С другой стороны, есть и недостатки, которые следует учитывать.",
        "Например, можно начать с десяти минут в день.",
        "Надеюсь, это поможет. Если у вас есть ещё вопросы, спрашивайте.",
        "К сожалению, я недостаточно об этом знаю.", "Хотите, чтобы я объяснил подробнее?",
    ),
    "ar": (
        "بالتأكيد! إليك نظرة عامة قصيرة.", "هذا يعتمد على ما تريد تحقيقه.",
        "1. **ابدأ بخطوات صغيرة.** لست بحاجة إلى فهم كل شيء مرة واحدة.\n",
        "2. **ضع خطة.** اكتب ما تحتاج إليه وكم من الوقت سيستغرق ذلك.\n",
        "هناك عدة أسباب تجعل ذلك مهما:\n\n", "- يوفر الوقت والمال.\n",
        "من ناحية أخرى، هناك أيضا بعض العيوب التي يجب أن تأخذها في الاعتبار.",
        "على سبيل المثال، يمكنك أن تبدأ بعشر دقائق في اليوم.", "آمل أن يساعدك هذا. أخبرني إذا "
                                                               "كانت لديك أسئلة أخرى.",
        "آسف، لكنني لا أعرف ما يكفي عن ذلك.", "هل تريد أن أشرح ذلك بمزيد من التفصيل؟",
    ),
    "hi": (
        "ज़रूर! यहाँ एक संक्षिप्त जानकारी है।", "यह इस पर निर्भर करता है कि आप क्या हासिल करना "
                                                "चाहते हैं।",
        "1. **छोटी शुरुआत करें।** आपको सब कुछ एक साथ समझने की ज़रूरत नहीं है।\n",
        "2. **योजना बनाएँ।** लिखिए कि आपको क्या चाहिए और इसमें कितना समय लगेगा।\n",
        "यह कई कारणों से महत्वपूर्ण है:\n\n", "- इससे समय और पैसे की बचत होती है।\n",
        "दूसरी ओर, इसके कुछ नुकसान भी हैं जिन पर ध्यान देना चाहिए।", "उदाहरण के लिए, आप रोज़ दस "
                                                                     "मिनट से शुरू कर सकते हैं।",
        "आशा है कि इससे मदद मिलेगी। अगर आपके और सवाल हों तो बताइए।", "क्षमा करें, मैं इसके बारे "
                                                                     "में पर्याप्त नहीं जानता।",
        "क्या आप चाहते हैं कि मैं इसे विस्तार से समझाऊँ?",
    ),
    "zh": (
        "当然可以！以下是简要的介绍。", "这取决于你想达到什么目标。", "1. **从小事做起。**你不需要一下子了解所有内容。\n",
        "2. **制定计划。**写下你需要什么以及需要多长时间。\n", "这很重要，原因有以下几点：\n\n", "- 可以节省时间和金钱。\n",
        "另一方面，也有一些缺点需要考虑。", "例如，你可以从每天十分钟开始。", "希望这对你有帮助。如果还有其他问题，请告诉我。",
        "对不起，我对此了解得不够。", "需要我更详细地解释一下吗？",
    ),
}  # fmt: skip
