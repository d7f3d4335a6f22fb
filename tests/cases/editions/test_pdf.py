"""The PDF itself, made by the press of this machine and read with pypdf."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from cases.editions import building, machine, press
from cases.editions.issuing import issue_edition
from cases.editions.machine import Stopped
from cases.models import Booklet, CasePage
from catalog.models import Suspension
from tests.cases.editions.large import write_large
from tests.cases.editions.making import bureau, change_case, demo_edition

# What a booklet is made from is read in test_queue.py and test_issuing.py.
pytestmark = pytest.mark.any_database

# The county's own measure: 30 cases of 2,000 characters with 3 pictures each.
MOST_SECONDS, MOST_MEGABYTES = 60, 600


@pytest.fixture(scope="module", autouse=True)
def libraries() -> None:
    """What the press needs of the machine; without it the tests are skipped, in CI they fail."""
    if lacks := machine.missing_parts():
        reason = f"the press lacks {' '.join(lacks)}; install it with: {machine.INSTALLS}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def built() -> tuple[Booklet, PdfReader]:
    """The PDF of the demonstration's current issue, built as the clock does it."""
    issue = demo_edition().current_issue()
    building.order(issue)
    while building.build_waiting(timezone.now()):
        pass
    booklet = issue.booklets.get()
    return booklet, PdfReader(booklet.file.path)


