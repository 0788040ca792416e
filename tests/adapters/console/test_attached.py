"""``/file PATH`` in the terminal, with a question behind it or without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.console.attached import NoPath, read_command
from engine.attachments import MediaKind


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("barn.jpg", "my barn.PNG", "photo.HEIC", "rules.md", "icon.svg", "what"):
        (tmp_path / name).write_bytes(b"123")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "name", "question"),
    [
        ("/file barn.jpg", "barn.jpg", ""),
        ("/file barn.jpg what is this?", "barn.jpg", "what is this?"),
        ("  /file  barn.jpg   what is this?  ", "barn.jpg", "what is this?"),
        ("/file my barn.PNG", "my barn.PNG", ""),
        ('/file "my barn.PNG" what is this?', "my barn.PNG", "what is this?"),
        ("/file 'my barn.PNG' it's what?", "my barn.PNG", "it's what?"),
        ("/file rules.md what's in it?", "rules.md", "what's in it?"),
    ],
)
def test_a_line_names_a_file_and_may_ask_about_it(
    folder: Path, line: str, name: str, question: str
) -> None:
    asked, (file,) = read_command(line, folder)
    assert (asked, file.name, file.size_bytes) == (question, name, 3)
    assert file.ref == str(folder / name)


def test_an_absolute_path_is_taken(folder: Path) -> None:
    _, (file,) = read_command(f"/file {folder / 'barn.jpg'}", Path("/"))
    assert file.name == "barn.jpg"


@pytest.mark.parametrize(
    ("name", "kind", "media_type"),
    [
        ("barn.jpg", MediaKind.PICTURE, "image/jpeg"),
        ("photo.HEIC", MediaKind.PICTURE, "image/heic"),
        ("icon.svg", MediaKind.DOCUMENT, "image/svg+xml"),
        ("what", MediaKind.DOCUMENT, "application/octet-stream"),
    ],
)
def test_a_kind_is_known_by_the_ending(
    folder: Path, name: str, kind: MediaKind, media_type: str
) -> None:
    _, (file,) = read_command(f"/file {name}", folder)
    assert (file.kind, file.media_type) == (kind, media_type)


@pytest.mark.parametrize("line", ["/files", "/filed barn.jpg", "what is /file barn.jpg", "hello"])
def test_any_other_line_is_left_as_it_is(folder: Path, line: str) -> None:
    assert read_command(line, folder) == (line, ())


@pytest.mark.parametrize("line", ["/file none.jpg", "/file none.jpg why?", "/file .", '/file "x'])
def test_a_file_that_is_not_there_is_an_error(folder: Path, line: str) -> None:
    with pytest.raises(OSError, match=r".*"):
        read_command(line, folder)


@pytest.mark.parametrize("line", ["/file", "  /file "])
def test_a_line_without_a_path_asks_how(folder: Path, line: str) -> None:
    with pytest.raises(NoPath):
        read_command(line, folder)
