"""Questions that nearly read the same are told apart by what matters."""

from __future__ import annotations

import pytest

from engine.memory.repeats.sameness import (
    Question,
    changes,
    exact_form,
    lasting,
    near,
    personal,
    veto,
)


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


def test_the_same_distance_weighs_less_when_more_words_changed() -> None:
    few = Question.of("How do airplanes fly?"), Question.of("How do planes fly?")
    many = (
        Question.of("How do airplanes fly?"),
        Question.of("What makes planes stay aloft in the sky?"),
    )
    assert changes(*few) < changes(*many)
    assert not near(*few, 0.955)
    assert near(*many, 0.955)


def test_the_exact_form_keeps_words_and_order_only() -> None:
    assert exact_form("  What’s  a HERON?! ") == exact_form("what's a heron") == "what's a heron"
    assert exact_form("C++?") != exact_form("C?")
    assert exact_form("Cats eat birds") != exact_form("Birds eat cats")
    assert exact_form("ﬁne") == exact_form("fine")


@pytest.mark.parametrize(
    "question", ["What is the weather in Rome?", "Who said that?", "Why?", "And today?", ""]
)
def test_a_question_of_the_moment_does_not_last(question: str) -> None:
    assert not lasting(question)


def test_a_question_that_stands_by_itself_lasts() -> None:
    assert lasting("How do airplanes fly?")


def test_a_question_about_oneself_is_personal() -> None:
    assert personal("What is my name?")
    assert not personal("What is a mine shaft's depth?".replace("mine", "deep"))
