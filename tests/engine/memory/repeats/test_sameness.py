"""Tests that questions which look almost the same are distinguished by their meaning."""

from __future__ import annotations

import pytest

from benchmarks.minimal_pairs import SAME, read_pairs
from engine.memory.repeats.sameness import (
    Question,
    alike,
    comparable,
    exact_form,
    lasting,
    near,
    veto,
)
from engine.memory.repeats.tokens import MOST_CHARACTERS
from engine.wording import LANGUAGES


def vetoed(one: str, other: str) -> str:
    forth, back = (
        veto(Question.of(one), Question.of(other)),
        veto(Question.of(other), Question.of(one)),
    )
    assert forth == back
    return forth


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("How tall is K2?", "How tall is K3?", "number"),
        ("Name two birds of prey", "Name three birds of prey", "number"),
        ("What happened in 2014?", "What happened in 2016?", "number"),
        ("Why do people like beer?", "Why don't people like beer?", "negation"),
        ("Почему кошки любят воду?", "Почему кошки не любят воду?", "negation"),
        ("How do I increase my speed?", "How do I reduce my speed?", "antonym"),
        ("What is life like in Paris?", "What is life like in Rome?", "name"),
        ("How do I become an engineer in India?", "How do I become an engineer?", "name"),
        ("How fast is C++?", "How fast is C?", "name"),
        ("画是什么意思", "画画是什么意思", "name"),
        ("Why do Poles dislike Russians?", "Why do Russians dislike Poles?", "role"),
        ("What was ported from .NET to Java?", "What was ported from Java to .NET?", "role"),
        ("Why do cats chase dogs?", "Why do dogs chase cats?", "role"),
        ("Почему поляки боятся русских?", "Почему русских боятся поляки?", "role"),
        ("Why do wolves hunt deer?", "Why are wolves hunted by deer?", "role"),
        (
            "In Europe, why do Poles dislike Russians?",
            "Why do Russians dislike Poles in Europe?",
            "role",
        ),
        (
            "in cold damp europe, why do poles dislike russians",
            "why do russians dislike poles in cold damp europe",
            "role",
        ),
        (
            "Do Dutch women find Danish men charming?",
            "Do Danish women find Dutch men charming?",
            "role",
        ),
        (
            "Can I teach in Peru after studying in Chile?",
            "Can I teach in Chile after studying in Peru?",
            "role",
        ),
        (
            "can i teach abroad after studying at home",
            "can i teach at home after studying abroad",
            "role",
        ),
        (
            "do hawks envy crows as foxes fear wolves",
            "do crows envy hawks as wolves fear foxes",
            "role",
        ),
        ("how is chess taught by masters", "how is chess taught masters", "role"),
        ("films about hitchcock", "films by hitchcock", "role"),
        ("were wolves hunted by a deer", "was a deer hunted by wolves", "role"),
        ("Where can I learn to knit?", "How can I learn to knit?", "place"),
    ],
)
def test_what_matters_is_a_veto(one: str, other: str, reason: str) -> None:
    assert vetoed(one, other) == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "What is the best way to learn Java quickly?",
            "What is the best way to quickly learn Java?",
        ),
        (
            "What is the difference between milk and cream?",
            "What is the difference between cream and milk?",
        ),
        ("Should I learn French or German?", "Should I learn German or French?"),
        ("How do airplanes fly?", "How does an airplane fly?"),
        ("Do wolves hunt deer in winter?", "Are deer hunted by wolves in winter?"),
        ("Who was brought up by wolves?", "Who was it that was brought up by wolves?"),
        ("How do I learn to swim?", "How do I learn to swim by myself?"),
        (
            "When a lamp flickers without a reason, is it broken?",
            "Is a lamp broken when it flickers without reason?",
        ),
        ("How is dark bread unlike white bread?", "How are white bread and dark bread unlike?"),
        ("Which is the best film?", "What is the best film?"),
        ("What is CAKE made of?", "What is CAKE made of"),
    ],
)
def test_what_does_not_matter_is_none(one: str, other: str) -> None:
    assert vetoed(one, other) == ""


def alike_at(one: str, other: str, cosine: float) -> bool:
    first, second = Question.of(one), Question.of(other)
    return near(first, second, cosine) and not veto(first, second)


def test_a_question_with_a_word_more_has_to_be_nearer() -> None:
    asked, more = "How do airplanes fly?", "How do airplanes fly by night?"
    assert alike_at(asked, "How does an airplane fly?", 0.93)
    assert not alike_at(asked, more, 0.93)
    assert alike_at(asked, more, 0.96)


