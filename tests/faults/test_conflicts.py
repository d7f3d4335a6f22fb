"""Versions in the index that are higher than what is sent: proof of nothing by themselves."""

from collections.abc import Mapping

import pytest

from catalog.models import SolutionPage
from search.engines.elasticsearch.documents import document_of
from search.indexing import versions
from search.indexing.indices import Indices
from search.indexing.writers import IndexWriter
from search.models import SearchVersion
from search.reading import read_entries
from tests.faults.site import Site

pytestmark = pytest.mark.django_db(transaction=True)

A_DAY = 86_400 * 10**6


@pytest.fixture
def key() -> str:
    return f"solution:{SolutionPage.objects.listed().order_by('pk').first().pk}"


@pytest.fixture
def writer(site: Site, key: str) -> IndexWriter:
    """Of an index that holds another text of the document, under a version that nobody here drew.

    As it is when the database was restored from an older copy.
    """
    (entry,) = read_entries([key])
    site.cluster.index(
        index=site.live,
        id=key,
        document={**document_of(entry), "digest": "another"},
        version=SearchVersion.objects.get(key=key).version + A_DAY,
        version_type="external",
    )
    return IndexWriter(Indices(site.cluster), site.live)


def digest_of(writer: IndexWriter, key: str) -> str:
    return writer.indices.digests_of(writer.index, [key])[key]


def test_another_worker_has_taken_the_version_over(writer: IndexWriter, key: str) -> None:
    """It has met with it, or with a higher one, in the index before."""
    send = writer.prepare([key])
    version = SearchVersion.objects.get(key=key).version
    versions.raise_to({key: version + 2 * A_DAY})
    outcome = writer.resolve(send())
    assert (outcome.told, outcome.failed) == ({key}, {})
    (entry,) = read_entries([key])
    assert digest_of(writer, key) == entry.digest


def test_the_index_does_not_say_which_version_it_holds(
    writer: IndexWriter, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(self: Indices, index: str, keys: list[str]) -> Mapping[str, int]:
        return {}

    with monkeypatch.context() as patch:
        patch.setattr(Indices, "versions", unknown)
        outcome = writer.resolve(writer.prepare([key])())
    assert outcome.told == set()
    assert "higher version" in outcome.failed[key]
    outcome = writer.resolve(writer.prepare([key])())
    assert outcome.told == {key}
