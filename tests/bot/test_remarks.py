"""Tests of the remarks about settings that work but look wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.remarks import of_names, remarks
from bot.settings import load
from engine.errors import SettingsError

NOWHERE = Path("no such file")
TOKEN = "123456:ABC-def_ghi"


def told(**variables: str) -> list[str]:
    return remarks(load(variables, NOWHERE), NOWHERE, variables)


def test_settings_that_are_all_used_get_no_remark() -> None:
    assert told(HF_TOKEN="hf_abc", HF_MODEL="a", TELEGRAM_BOT_TOKEN=TOKEN, ADMIN_USERS="42") == []


def test_a_misspelt_variable_is_told_with_the_one_that_is_meant() -> None:
    assert told(TELEGRAM_TOKEN=TOKEN) == [
        "TELEGRAM_TOKEN is not a variable that Pipit knows; did you mean TELEGRAM_BOT_TOKEN?"
    ]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HF_MODEL": "a"}, "HF_MODEL has no effect without HF_TOKEN or HF_BASE_URL"),
        (
            {"DISCORD_API_URL": "http://x"},
            "DISCORD_API_URL has no effect without DISCORD_BOT_TOKEN",
        ),
        ({"WEB_PASSWORD": "long enough"}, "WEB_PASSWORD has no effect without WEB=1"),
        ({"PORT": "9000"}, "PORT has no effect without WEB=1 or TELEGRAM_WEBHOOK_URL"),
        ({"BACKUP_MINUTES": "5"}, "BACKUP_MINUTES has no effect without BACKUP_REPO"),
        (
            {"MEMORY": "WORDS", "EMBEDDING_MODEL": "x"},
            "EMBEDDING_MODEL has no effect with MEMORY=WORDS",
        ),
        (
            {"MEMORY": "OFF", "ANSWER_CACHE": "OFF"},
            "ANSWER_CACHE has no effect with MEMORY=OFF",
        ),
        ({"WEB_PASSWORD": '"long enough"', "WEB": "0"}, "WEB_PASSWORD stands in quotes"),
    ],
)
def test_a_setting_without_effect_is_told(variables: dict[str, str], said: str) -> None:
    assert any(one.startswith(said) for one in told(**variables))


def test_a_default_that_is_written_out_asks_for_nothing() -> None:
    assert told(TELEGRAM_API_URL="https://api.telegram.org", PORT="8080", TRUSTED_PROXIES="0") == []


@pytest.mark.parametrize("entry", ["@ann", "Ann", "telegram:@ann", "telgram:42", "42;43"])
def test_an_entry_that_can_be_nobodys_id_is_told(entry: str) -> None:
    (remark,) = told(ALLOWED_USERS=f"42, {entry}")
    assert remark.startswith(f"ALLOWED_USERS: {entry} can be nobody's id")


def test_every_form_of_an_id_is_taken() -> None:
    ids = f"42, -100123, telegram:42, discord:1, web:{'0a' * 16}, {'0a' * 16}, console:me"
    assert told(ADMIN_USERS=ids) == []


# --- secrets from files ---


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("hf_from_a_file\n")
    found = load({"HF_TOKEN_FILE": str(file)}, NOWHERE)
    assert found.model is not None
    assert found.model.token == "hf_from_a_file"
    assert "hf_from_a_file" in found.secrets


def test_the_token_in_a_file_serves_the_backup_too(tmp_path: Path) -> None:
    token, key = tmp_path / "token", tmp_path / "key"
    token.write_text("hf_from_a_file\n")
    key.write_text("Xq7_pLw2-Zr9vTb4Kd8mNf\n")
    files = {"HF_TOKEN_FILE": str(token), "BACKUP_KEY_FILE": str(key)}
    found = load({**files, "BACKUP_REPO": "me/kept"}, NOWHERE).backup
    assert found is not None
    assert (found.token, found.key) == ("hf_from_a_file", "Xq7_pLw2-Zr9vTb4Kd8mNf")


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read (No such file or directory)"), (b" \n", "the file is empty"),
     (b"\xff\xfe", "cannot be read (it is not UTF-8 text)"), (b"x" * 10_001, "too long")],
)  # fmt: skip
def test_a_secrets_file_that_is_not_usable_is_a_problem(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        load({"DISCORD_BOT_TOKEN_FILE": str(file)}, NOWHERE)
    (problem,) = caught.value.problems
    assert problem.startswith("DISCORD_BOT_TOKEN_FILE=")
    assert said in problem


def test_a_secrets_file_without_effect_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hf_file")
    (remark,) = told(HF_TOKEN="hf_abc", HF_TOKEN_FILE=str(tmp_path / "token"))
    assert remark == "HF_TOKEN_FILE has no effect, because HF_TOKEN is set"


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_around_a_value_are_a_problem(quote: str) -> None:
    variables = {
        "TELEGRAM_BOT_TOKEN": f"{quote}{TOKEN}{quote}",
        "DATABASE_PATH": f"{quote}x{quote}",
    }
    with pytest.raises(SettingsError) as caught:
        load(variables, NOWHERE)
    said = "the quotes around the value count as part of it; remove them"
    assert set(caught.value.problems) == {f"{name}: {said}" for name in variables}


def test_a_line_that_sets_nothing_is_told_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# a note\nexport HF_TOKEN=hf_abc\nHF MODEL\n=5\nDISCORD_BOT_TOKEN\n", "utf-8")
    told = list(of_names(file, {}))
    assert [one.partition(", ")[2] for one in told] == [
        f"line {number}: it is not NAME=VALUE, so it has no effect" for number in (3, 4, 5)
    ]
