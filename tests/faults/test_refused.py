"""A document that the index refuses for what it is stands in nobody's way, and is not forgotten."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command

from catalog.models import SolutionPage
from search.entries import Entry
from search.indexing import indices, reindex
from search.models import OutboxRow
from tests.faults.site import Site, publish

pytestmark = pytest.mark.django_db(transaction=True)

Heal = Callable[[Site, SolutionPage], object]


@contextmanager
def unfit(page: SolutionPage, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Documents of this page have a field that the index does not know; the page's key."""
    key = f"solution:{page.pk}"
    document_of = indices.document_of

    def with_unknown_field(entry: Entry) -> dict:
        document = document_of(entry)
        return {**document, "colour": "red"} if entry.key == key else document

    with monkeypatch.context() as patch:
        patch.setattr(indices, "document_of", with_unknown_field)
        yield key


@pytest.fixture
def solution() -> SolutionPage:
    return SolutionPage.objects.listed().order_by("pk").first()


def change(page: SolutionPage) -> None:
    page.tagline = "一张工票，一处不落"
    publish(page)


@pytest.mark.parametrize(
    "heal",
    [
        lambda site, page: change(page),
        lambda site, page: site.check("--repair"),
        lambda site, page: page.unpublish(),
    ],
    ids=["the next change", "a repair", "taking it off"],
)
def test_it_is_set_aside_and_told_when_it_is_fit(
    heal: Heal, site: Site, solution: SolutionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unfit(solution, monkeypatch) as key:
        # The same batch holds its provider, renamed, and everything below.
        site.change_everything()
        site.work()
        assert set(OutboxRow.objects.values_list("key", "is_poison")) == {(key, True)}
        named = site.check()
        for index in site.targets:
            assert f"{index}: outdated: {key}" in named
            assert any(
                sentence.startswith(f"{index}: refused: {key}: strict_dynamic_mapping_exception")
                for sentence in named
            )
        assert all(key in sentence for sentence in named)
        # Others go on, and the cluster is still asked.
        site.edit(but=solution)
        assert site.check() == named
        assert site.asks_the_cluster(lambda: {site.client.get("/search/")["X-Search-Engine"]})
        # It is fit as little as before: a repair changes nothing.
        assert site.check("--repair") == named
    heal(site, SolutionPage.objects.get(pk=solution.pk))
    assert not OutboxRow.objects.exists()
    site.is_whole_again()


def test_a_new_index_does_without_it(
    site: Site,
    solution: SolutionPage,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture,
) -> None:
    """Otherwise there would never be an index again, once the one in use is lost."""
    before = site.live
    with unfit(solution, monkeypatch) as key:
        call_command("search_reindex", verbosity=0)
        assert site.live != before
        assert f"refused: {key}: strict_dynamic_mapping_exception" in capsys.readouterr().err
        assert f"{site.live} takes its place without a document: missing: {key}" in caplog.text
        assert f"{site.live}: missing: {key}" in site.check()
    site.check("--repair")
    site.is_whole_again()


def test_an_index_without_much_takes_no_ones_place(
    site: Site, solution: SolutionPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = site.indices(), site.live
    monkeypatch.setattr(reindex, "_FEW", 0)
    with (
        unfit(solution, monkeypatch) as key,
        pytest.raises(reindex.Incomplete, match=f"missing: {key}"),
    ):
        reindex.reindex()
    assert (site.indices(), site.live) == before
    site.is_whole_again()
