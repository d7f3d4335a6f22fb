"""Sets one booklet as PDF, in a process of its own that may fail without harm.

    python -m cases.editions.press FOLDER     writes FOLDER/booklet.pdf
    python -m cases.editions.press --check    prints what this machine lacks

The folder holds ``booklet.html``, ``booklet.css``, ``order.json`` and the pictures that the page
names as ``edition:NAME``; nothing else is read, from no disk and no network. On standard output a
line ``step N`` tells each step that begins, and the last line is ``pages N``.

Standard library and WeasyPrint only: no settings, no database.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import resource
import sys
from pathlib import Path

# Limits of this process: processor time in seconds, address space in bytes.
CPU_SECONDS = 240
ADDRESS_SPACE = 1_600 * 1024 * 1024

# What ``--check`` prints, one a line: a library of the system, or the Chinese fonts.
PANGO, SUBSET, FONT = "pango", "subset", "font"
FONTS = ("NotoSansCJK", "NotoSansSC", "SourceHanSans")

SCHEME = "edition:"
FAMILY = '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"'
# Codes of failure beside Python's own 1.
TOO_LARGE, NO_PICTURE = 3, 4

_STEP = re.compile(r"Step (\d)")


class StepTeller(logging.Handler):
    """Says on standard output which of WeasyPrint's seven steps begins."""

    def emit(self, record: logging.LogRecord) -> None:
        if found := _STEP.match(record.getMessage()):
            say(f"step {found[1]}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fetcher(folder: Path):
    """What fetches for WeasyPrint: files of the folder by their bare names, and nothing else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: dict | None = None) -> URLFetcherResponse:
            name = url.removeprefix(SCHEME)
            file = folder / name
            if not url.startswith(SCHEME) or Path(name).name != name or not file.is_file():
                # A booklet with a hole would look as if it were meant so.
                raise FatalURLFetchingError(f"not of this edition: {url}")
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": "image/jpeg"})

    return OwnFiles()


def set_booklet(folder: Path) -> int:
    """Write the PDF of a folder; its number of pages."""
    from weasyprint import CSS, HTML

    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    options = {"pdf_variant": "pdf/ua-1", "pdf_identifier": order["fingerprint"].encode()}
    page = HTML(
        string=(folder / "booklet.html").read_text(encoding="utf-8"),
        base_url=order["site"],
        url_fetcher=fetcher(folder),
    )
    style = CSS(string=(folder / "booklet.css").read_text(encoding="utf-8"))
    document = page.render(stylesheets=[style], **options)
    document.write_pdf(folder / "booklet.pdf", **options)
    return len(document.pages)


def lacking() -> list[str]:
    """What a booklet needs of the machine and does not find."""
    try:
        from weasyprint import HTML
        from weasyprint.text.ffi import harfbuzz_subset
    except OSError:
        # WeasyPrint loads the libraries of the system when it is imported.
        return [PANGO]
    found = [] if harfbuzz_subset else [SUBSET]
    probe = HTML(string=f"<p style='font-family: {FAMILY.replace(chr(34), '')}'>中")
    written = probe.write_pdf(uncompressed_pdf=True).decode("latin-1")
    if not any(font in written for font in FONTS):
        found.append(FONT)
    return found


def limit() -> None:
    """Bind this process before anything large is loaded; it yields to whatever else runs."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    limit()
    if given.check:
        for name in lacking():
            say(name)
        return 0
    progress = logging.getLogger("weasyprint.progress")
    progress.setLevel(logging.INFO)
    progress.addHandler(StepTeller())
    try:
        say(f"pages {set_booklet(given.folder)}")
    except MemoryError:
        return TOO_LARGE
    return 0


if __name__ == "__main__":
    sys.exit(main())