def test_pairs_that_differ_in_one_thing_are_apart_whatever_their_vectors_say() -> None:
    pairs = [pair for pair in read_pairs() if pair.kind != SAME]
    assert len(pairs) >= 1000
    assert len({pair.language for pair in pairs}) == 9
    assert [pair for pair in pairs if exact_form(pair.one) == exact_form(pair.other)] == []
    assert [pair for pair in pairs if alike(pair.one, pair.other)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wie hoch ist der brocken im harz", "wie hoch ist denn der brocken im harz"),
        ("¿Cómo hago pan en casa?", "¿Cómo se hace pan en casa?"),
        ("как испечь хлеб дома", "как печь хлеб дома"),
        ("怎么在家做面包", "怎样在家做面包"),
        ("How do I solve x > 3 for x?", "How can I solve x > 3 for x?"),
        ("How do I bake bread? 🍞", "How can I bake bread? 🍞"),
        ("How do I bake bread?\U000e0041", "How can I bake bread?\U000e0041"),
    ],
)
def test_only_plain_english_is_repeated_by_nearness(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is 7 - 3?", "What is 7 + 3?"),
        ("What is 5*2?", "What is 5/2?"),
        ("Solve x > 3", "Solve x < 3"),
        ("Add -5 and 3", "Add 5 and -3"),
        ("What is 5!?", "What is 5?"),
        ("What is x²?", "What is x2?"),
        ("What is 2*(3+4)?", "What is 2*3+4?"),
        ("What is 3.5 in words?", "What is 35 in words?"),
        ("What does US mean?", "What does us mean?"),
        ("how many mW has a lamp", "how many MW has a lamp"),
        ("What do Polish people eat?", "What do polish people eat?"),
        ("In welchen Maßen?", "In welchen Massen?"),
        ("दिन का अर्थ", "दीन का अर्थ"),
        ("какая столица австрии", "какая столица австралии"),
        ("How do airplanes fly?", "How do airplanes fly?\U000e0041"),
        ("How do airplanes fly?", "How do airplanes fly? 🇦🇹"),
        ("a\nb", "a b"),
    ],
)
def test_what_is_written_differently_has_another_exact_form(one: str, other: str) -> None:
    assert exact_form(one) != exact_form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is 7 - 3?", "what is 7-3"),
        ("What is 7 − 3?", "What is 7 - 3?"),
        ("¿Cómo abro una cuenta?", "cómo abro una cuenta"),
        ("奥地利的首都是哪里？", " 奥地利的首都是哪里 "),
        ("ما هي عاصمة النمسا؟", "ما هي عاصمة النمسا"),
        ("Как испечь хлеб?!", "как испечь хлеб"),
        ("How do AIRPLANES fly", "how do airplanes fly."),
        ("Say “hello” in Thai", 'say "hello" in Thai'),
    ],
)
def test_case_spacing_and_end_marks_do_not_count(one: str, other: str) -> None:
    assert exact_form(one) == exact_form(other)


