"""Compare the documentation with the code: each must name what the other has."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
import yaml

from bot import adapters, app, check, operator
from engine.commands.table import COMMANDS
from engine.wording import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "benchmarks/README.md"])
_LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", _CODE.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    broken = []
    for found in _LINK.findall(_CODE.sub("", paper.read_text(encoding="utf-8"))):
        target = found[0] or found[1]
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        file = (paper.parent / name) if name else paper
        if not file.exists() or (
            anchor and anchor not in anchors(file.read_text(encoding="utf-8"))
        ):
            broken.append(target)
    assert broken == []


def test_the_readme_is_short_and_names_its_two_commands() -> None:
    text = text_of("README.md")
    assert len(text.split()) <= 700
    assert {"make run", "make test"} <= set(re.findall(r"^(make \w+)", text, re.MULTILINE))


def test_every_page_is_in_the_sites_menu() -> None:
    menu = text_of("mkdocs.yml").partition("nav:")[2]
    assert set(re.findall(r"([\w-]+\.md)", menu)) == {path.name for path in ROOT.glob("docs/*.md")}


def test_the_defaults_of_the_settings_page_are_those_of_the_example_file() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", text_of("docs/settings.md"), re.MULTILINE)
    example = dict(
        re.findall(r"^# ([A-Z][A-Z_]+)=([^\s#]*)", text_of(".env.example"), re.MULTILINE)
    )
    assert {name for name, _ in rows} == set(example)
    for name, default in rows:
        told = re.match(r"`([^`]*)`", default)
        if example[name]:
            assert told is not None, name
            assert told.group(1) == example[name]


def test_every_exit_code_is_told() -> None:
    told = set(
        re.findall(
            r"\b\d+\b",
            " ".join(re.findall(r"^\| ([\d, ]+) \|", text_of("docs/operating.md"), re.MULTILINE)),
        )
    )
    codes = {
        str(value)
        for module in (app, adapters, check, operator)
        for name, value in vars(module).items()
        if name.startswith("EXIT_")
    }
    assert codes <= told


def test_every_command_of_the_operator_is_told() -> None:
    main = importlib.import_module("bot.__main__")
    groups = main.parser()._subparsers._group_actions
    names = [name for group in groups for name in group.choices]
    assert "restore" in names
    text = text_of("docs/operating.md")
    for name in names:
        assert f"`pipit {name}" in text


def test_every_command_of_a_chat_is_told() -> None:
    text = text_of("docs/quick-start.md") + text_of("docs/privacy.md")
    assert [name for name in COMMANDS if f"/{name}" not in text and name != "start"] == []


def test_the_readme_names_as_many_languages_as_there_are() -> None:
    assert f"speaks {len(LANGUAGES)} languages" in text_of("README.md")
    assert f"speaks {len(LANGUAGES)} languages" in text_of("docs/add-a-language.md")


@pytest.mark.parametrize(
    "name",
    [".github/workflows/ci.yml", ".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/idea.yml",
     ".github/ISSUE_TEMPLATE/config.yml", ".pre-commit-config.yaml", "mkdocs.yml"],
)  # fmt: skip
def test_the_forms_can_be_read(name: str) -> None:
    assert isinstance(yaml.safe_load(text_of(name)), dict)


def test_the_workflow_calls_targets_that_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for name in (".github/workflows/ci.yml", ".ci/run"):
        assert set(re.findall(r"make ([a-z-]+)", text_of(name))) <= targets


def test_forty_questions_of_an_operator_have_a_page() -> None:
    rows = re.findall(
        r"^\| (.+?[?.]) \| \[.+?\]\((\S+?)\) \|$", text_of("docs/questions.md"), re.MULTILINE
    )
    assert len(rows) >= 40
    assert len({question for question, _ in rows}) == len(rows)
    assert all((ROOT / "docs" / page.partition("#")[0]).is_file() for _, page in rows)
