"""The cut of the project, proved from its source."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each imports only what stands to its right.
CHAIN = ("marketplace", "search", "cases", "providers.matching", "providers", "catalog")

TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "Dockerfile",
    "Makefile",
    "README.md",
    "README.zh-CN.md",
    "compose.yaml",
    "manage.py",
    "pyproject.toml",
    "requirements.txt",
    "templates",
    "tests",
    *(app for app in CHAIN if "." not in app),
}
# Names of drawers, which say nothing of what lies in them.
DRAWERS = {"common", "helper", "helpers", "lib", "misc", "service", "services", "util", "utils"}

MATCHING = ("providers", "matching")
# A request's life, in its order, and what goes along with all of it.
MATCHING_STAGES = ("asking", "answering", "choosing", "working", "rating")
MATCHING_FOLDERS = {
    *MATCHING_STAGES,
    "advising",
    "calling",
    "keys",
    "oversight",
    "own_page",
    "personal_data",
    "score",
    "telling",
    # Where Django looks for them.
    "management",
    "migrations",
    "models",
    "templatetags",
}
# What answers a request of HTTP, and what gathers it for that.
PAGE = re.compile(r"(^|_)(views|panels|page|hooks)$")
# What every stage needs: the acts that change a request's state, who may do what, how it is said.
MATCHING_MODULES = {
    "__init__",
    "apps",
    "free_text",
    "lifecycle",
    "limits",
    "member_views",
    "office_frame",
    "officers",
    "urls",
    "wagtail_hooks",
    "wording",
}

ENGINE_MODULES = ("elasticsearch", "elastic_transport", "search.engines")
ENGINE_NAMES = re.compile(r"elastic_?search|\bfts5\b", re.IGNORECASE)

RELATIONS = {
    "ForeignKey",
    "ManyToManyField",
    "OneToOneField",
    "ParentalKey",
    "ParentalManyToManyField",
}

# What templates leave to the code: addresses come ready made, rows are fetched before.
NOT_IN_TEMPLATES = {
    "query string put together": re.compile(r"""[?&](amp;)?[\w-]*=?[^"'\s]*\{\{"""),
    "querystring tag": re.compile(r"\{%\s*querystring\b"),
    "address made of the request": re.compile(
        r"""(href|action|src|hx-[a-z-]+)=["'][^"']*\{\{[^}]*request\.(GET|META|get_full_path)"""
    ),
    "relation followed backwards": re.compile(r"\{[{%][^}]*\w+_set\b[^}]*[}%]\}"),
}


@cache
def project_files() -> tuple[Path, ...]:
    """Files of the project, without those that git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(
        sorted(Path(name) for name in set(listed.split("\0")) if name and (ROOT / name).exists())
    )


def owner(module: str) -> str | None:
    """The app that a dotted name belongs to; one in a folder of another is still its own."""
    for app in sorted(CHAIN, key=len, reverse=True):
        if module == app or module.startswith(f"{app}."):
            return app
    return None


def owner_of_file(path: Path) -> str | None:
    """The app that a source file belongs to."""
    return owner(".".join(path.with_suffix("").parts))


def app_sources() -> list[Path]:
    """The Python files of the apps."""
    return [path for path in project_files() if path.suffix == ".py" and owner_of_file(path)]


def called(node: ast.Call) -> str:
    """The last name of what is called: ``models.ForeignKey(...)`` is ForeignKey."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def text(node: ast.expr) -> str:
    """A constant string, or nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def reaches(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a file imports or binds to by a string, with its line."""
    package = path.parent.parts
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                # ``from providers import matching`` imports an app, not a name of providers.
                yield node.lineno, f"{source}.{alias.name}"
        elif isinstance(node, ast.Call) and node.args:
            first = text(node.args[0])
            if called(node) in {"import_module", "import_string"} and first:
                yield node.lineno, first
            elif called(node) in RELATIONS | {"get_model"} and first:
                label = first.partition(".")[0]
                yield node.lineno, "providers.matching" if label == "matching" else label


def test_every_app_imports_only_to_its_right() -> None:
    wrong = []
    for path in app_sources():
        here = owner_of_file(path)
        allowed = CHAIN[CHAIN.index(here) :]
        for line, name in reaches(path):
            there = owner(name)
            if there and there not in allowed:
                wrong.append(f"{path}:{line} {here} must not know {name}")
    assert not wrong, "\n".join(wrong)


def test_the_chain_is_really_read() -> None:
    """The rule above would also hold for files that it does not see."""
    seen = {owner_of_file(path) for path in app_sources()}
    assert seen == set(CHAIN)
    assert any(
        owner(name) == "catalog" and path.parts[0] == "providers"
        for path in app_sources()
        for _line, name in reaches(path)
    )