def test_a_long_question_is_not_compared_and_length_is_counted_after_normalising() -> None:
    assert comparable("a" * MOST_CHARACTERS)
    assert not comparable("a" * (MOST_CHARACTERS + 1))
    # each character becomes 18 characters
    assert not comparable("\ufdfa" * (MOST_CHARACTERS // 10))
    assert Question.of("How do airplanes fly? " * 40) == Question.of("a" * 10_000)


def test_the_exact_form_keeps_words_and_order_only() -> None:
    assert exact_form("  What’s  a HERON?! ") == exact_form("what's a heron") == "what's a heron"
    assert exact_form("C++?") != exact_form("C?")
    assert exact_form("Cats eat birds") != exact_form("Birds eat cats")
    assert exact_form("ﬁne") == exact_form("fine")


@pytest.mark.parametrize(
    "question",
    [
        "What is the weather in Rome?",
        "Who said that?",
        "Why?",
        "And today?",
        "",
        "Wie ist das Wetter in Rom?",
        "quel temps fera-t-il demain",
        "¿Qué hora es en Lima?",
        "Que horas são agora?",
        "какая сегодня погода",
        "今天天气怎么样",
        "كيف الطقس في روما",
        "आज मौसम कैसा है",
        "che tempo fa domani a Roma", "cosa significa questo",
        "hoe laat is het nu in Utrecht", "wat betekent dat woord",
        "jaka jest dzisiaj pogoda", "co znaczy tamten znak",
        "яка завтра погода у Львові", "що означає це слово",
        "bugün hava nasıl", "İstanbul'da YARIN ne var", "bunun anlamı ne",
        "bagaimana cuaca sekarang", "apa arti kata itu",
        "thời tiết hôm nay thế nào", "cái đó nghĩa là gì",
        "هوا امروز چطور است", "معنی این کلمه چیست",
        "明日の天気は？", "それはどういう意味ですか",
        "내일 날씨 어때요", "그게 무슨 뜻이에요",
        "พรุ่งนี้อากาศเป็นอย่างไร", "คำนั้นแปลว่าอะไร",
    ],
)  # fmt: skip
def test_a_question_of_the_moment_does_not_last(question: str) -> None:
    assert not lasting(question)


@pytest.mark.parametrize(
    "question",
    [
        "How do airplanes fly?",
        "Wie fliegen Flugzeuge?", "Comment volent les avions ?", "¿Cómo vuelan los aviones?",
        "Como voam os aviões?", "Как летают самолёты?", "飞机为什么能飞",
        "Come volano gli aerei?", "Hoe vliegen vliegtuigen?", "Jak latają samoloty?",
        "Як літають літаки?", "Uçaklar nasıl uçar?", "Bagaimana pesawat bisa terbang?",
        "Máy bay bay như thế nào?", "هواپیما چگونه پرواز می‌کند؟", "飛行機はなぜ飛ぶのですか",
        "비행기는 어떻게 날아요?", "เครื่องบินบินได้อย่างไร",
    ],
)  # fmt: skip
def test_a_question_that_stands_by_itself_lasts(question: str) -> None:
    assert lasting(question)


# The time now, the weather today, a person who was named before, and a fact that does not change.
QUESTIONS = {
    "en": ("What time is it now?", "What is the weather today?", "Who is he?", "What is the capital of France?"),
    "es": ("¿Qué hora es ahora?", "¿Qué tiempo hace hoy?", "¿Quién es él?", "¿Cuál es la capital de Francia?"),
    "pt": ("Que horas são agora?", "Como está o tempo hoje?", "Quem é ele?", "Qual é a capital da França?"),
    "de": ("Wie spät ist es jetzt?", "Wie ist das Wetter heute?", "Wer ist er?", "Was ist die Hauptstadt von Frankreich?"),
    "fr": ("Quelle heure est-il maintenant ?", "Quel temps fait-il aujourd'hui ?", "Qui est-ce, celui-là ?", "Quelle est la capitale de la France ?"),
    "ru": ("Который сейчас час?", "Какая сегодня погода?", "Кто он?", "Какая столица у Франции?"),
    "zh": ("现在几点？", "今天天气怎么样？", "他是谁？", "法国的首都是哪里？"),
    "hi": ("अभी कितने बजे हैं?", "आज मौसम कैसा है?", "वह कौन है?", "फ़्रांस की राजधानी क्या है?"),
    "ar": ("كم الساعة الآن؟", "كيف الطقس اليوم؟", "من هذا؟", "ما هي عاصمة فرنسا؟"),
    "it": ("Che ore sono adesso?", "Che tempo fa oggi?", "Chi è lui?", "Qual è la capitale della Francia?"),
    "tr": ("Şimdi saat kaç?", "Bugün hava nasıl?", "Bunu kim yaptı?", "Fransa'nın başkenti neresidir?"),
    "id": ("Sekarang jam berapa?", "Bagaimana cuaca hari ini?", "Siapa mereka?", "Apa ibu kota Prancis?"),
    "vi": ("Bây giờ là mấy giờ?", "Thời tiết hôm nay thế nào?", "Anh ấy là ai?", "Thủ đô của Pháp là gì?"),
    "uk": ("Котра зараз година?", "Яка сьогодні погода?", "Хто він?", "Яка столиця Франції?"),
    "pl": ("Która jest teraz godzina?", "Jaka jest dziś pogoda?", "Kim są oni?", "Jaka jest stolica Francji?"),
    "fa": ("الان ساعت چند است؟", "امروز هوا چطور است؟", "اين چيست؟", "پایتخت فرانسه کجاست؟"),
    "ja": ("今何時ですか？", "今日の天気は？", "彼は誰ですか？", "フランスの首都はどこですか？"),
    "ko": ("지금 몇 시예요?", "오늘 날씨 어때?", "그는 누구예요?", "고양이의 수명은 얼마나 돼요?"),
    "nl": ("Hoe laat is het nu?", "Wat voor weer is het vandaag?", "Wie is hij?", "Wat is de hoofdstad van Frankrijk?"),
    "th": ("ตอนนี้กี่โมง", "วันนี้อากาศเป็นอย่างไร", "เขาเป็นใคร", "เมืองหลวงของฝรั่งเศสคืออะไร"),
}  # fmt: skip


@pytest.mark.parametrize("code", LANGUAGES)
def test_in_each_language_only_a_question_without_time_and_pointing_words_lasts(code: str) -> None:
    *passing, fact = QUESTIONS[code]
    assert [question for question in passing if lasting(question)] == []
    assert lasting(fact)
