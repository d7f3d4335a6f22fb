"""Running the press: a process with limits, watched from outside, and what a machine lacks."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from cases.editions.press import FONT, PANGO, SUBSET, TOO_LARGE
from cases.models import Booklet

# Longer than any booklet may take (seconds of the clock).
PATIENCE = 300
CHECK_PATIENCE = 60

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
INSTALLS = f"sudo apt-get install {PACKAGES}"
MAKES = "make booklet-libraries"


class Stopped(Exception):
    """The press ended without a booklet: ``failure`` says why, the rest is for the log."""

    def __init__(self, failure: Booklet.Failure, details: str) -> None:
        self.failure = failure
        super().__init__(f"{failure.label} {details}".strip())


def missing_parts() -> list[str]:
    """What this machine lacks to make a PDF, as ``press`` names it; asked in a process of its own.

    Raises:
        Stopped: the check itself failed.
    """
    answer = subprocess.run(  # noqa: S603 our own program
        command("--check"),
        capture_output=True,
        text=True,
        timeout=CHECK_PATIENCE,
        check=False,
        cwd=settings.BASE_DIR,
        env=environment(),
    )
    if answer.returncode != 0:
        raise Stopped(Booklet.Failure.CRASHED, answer.stderr[-2000:])
    return answer.stdout.split()


def sentences(lacks: list[str]) -> list[str]:
    """What is missing, in words for whoever sees the button."""
    words = {
        PANGO: _("Pango, the library that sets the type"),
        SUBSET: _("HarfBuzz’s library for parts of fonts"),
        FONT: _("a Chinese font (Noto Sans CJK)"),
    }
    return [words[name] for name in lacks if name in words]


def press(folder: Path, tell: Callable[[int], None]) -> int:
    """Make the PDF of a folder; its number of pages. ``tell`` hears of every step that begins.

    Raises:
        Stopped: it failed, took too long, or needed too much memory.
    """
    log = folder / "press.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(  # noqa: S603 our own program
            command(str(folder)),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=settings.BASE_DIR,
            env=environment(),
        )
        watch = threading.Timer(PATIENCE, process.kill)
        watch.start()
        try:
            pages = follow(process, tell)
            code = process.wait()
        finally:
            watch.cancel()
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdout.close()
    if code == 0 and pages:
        return pages
    raise Stopped(reason(code, said := log.read_text(errors="replace")), said[-2000:])


def follow(process: subprocess.Popen, tell: Callable[[int], None]) -> int:
    """Read what the press says until it ends; the number of pages, 0 where it never said one."""
    pages, last = 0, 0
    for line in process.stdout:
        word, _space, number = line.strip().partition(" ")
        if word == "step" and int(number) > last:
            last = int(number)
            tell(last)
        elif word == "pages":
            pages = int(number)
    return pages


def reason(code: int, said: str) -> Booklet.Failure:
    """What stopped the press, by how it ended and its last words."""
    if code in (-9, -24):
        # Killed by the watch, or by the system for its processor time.
        return Booklet.Failure.SLOW
    if code == TOO_LARGE or "MemoryError" in said or "failed to allocate" in said:
        return Booklet.Failure.LARGE
    if "FatalURLFetchingError" in said:
        return Booklet.Failure.PICTURE
    return Booklet.Failure.CRASHED


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cases.editions.press", *arguments]


def environment() -> dict[str, str]:
    """What the press needs of the site's environment; none of its secrets."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}