def test_a_request_has_one_folder_a_stage() -> None:
    inside = [path.parts[2:] for path in project_files() if path.parts[:2] == MATCHING]
    assert {parts[0] for parts in inside if len(parts) > 1} == MATCHING_FOLDERS
    assert {Path(parts[0]).stem for parts in inside if len(parts) == 1} == MATCHING_MODULES


def acts_of_matching() -> Iterator[tuple[str, Path, int, list[str]]]:
    """What the modules below a stage's pages import of matching: stage, file, line, the parts."""
    for path in app_sources():
        if path.parts[:2] != MATCHING or len(path.parts) < 4 or PAGE.search(path.stem):
            continue
        for line, name in reaches(path):
            parts = name.split(".")
            if tuple(parts[:2]) == MATCHING:
                yield path.parts[2], path, line, parts[2:]


def test_what_a_stage_does_knows_no_page() -> None:
    """So the clock, the demo and a page of another stage can do it as well."""
    # The preview of weights is a page that its model serves.
    wrong = [
        f"{path}:{line} imports {'.'.join(parts)}"
        for stage, path, line, parts in acts_of_matching()
        if stage != "models" and len(parts) > 1 and PAGE.search(parts[1])
    ]
    assert not wrong, "\n".join(wrong)


def test_a_stage_knows_none_that_comes_later() -> None:
    """Its pages may show what has followed."""
    wrong = [
        f"{path}:{line} imports {'.'.join(parts)}"
        for stage, path, line, parts in acts_of_matching()
        if stage in MATCHING_STAGES
        and parts[0] in MATCHING_STAGES[MATCHING_STAGES.index(stage) + 1 :]
    ]
    assert not wrong, "\n".join(wrong)
    assert any(
        stage == "rating" and parts[0] == "working" for stage, *_, parts in acts_of_matching()
    )


def test_migrations_depend_only_to_the_right() -> None:
    labels = {app.rpartition(".")[2]: app for app in CHAIN}
    wrong = []
    for path in app_sources():
        if "migrations" not in path.parts:
            continue
        here = owner_of_file(path)
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Tuple) and len(node.elts) == 2:
                there = labels.get(text(node.elts[0]))
                if there and CHAIN.index(there) < CHAIN.index(here):
                    wrong.append(f"{path}:{node.lineno} depends on {there}")
    assert not wrong, "\n".join(wrong)


def test_only_search_knows_the_engines() -> None:
    wrong = []
    for path in app_sources():
        if path.parts[0] == "search":
            continue
        wrong += [
            f"{path}:{line} imports {name}"
            for line, name in reaches(path)
            if name.startswith(ENGINE_MODULES)
        ]
    # The settings choose an engine and hold its address.
    knowing = {Path("marketplace/settings.py")}
    for path in project_files():
        if path.suffix not in {".py", ".html", ".js", ".css"} or path in knowing:
            continue
        if path.parts[0] in {"search", "tests"} or path.parts[:2] == ("templates", "search"):
            continue
        # Its scripts start servers; nothing of the site imports them.
        if path.parts[:2] == ("marketplace", "setup"):
            continue
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1):
            if ENGINE_NAMES.search(line):
                wrong.append(f"{path}:{number} names an engine: {line.strip()}")
    assert not wrong, "\n".join(wrong)


def templates() -> list[Path]:
    """The templates of the project."""
    return [path for path in project_files() if path.parts[0] == "templates"]


@pytest.mark.parametrize("pattern", NOT_IN_TEMPLATES.values(), ids=NOT_IN_TEMPLATES)
def test_templates_neither_build_query_strings_nor_ask_the_database(pattern: re.Pattern) -> None:
    wrong = [
        f"{path}:{number} {line.strip()}"
        for path in templates()
        for number, line in enumerate((ROOT / path).read_text("utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert not wrong, "\n".join(wrong)


def test_templates_lie_in_one_folder() -> None:
    strays = [path for path in project_files() if "templates" in path.parts[1:]]
    assert not strays


def test_top_level_holds_what_belongs_there() -> None:
    assert {path.parts[0] for path in project_files()} <= TOP_LEVEL


def test_files_are_named_for_what_they_hold() -> None:
    drawers = [
        path
        for path in project_files()
        if DRAWERS & {part.partition(".")[0].lower() for part in path.parts}
    ]
    assert not drawers


def test_no_file_grows_past_its_subject() -> None:
    """One that passes some 400 lines becomes a package with a file for each subject."""
    long = {
        str(path): lines
        for path in app_sources()
        if "migrations" not in path.parts
        and (lines := len((ROOT / path).read_text("utf-8").splitlines())) > 500
    }
    assert not long
