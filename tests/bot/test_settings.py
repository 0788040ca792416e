"""Tests of the settings: names, defaults and problems."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.env_reader import terminal_locale
from bot.settings import Reader, Settings, _settings, likely_name, load, unknown_names
from bot.uses import uses
from engine.errors import SettingsError

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = Path("no such file")
TOKEN = "123456:ABC-def_ghi"


def settings(**variables: str) -> Settings:
    return load(variables, NOWHERE)


def problems(**variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        settings(**variables)
    return caught.value.problems


def variables() -> set[str]:
    reader = Reader({})
    _settings(reader)
    return reader.read


def test_without_any_variable_the_embedded_model_answers_in_the_terminal() -> None:
    found = settings()
    assert (found.model, found.telegram, found.discord) == (None, None, None)


def test_the_defaults_are_eight_hundred_tokens_in_fifteen_seconds() -> None:
    answers = settings().engine.answers
    assert (answers.max_tokens, answers.timeout_seconds) == (800, 15)


def test_a_token_for_hugging_face_chooses_its_router() -> None:
    model = settings(HF_TOKEN="hf_abc").model
    assert model is not None
    assert model.base_url == "https://router.huggingface.co/v1"


def test_an_endpoint_needs_no_token() -> None:
    seeing = {"HF_VISION_MODEL": "eyes, more"}
    model = settings(HF_BASE_URL="http://127.0.0.1:9/v1/", HF_MODEL="a, b ,a", **seeing).model
    assert model is not None
    assert (model.base_url, model.token, model.models) == ("http://127.0.0.1:9/v1", "", ("a", "b"))


def test_all_problems_are_told_at_once_each_with_its_name() -> None:
    found = problems(
        MAX_TOKENS="many", ANSWER_TIMEOUT_SECONDS="0", LOG_LEVEL="loud", HF_BASE_URL="ftp://x"
    )
    assert [re.match(r"[A-Z_]+", problem).group() for problem in found] == [  # type: ignore[union-attr]
        "HF_BASE_URL",
        "MAX_TOKENS",
        "ANSWER_TIMEOUT_SECONDS",
        "LOG_LEVEL",
    ]


def test_a_problem_says_what_the_variable_takes() -> None:
    assert problems(MAX_WORKERS="0") == (
        "MAX_WORKERS='0': takes a whole number of answers at once from 1 to 256",
    )


def test_a_problem_with_a_secret_does_not_show_it() -> None:
    (problem,) = problems(TELEGRAM_BOT_TOKEN="very secret")
    assert "very" not in problem


@pytest.mark.parametrize(
    "token", ["hf_very secret", "Bearer very", "hf_sécret", "hf_secret\nhf_very"]
)
def test_a_token_that_no_header_can_carry_is_a_problem_and_no_crash(token: str) -> None:
    (problem,) = problems(HF_TOKEN=token)
    assert problem.startswith("HF_TOKEN: takes")
    assert token not in problem


@pytest.mark.parametrize("host", ["[", "host:port", "host:99999", "host:0", ":80"])
@pytest.mark.parametrize(
    "name", ["HF_BASE_URL", "TELEGRAM_API_URL", "DISCORD_API_URL", "TELEGRAM_WEBHOOK_URL"]
)
def test_a_host_or_port_that_cannot_be_is_a_problem(name: str, host: str) -> None:
    assert problems(**{name: f"https://{host}/v1", "TELEGRAM_WEBHOOK_SECRET": "x"})[0].startswith(
        name
    )


def test_a_url_may_have_an_address_a_port_a_query_and_no_path() -> None:
    for url in (
        "http://[::1]:8080/v1",
        "http://127.0.0.1:1",
        "https://me:secret@example.org",
        "https://a.b/v1?c=d",
    ):
        assert settings(HF_BASE_URL=url).model.base_url == url  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["ALLOWED_USERS", "ADMIN_USERS", "HF_MODEL"])
def test_a_list_of_commas_alone_is_a_problem_and_lets_nobody_in(name: str) -> None:
    assert problems(**{name: " , ,"}) == (
        f"{name}=', ,': takes a comma list with at least one name",
    )


@pytest.mark.parametrize("path", [".", "/", "a\0b", "~nobody-has-this-name/p.db"])
def test_a_path_that_names_no_file_is_a_problem(path: str) -> None:
    assert problems(DATABASE_PATH=path)[0].startswith("DATABASE_PATH=")


def test_a_path_may_begin_in_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert settings(DATABASE_PATH="~/pipit.db").store.path == tmp_path / "pipit.db"


@pytest.mark.parametrize("content", ["A=ä".encode("latin-1"), "A=1".encode("utf-16")])
def test_a_file_that_is_not_utf_8_is_a_problem(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / ".env"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="UTF-8"):
        load({}, file)


def test_the_first_token_may_not_take_longer_than_the_answer() -> None:
    found = problems(ANSWER_TIMEOUT_SECONDS="5", FIRST_TOKEN_TIMEOUT_SECONDS="6")
    assert found == (
        "FIRST_TOKEN_TIMEOUT_SECONDS: takes no more than ANSWER_TIMEOUT_SECONDS, which is 5",
    )


def test_a_shorter_answer_alone_makes_the_first_token_come_sooner() -> None:
    assert settings(ANSWER_TIMEOUT_SECONDS="6").first_token_seconds == 6
    assert settings(ANSWER_TIMEOUT_SECONDS="1").first_token_seconds == 1
    assert settings(ANSWER_TIMEOUT_SECONDS="60").first_token_seconds == 8


def test_a_file_that_begins_with_a_byte_order_mark_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes("\ufeffMAX_TOKENS=100\nMAX_WORKERS=3\n".encode())
    found = load({}, file).engine
    assert (found.answers.max_tokens, found.max_workers) == (100, 3)
    assert unknown_names(file, {}) == []


@pytest.mark.parametrize(
    "key",
    ["a" * 20, "0123456789" * 3, "abcdefghijklmnopqrstuvwxyz", "passwordpassword1234", "xy" * 12,
     "qwertyqwertyqwerty12", "your-backup-key-backup-key"],
)  # fmt: skip
def test_a_backup_key_that_is_easy_to_guess_is_refused(key: str) -> None:
    found = problems(BACKUP_REPO="me/kept", BACKUP_KEY=key, BACKUP_TOKEN="hf_test")
    assert [problem.split(":")[0] for problem in found] == ["BACKUP_KEY"]
    assert key not in found[0]


@pytest.mark.parametrize(
    "key",
    ["9f86d081884c7d659a2feaa0c55ad015", "correct horse battery staple", "Xq7_pLw2-Zr9vTb4Kd8mNf"],
)
def test_a_backup_key_that_is_not_is_taken(key: str) -> None:
    assert settings(BACKUP_REPO="me/kept", BACKUP_KEY=key, BACKUP_TOKEN="hf_test").backup


def test_a_webhook_without_a_secret_is_refused() -> None:
    assert "TELEGRAM_WEBHOOK_SECRET" in problems(TELEGRAM_WEBHOOK_URL="https://example.org/hook")[0]


def test_secrets_are_not_shown_by_repr() -> None:
    found = settings(
        HF_TOKEN="hf_abcdef", TELEGRAM_BOT_TOKEN=TOKEN, DISCORD_BOT_TOKEN="discord-token"
    )
    assert not [secret for secret in found.secrets if secret in repr(found)]
    assert len(found.secrets) == 3


def test_the_environment_goes_above_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("MAX_TOKENS=100\nMAX_WORKERS=3\n")
    found = load({"MAX_TOKENS": "200"}, file).engine
    assert (found.answers.max_tokens, found.max_workers) == (200, 3)


def test_a_misspelt_name_in_the_file_is_found(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TELEGRAM_TOKEN=x\nMAX_TOKENS=100\n")
    assert unknown_names(file, {}) == ["TELEGRAM_TOKEN"]
    assert likely_name("TELEGRAM_TOKEN") == "TELEGRAM_BOT_TOKEN"


def test_a_misspelt_name_in_the_environment_is_found_and_other_programs_names_are_not() -> None:
    around = {
        "DISCORD_TOKEN": "x",
        "database_path": "x",
        "PATH": "/bin",
        "HF_HOME": "/x",
        "HF_HUB_OFFLINE": "1",
        "HF_TOKEN": "hf_abc",
        "HF_TOKENS": "hf_abc",  # this is close to a name that is set
        "PORTAGE": "x",
    }
    assert unknown_names(NOWHERE, around) == ["DISCORD_TOKEN", "database_path"]


def test_users_may_be_named_with_their_platform() -> None:
    assert settings(ALLOWED_USERS="1, telegram:2").engine.access.allowed == {"1", "telegram:2"}


@pytest.mark.parametrize("page", [".env.example", "docs/settings.md"])
def test_every_variable_is_documented(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [name for name in sorted(variables()) if not re.search(rf"\b{name}\b", text)] == []


def test_the_example_file_holds_no_other_variables() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", text, re.MULTILINE)) - variables() == set()


def test_lines_of_the_example_file_may_be_filled_in_with_their_notes_left_behind(
    tmp_path: Path,
) -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    file = tmp_path / ".env"
    uncommented = re.sub(r"^# (?=[A-Z][A-Z_]+=)", "", text, flags=re.MULTILINE)
    file.write_text(uncommented.replace("HF_TOKEN= ", "HF_TOKEN=hf_abc "), encoding="utf-8")
    assert load({}, file) == settings(HF_TOKEN="hf_abc")


def ended(folder: Path, stdin: int | None, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env={"PYTHONPATH": str(ROOT), "HF_BASE_URL": "http://127.0.0.1:9/v1", **variables},
        cwd=folder,
        stdin=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_platform_and_a_terminal_it_ends_with_code_78(tmp_path: Path) -> None:
    done = ended(tmp_path, subprocess.DEVNULL, TELEGRAM_TOKEN="1:x")
    assert done.returncode == 78
    assert "there is no terminal to talk in: set TELEGRAM_BOT_TOKEN" in done.stderr
    assert "TELEGRAM_TOKEN is not a variable of Pipit's; TELEGRAM_BOT_TOKEN is" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_may_ask(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(write)  # a pipe without a line
    with os.fdopen(read) as pipe:
        done = ended(tmp_path, pipe.fileno(), MEMORY="OFF", DATABASE_PATH=str(tmp_path / "p.db"))
    assert (done.returncode, done.stderr) == (0, "")


def test_the_process_ends_with_code_78_and_says_why(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"],
        env={"PYTHONPATH": str(ROOT), "MAX_TOKENS": "x", "MAX_WORKERS": "x"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 78
    assert "MAX_TOKENS='x'" in done.stderr
    assert "MAX_WORKERS='x'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_time_zone_is_a_known_name_or_none() -> None:
    assert settings(TIME_ZONE="Pacific/Auckland").engine.time_zone == "Pacific/Auckland"
    assert settings().engine.time_zone == ""
    assert "TIME_ZONE: takes the name of a time zone" in problems(TIME_ZONE="Atlantis")[0]


@pytest.mark.skipif(find_spec("asyncpg") is None, reason="needs asyncpg")
def test_a_database_on_a_server_has_no_size_limit_unless_one_is_set() -> None:
    url = "postgresql://pipit:geheim@db.example:5432/pipit"
    found = settings(DATABASE_URL=url)
    assert found.store.server is not None
    assert found.store.server.place == "postgresql://db.example:5432/pipit"
    assert (found.store.limit_bytes, found.store.server.connections) == (0, 8)
    assert settings(DATABASE_URL=url, STORAGE_LIMIT_MB="64").store.limit_bytes == 64_000_000
    assert settings().store.server is None
    assert settings().store.limit_bytes == 256_000_000


@pytest.mark.skipif(find_spec("asyncpg") is None, reason="needs asyncpg")
def test_the_password_of_a_database_is_a_secret() -> None:
    found = settings(DATABASE_URL="postgresql://pipit:geheim@db.example/pipit")
    assert "geheim" in found.secrets
    assert "geheim" not in repr(found)


def test_a_url_of_another_kind_of_database_is_a_problem() -> None:
    problem = problems(DATABASE_URL="mysql://pipit:geheim@db.example/pipit")[0]
    assert problem.startswith("DATABASE_URL: takes a URL such as postgresql://")
    assert "geheim" not in problem


@pytest.mark.parametrize(
    ("environment", "embedded", "meaning"),
    [
        ({}, True, False),
        ({"HF_TOKEN": "hf_abc"}, False, True),
        ({"HF_TOKEN": "hf_abc", "MEMORY": "WORDS"}, False, False),
    ],
)
def test_make_run_fetches_torch_only_for_memory_by_meaning(
    environment: dict[str, str], embedded: bool, meaning: bool
) -> None:
    found = settings(**environment)
    assert (uses(found, "embedded"), uses(found, "meaning")) == (embedded, meaning)


def test_the_terminals_language_needs_no_locale_on_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert terminal_locale() == ""
    monkeypatch.setenv("LANG", "th_TH.UTF-8")
    assert terminal_locale() == "th_TH.UTF-8"
    monkeypatch.setenv("LC_MESSAGES", "fa_IR")
    assert terminal_locale() == "fa_IR"
    monkeypatch.setenv("LC_ALL", "C")
    assert terminal_locale() == "C"


def test_pictures_are_drawn_only_with_a_model() -> None:
    assert settings(HF_TOKEN="hf_x").media.images is None
    hub = settings(HF_TOKEN="hf_x", HF_IMAGE_MODEL="a/b", IMAGE_COST="5").media.images
    assert hub is not None
    assert hub.url == "https://router.huggingface.co/hf-inference/models/a/b"
    assert (hub.token, hub.compatible, hub.tokens) == ("hf_x", False, 5)
    own = settings(
        HF_IMAGE_MODEL="m", IMAGE_BASE_URL="http://h:1/v1/", IMAGE_TOKEN="t", IMAGE_SIZE="512x256"
    ).media.images
    assert own is not None
    assert (own.url, own.token, own.size) == ("http://h:1/v1/images/generations", "t", "512x256")
    assert settings(HF_IMAGE_MODEL="OFF", IMAGE_BASE_URL="http://h:1/v1").media.images is None


def test_settings_for_pictures_that_cannot_work_are_problems() -> None:
    (alone,) = problems(IMAGE_BASE_URL="http://h:1/v1")
    assert alone.startswith("IMAGE_BASE_URL: HF_IMAGE_MODEL")
    (elsewhere,) = problems(HF_IMAGE_MODEL="m", HF_BASE_URL="http://h:1/v1", HF_TOKEN="hf_x")
    assert elsewhere.startswith("HF_IMAGE_MODEL: needs HF_TOKEN")
    (size,) = problems(HF_IMAGE_MODEL="m", HF_TOKEN="hf_x", IMAGE_SIZE="large")
    assert size.startswith("IMAGE_SIZE:")


def test_answers_are_spoken_only_if_a_model_is_named() -> None:
    assert settings(HF_TOKEN="hf_x").media.voice is None
    hub = settings(HF_TOKEN="hf_x", HF_VOICE_MODEL="a/b", VOICE_COST="5").media.voice
    assert hub is not None
    assert (hub.url.endswith("/hf-inference/models/a/b"), hub.token) == (True, "hf_x")
    assert (hub.compatible, hub.tokens) == (False, 5)
    own = settings(
        HF_VOICE_MODEL="m", VOICE_BASE_URL="http://h:1/v1/", VOICE_TOKEN="t", VOICE_NAME="nova"
    ).media.voice
    assert own is not None
    assert (own.url, own.token, own.voice) == ("http://h:1/v1/audio/speech", "t", "nova")
    assert settings(HF_VOICE_MODEL="OFF", VOICE_BASE_URL="http://h:1/v1").media.voice is None


def test_a_voice_service_without_its_other_half_is_a_problem() -> None:
    (alone,) = problems(VOICE_BASE_URL="http://h:1/v1")
    assert alone.startswith("VOICE_BASE_URL: HF_VOICE_MODEL")
    (elsewhere,) = problems(HF_VOICE_MODEL="m", HF_BASE_URL="http://h:1/v1", HF_TOKEN="hf_x")
    assert elsewhere.startswith("HF_VOICE_MODEL: needs HF_TOKEN")
