"""Every string that a visitor sees is English in the source and has its Chinese translation."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.test_architecture import ROOT, project_files, templates

LANGUAGES = ("zh_Hans",)
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# A language is named in itself.
OWN_NAMES = ("简体中文", "中文")


def catalog_path(language: str) -> Path:
    return Path("marketplace") / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(catalog: Catalog) -> list[Message]:
    """The entries of a catalogue without its header."""
    return [message for message in catalog if message.id]


def forms(message: Message) -> list[str]:
    """The translations of an entry: one, or one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.fixture(scope="module", params=LANGUAGES)
def collected(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    system_tool: Callable[[str, str], Path],
) -> Catalog:
    """The catalogue as ``make translations`` would leave it, made in a copy of the project."""
    system_tool("xgettext", "gettext")
    copy = tmp_path_factory.mktemp("project")
    for path in project_files():
        if path.parts[0] != "tests":
            (copy / path.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy / path)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", request.param, "--no-wrap"],
        cwd=copy,
        env={
            **os.environ,
            "DATA_DIR": str(copy / "var"),
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return read(copy / catalog_path(request.param))


def test_nothing_is_untranslated(collected: Catalog) -> None:
    missing = [
        f"{message.locations[:1]} {message.id}"
        for message in entries(collected)
        if not all(forms(message))
    ]
    assert not missing, "\n".join(missing)


def test_nothing_is_fuzzy(collected: Catalog) -> None:
    fuzzy = [f"{message.id} → {message.string}" for message in entries(collected) if message.fuzzy]
    assert not fuzzy, "\n".join(fuzzy)


def test_nothing_is_obsolete(collected: Catalog) -> None:
    assert not collected.obsolete, "\n".join(str(key) for key in collected.obsolete)


def test_placeholders_are_kept(collected: Catalog) -> None:
    wrong = [f"{message.id}: {error}" for message, errors in collected.check() for error in errors]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_source_strings_are_english(language: str) -> None:
    chinese = [
        message.id for message in entries(read(ROOT / catalog_path(language))) if han(message.id)
    ]
    assert not chinese


def han(text: str | tuple[str, ...]) -> bool:
    """Whether a string, or any of its plural forms, has Chinese other than a language's name."""
    joined = text if isinstance(text, str) else " ".join(text)
    for name in OWN_NAMES:
        joined = joined.replace(name, "")
    return HAN.search(joined) is not None


def test_templates_hold_no_chinese() -> None:
    """What is not marked for translation would show in both languages."""
    found = [
        f"{path}:{number} {line.strip()}"
        for path in templates()
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1)
        if han(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_compiled_catalogue_is_up_to_date(language: str) -> None:
    """The tests of the pages read what `make` compiles from the catalogue."""
    source = ROOT / catalog_path(language)
    compiled = source.with_suffix(".mo")
    assert compiled.exists(), "run make test, which compiles the translations"
    assert compiled.stat().st_mtime >= source.stat().st_mtime
