"""Tests that child processes get no secrets, and that no process leaves a core file."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import children

ROOT = Path(__file__).resolve().parents[2]
SECRETS = (
    "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "WEB_PASSWORD",
    "BACKUP_KEY", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY", "SOMETHING_NEW",
)  # fmt: skip


def test_a_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "a secret")
    monkeypatch.setenv("HF_HOME", "/models")
    assert "a secret" not in children.environment(*children.HUB_NAMES).values()
    assert children.environment(*children.HUB_NAMES)["HF_HOME"] == "/models"
    assert "HF_HOME" not in children.environment()
    assert children.environment()["PATH"] == os.environ["PATH"]


STARTS = {"create_subprocess_exec", "create_subprocess_shell", "Popen"}


def test_every_child_process_is_given_its_environment() -> None:
    found = 0
    for path in (
        path for room in ("bot", "engine", "adapters") for path in (ROOT / room).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in STARTS:
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                assert given.get("env", "").startswith("environment("), f"{path}:{node.lineno}"
                found += 1
    assert found >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
def test_the_bot_itself_leaves_no_core_file(tmp_path: Path) -> None:
    program = (
        "import resource, sys, bot.__main__ as main\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.RLIM_INFINITY))\n"
        "sys.argv[1:] = ['export', 'fake:1']\n"
        "main.main()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            **children.environment(),
            "DATABASE_PATH": str(tmp_path / "pipit.db"),
            "HF_TOKEN": "hf_" + "x" * 30,
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert "(0, 0)" in ended.stdout, ended.stderr
