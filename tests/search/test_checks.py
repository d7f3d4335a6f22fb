"""A search engine that cannot work is named before the site starts."""

import pytest

from search import checks, get_engine
from search.links import Links
from search.question import Question, pages_of


def test_an_unknown_engine_is_named(settings) -> None:
    settings.SEARCH_ENGINE = "sphinx"
    (error,) = checks.check_engine()
    assert error.id == "search.E001"
    with pytest.raises(LookupError, match="sphinx"):
        get_engine()


def test_another_database_needs_another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.checks.connection.vendor", "postgresql")
    (error,) = checks.check_engine()
    assert error.id == "search.E002"
    assert "postgresql" in error.msg


def test_sqlite_without_full_text_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_has_fts5", lambda: False)
    assert [error.id for error in checks.check_engine()] == ["search.E003"]


def test_all_is_well_here() -> None:
    assert checks.check_engine() == []


def test_links_keep_what_was_asked() -> None:
    question = Question(
        "a&b=排", "solution", {"industry": ("food", "steel"), "price": ("0-5",)}, "price", 3
    )
    links = Links("/solutions/", question)
    base = "q=a%26b%3D%E6%8E%92"
    assert links.here() == (
        f"/solutions/?{base}&industry=food&industry=steel&price=0-5&sort=price&page=3"
    )
    assert links.without("industry", "food") == (
        f"/solutions/?{base}&industry=steel&price=0-5&sort=price"
    )
    assert links.without("industry") == f"/solutions/?{base}&price=0-5&sort=price"
    assert links.with_text("") == "/solutions/?industry=food&industry=steel&price=0-5&sort=price"
    assert links.without_facets() == f"/solutions/?{base}&sort=price"
    assert links.to_kind("case", "/cases/") == f"/cases/?{base}&industry=food&industry=steel"
    assert Links("/search/", Question()).here() == "/search/"


@pytest.mark.parametrize(("total", "pages"), [(0, 1), (1, 1), (20, 1), (21, 2), (10**6, 500)])
def test_pages_of_a_total(total: int, pages: int) -> None:
    assert pages_of(total) == pages