def text_of(reader: PdfReader) -> str:
    """All text without white space, since lines are broken anywhere in Chinese."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def fonts_of(reader: PdfReader) -> Iterator[tuple[str, DictionaryObject]]:
    """Every font of the file with its descriptor."""
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            yield font["/BaseFont"], inner["/FontDescriptor"].get_object()


# -- the demonstration's booklet -------------------------------------------------------------------


@pytest.mark.usefixtures("demo_site")
class TestDemonstration:
    """Slow to build: one build serves what can be read in one file."""

    def test_the_pdf_is_what_the_bureau_hands_round(self) -> None:
        booklet, reader = built()
        issue = demo_edition().current_issue()
        cases = [row.content for row in issue.cases.all()]
        text = text_of(reader)

        # Every title in order, after the contents that name all of them.
        bodies = [page.extract_text() for page in reader.pages]
        contents = next(
            n for n, body in enumerate(bodies) if "目" in body and "目录" in squeezed(body)
        )
        rest = squeezed("".join(bodies[contents + 1 :]))
        places = [rest.index(squeezed(case["title"])) for case in cases]
        assert places == sorted(places)
        for case in cases:
            assert squeezed(case["title"]) in squeezed(bodies[contents])
            assert squeezed(case["enterprise"]["zh-hans"]) in text
            for figure in case["figures"]:
                assert squeezed(figure["source"]) in text
        assert squeezed(issue.content["editor"]) in squeezed(bodies[0])
        assert squeezed(cases[0]["note"]) in text
        for line in issue.content["disclaimers"]:
            assert squeezed(line) in squeezed(bodies[-1])
        assert "虚构" in squeezed(bodies[0])

        assert booklet.pages == len(reader.pages) == len(bodies)
        assert booklet.size == Path(booklet.file.path).stat().st_size
        self.check_contents(reader, cases, bodies[contents])
        self.check_fonts(reader)
        self.check_outline(reader, issue, cases)
        self.check_tags(reader)

    def check_contents(self, reader: PdfReader, cases: list[dict], contents: str) -> None:
        """The numbers in the contents are those at the foot of the pages they name."""
        lines = contents.splitlines()
        bodies = [squeezed(page.extract_text()) for page in reader.pages]
        for case in cases:
            line = next(line for line in lines if squeezed(case["title"]) in squeezed(line))
            number = int(re.search(r"(\d+)\s*$", line)[1])
            body = bodies[number - 1]
            assert squeezed(case["summary"]) in body
            assert (
                body.endswith(str(number)) or str(number) in reader.pages[number - 1].extract_text()
            )

    def check_fonts(self, reader: PdfReader) -> None:
        """All embedded, the Chinese one among them, and only the signs that are used."""
        fonts = dict(fonts_of(reader))
        assert any("CJK" in name or "Source-Han" in name for name in fonts)
        for name, descriptor in fonts.items():
            files = {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
            assert files, f"{name} is not embedded"
            assert re.match(r"/[A-Z]{6}\+", name), f"{name} is not a subset"
            size = len(descriptor[files.pop()].get_object().get_data())
            assert size < 2_000_000, f"{name}: {size} bytes"

    def check_outline(self, reader: PdfReader, issue, cases: list[dict]) -> None:
        """Bookmarks: front matter and chapters, below them the cases, below these their parts."""
        levels: dict[int, list[str]] = {}

        def walk(items, depth: int) -> None:
            for item in items:
                if isinstance(item, list):
                    walk(item, depth + 1)
                else:
                    levels.setdefault(depth, []).append(squeezed(item.title))

        walk(reader.outline, 0)
        chapters = [chapter["title"]["zh-hans"] for chapter in issue.content["chapters"]]
        assert [title for title in levels[0] if title in chapters] == chapters
        assert levels[1] == [squeezed(case["title"]) for case in cases]
        assert len(levels[2]) == 6 * len(cases)

    def check_tags(self, reader: PdfReader) -> None:
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 pypdf's own boolean
        assert root["/Lang"].lower().startswith("zh")
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        tree = root["/StructTreeRoot"]
        kinds, figures = set(), []

        def walk(element) -> None:
            element = element.get_object() if hasattr(element, "get_object") else element
            if not isinstance(element, DictionaryObject):
                return
            kind = element.get("/S")
            kinds.add(kind)
            if kind == "/Figure":
                figures.append(element.get("/Alt"))
            children = element.get("/K", [])
            for child in children if isinstance(children, list) else [children]:
                walk(child)

        walk(tree["/K"][0])
        assert {
            "/H1",
            "/H2",
            "/H3",
            "/P",
            "/Table",
            "/TH",
            "/TD",
            "/L",
            "/Link",
            "/Figure",
        } <= kinds
        assert figures
        assert all(figures), "a picture or a chart has no alternative text"
        assert reader.metadata.title.startswith(demo_edition().title)
        assert reader.metadata.author == demo_edition().editor
        assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()

    def test_two_builds_are_the_same_file(self) -> None:
        booklet, reader = built()
        first = Path(booklet.file.path).read_bytes()
        building.order(booklet.issue, anew=True)
        assert building.build_waiting(timezone.now()) == 1
        again = booklet.issue.booklets.get()
        assert again.pages == len(reader.pages)
        assert Path(again.file.path).read_bytes() == first

    def test_a_later_edit_of_a_case_changes_no_byte(self) -> None:
        booklet, _reader = built()
        first, mark = Path(booklet.file.path).read_bytes(), booklet.fingerprint
        case = booklet.issue.cases.first().case
        change_case(case, title="改过的标题", profile="<p>改过的概况</p>")
        for term in case.industries.all():
            term.label = "改过的产业链"
            term.save()
        assert building.build_waiting(timezone.now()) == 0
        building.order(booklet.issue, anew=True)
        building.build_waiting(timezone.now())
        again = booklet.issue.booklets.get()
        assert again.fingerprint == mark
        assert Path(again.file.path).read_bytes() == first

        issue_edition(booklet.collection, by=bureau())
        _booklet, reader = built()
        text = text_of(reader)
        assert "改过的标题" in text
        assert "改过的产业链" in text

    def test_a_case_that_left_is_not_in_it(self) -> None:
        case = CasePage.objects.get(slug="zhenzhi-xiaodan-kuaifan")
        Suspension.objects.create(page_id=case.pk, reason="测试")
        booklet, reader = built()
        text = text_of(reader)
        assert squeezed(case.title) not in text
        assert squeezed(case.enterprise_name) not in text
        assert str(timezone.localdate().year) in text
        assert booklet.left_out == [2]

    def test_a_draft_says_so_on_its_pages(self) -> None:
        edition = demo_edition()
        building.order_draft(edition, by=bureau())
        while building.build_waiting(timezone.now()):
            pass
        draft = PdfReader(edition.booklets.get(issue=None).file.path)
        issued = PdfReader(edition.booklets.get(issue__isnull=False).file.path)
        marks = re.compile(r"Draft|草稿")
        assert all(marks.search(squeezed(page.extract_text())) for page in draft.pages[1:3])
        assert not marks.search(text_of(issued))


# -- the press -------------------------------------------------------------------------------------


def measured(folder: Path) -> tuple[int, str, float, float]:
    """Run the press as the site does: its code, its words, processor seconds and megabytes.

    In a process of its own, so that no other child of the tests counts.
    """
    code = (
        "import resource, subprocess, sys\n"
        f"done = subprocess.run({machine.command(str(folder))!r}, capture_output=True, text=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
        "print(done.stdout[-200:], done.stderr[-2000:])\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
        env=machine.environment(),
    ).stdout
    first, _newline, rest = said.partition("\n")
    returned, seconds, megabytes = first.split()
    return int(returned), rest, float(seconds), float(megabytes)


def test_thirty_cases_are_set_in_a_minute_and_little_memory(tmp_path: Path) -> None:
    titles = write_large(tmp_path)
    code, said, seconds, megabytes = measured(tmp_path)
    assert code == 0, said
    reader = PdfReader(tmp_path / "booklet.pdf")
    print(f"{seconds:.1f} s, {megabytes:.0f} MB, {len(reader.pages)} pages")  # noqa: T201
    assert seconds < MOST_SECONDS
    assert megabytes < MOST_MEGABYTES
    text = text_of(reader)
    places = [text.rindex(squeezed(title)) for title in titles]
    assert places == sorted(places)
    images = sum(
        1
        for page in reader.pages
        for each in page["/Resources"].get("/XObject", {}).values()
        if each.get_object()["/Subtype"] == "/Image"
    )
    assert images >= 90


def small(folder: Path) -> Path:
    write_large(folder, cases=1, pictures=1)
    return folder


def change(folder: Path, edit: Callable[[str], str]) -> None:
    page = folder / "booklet.html"
    page.write_text(edit(page.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.jpg",
        "https://example.com/x.jpg",
        "file:///etc/passwd",
        "edition:../order.json",
        "edition:/etc/passwd",
        "edition:nothing.jpg",
        "/media/x.jpg",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
def test_nothing_but_the_editions_own_files_is_read(tmp_path: Path, address: str) -> None:
    folder = small(tmp_path)
    change(folder, lambda page: page.replace("edition:001000.jpg", address))
    with pytest.raises(Stopped) as stopped:
        machine.press(folder, lambda step: None)
    assert stopped.value.failure == Booklet.Failure.PICTURE


def test_links_lead_to_the_site_and_not_to_the_folder(tmp_path: Path) -> None:
    folder = small(tmp_path)
    change(folder, lambda page: page.replace("<p>前言。</p>", '<p><a href="/help/">帮助</a></p>'))
    machine.press(folder, lambda step: None)
    reader = PdfReader(folder / "booklet.pdf")
    targets = [
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    ]
    assert f"{settings.SITE_URL}/help/" in targets
    assert not [target for target in targets if "file" in target]


def test_progress_is_told_step_by_step(tmp_path: Path) -> None:
    steps: list[int] = []
    assert machine.press(small(tmp_path), steps.append) > 0
    assert steps == sorted(set(steps))
    assert steps[-1] == building.STEPS - 1


def test_a_press_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(machine, "PATIENCE", 0.2)
    with pytest.raises(Stopped) as stopped:
        machine.press(small(tmp_path), lambda step: None)
    assert stopped.value.failure == Booklet.Failure.SLOW


def test_a_press_that_wants_too_much_memory_ends_without_harm(tmp_path: Path, monkeypatch) -> None:
    """The same program with a limit that is far too low."""
    folder = small(tmp_path)
    source = (
        "import runpy, sys; sys.argv = ['press', sys.argv[1]]; from cases.editions import press; "
        f"press.ADDRESS_SPACE = {90 * 1024 * 1024}; sys.exit(press.main())"
    )
    monkeypatch.setattr(machine, "command", lambda *given: [sys.executable, "-c", source, *given])
    with pytest.raises(Stopped) as stopped:
        machine.press(folder, lambda step: None)
    assert stopped.value.failure in (Booklet.Failure.LARGE, Booklet.Failure.CRASHED)
    assert not (folder / "booklet.pdf").exists()


def test_a_press_that_breaks_is_told_apart(tmp_path: Path) -> None:
    folder = small(tmp_path)
    (folder / "order.json").write_text("{")
    with pytest.raises(Stopped) as stopped:
        machine.press(folder, lambda step: None)
    assert stopped.value.failure == Booklet.Failure.CRASHED


def test_the_press_gets_none_of_the_sites_secrets(monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setenv("DATABASE_URL", "postgres://x")
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(machine.environment())


@pytest.mark.parametrize(
    ("broken", "lack"),
    [
        ("raise OSError('cannot load library libpango-1.0-0')", press.PANGO),
        ("import weasyprint.text.ffi as ffi; ffi.harfbuzz_subset = None", press.SUBSET),
        ("press.FONTS = ('NoSuchFont',)", press.FONT),
    ],
)
def test_what_a_machine_lacks_is_named(broken: str, lack: str, tmp_path: Path) -> None:
    """The check's own program, with one thing taken away."""
    if lack == press.PANGO:
        folder = tmp_path / "weasyprint"
        folder.mkdir()
        (folder / "__init__.py").write_text(broken)
        before = (
            f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from cases.editions import press"
        )
    else:
        before = f"from cases.editions import press; {broken}"
    said = subprocess.run(
        [sys.executable, "-c", f"{before}; print(*press.lacking())"],
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
        env=machine.environment(),
    ).stdout
    assert said.split() == [lack]
    assert machine.sentences([lack])


def test_figures_are_drawn_from_the_frozen_numbers(tmp_path: Path) -> None:
    """A bar's length is its share of the longer one."""
    write_large(tmp_path, cases=1, pictures=1)
    page = (tmp_path / "booklet.html").read_text(encoding="utf-8")
    bars = re.findall(r'<rect width="([\d.]+)" height="6" fill="#0a529b"', page)
    widths = [float(length) for length in bars]
    # After is the larger number in each of them.
    assert widths == [100.0] * 5
