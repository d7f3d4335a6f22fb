"""A search engine that cannot work is named before the site starts."""

from types import SimpleNamespace

import pytest
from django.core.checks import WARNING
from elasticsearch import TransportError, UnsupportedProductError

from catalog.models import SolutionPage
from search import building, checks, get_engine
from search.links import Links
from search.question import Question, pages_of


def test_an_unknown_engine_is_named(settings) -> None:
    settings.SEARCH_ENGINE = "sphinx"
    (error,) = checks.check_engine()
    assert error.id == "search.E001"
    with pytest.raises(LookupError, match="sphinx"):
        get_engine()


def test_sqlite_without_full_text_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_has_fts5", lambda: False)
    assert [error.id for error in checks.check_engine()] == ["search.E002"]


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


# -- Elasticsearch ---------------------------------------------------------------------------------


@pytest.fixture
def with_cluster(settings, monkeypatch: pytest.MonkeyPatch):
    """The settings of a site with Elasticsearch, whose server answers what the test says."""
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URL = "http://user:secret@127.0.0.1:9200"

    def answers(answer: dict | Exception) -> None:
        def info() -> dict:
            if isinstance(answer, Exception):
                raise answer
            return answer

        client = SimpleNamespace(info=info)
        client.options = lambda **kwargs: client
        monkeypatch.setattr("search.engines.elasticsearch.client.connect", lambda: client)

    answers({"version": {"number": "8.19.13"}})
    return answers


def test_a_fitting_server_is_no_cause_for_words(with_cluster) -> None:
    assert checks.check_engine() == []


def test_a_server_too_old_is_named(with_cluster) -> None:
    with_cluster({"version": {"number": "7.17.0"}})
    (error,) = checks.check_engine()
    assert error.id == "search.E004"
    assert "7.17.0" in error.msg


def test_another_product_is_named(with_cluster) -> None:
    with_cluster(UnsupportedProductError("not Elasticsearch", meta=None, body=None))
    (error,) = checks.check_engine()
    assert error.id == "search.E004"


def test_a_server_that_does_not_answer_is_named_and_stops_nothing(with_cluster) -> None:
    with_cluster(TransportError("refused"))
    (warning,) = checks.check_engine()
    assert (warning.id, warning.level) == ("search.W001", WARNING)
    assert "http://…@127.0.0.1:9200" in warning.msg
    assert "secret" not in warning.msg


@pytest.mark.parametrize(
    "wrong",
    [
        {"ELASTICSEARCH_URL": "localhost:9200"},
        {"ELASTICSEARCH_URL": "ftp://localhost"},
        {"ELASTICSEARCH_URL": " , "},
        {"ELASTICSEARCH_URL": "http://localhost:9200,localhost:9201"},
        {"ELASTICSEARCH_URL": "http://[localhost:9200"},
        {"ELASTICSEARCH_CA_CERTS": "/no/such/file.pem"},
        # A folder holds certificates under names that nothing here makes.
        {"ELASTICSEARCH_CA_CERTS": "/"},
        {"ELASTICSEARCH_INDEX": "Market"},
        {"ELASTICSEARCH_INDEX": ""},
        {"ELASTICSEARCH_INDEX": "a b"},
        {"ELASTICSEARCH_USERNAME": "reader"},
        {
            "ELASTICSEARCH_API_KEY": "key",
            "ELASTICSEARCH_USERNAME": "u",
            "ELASTICSEARCH_PASSWORD": "p",
        },
    ],
)
def test_a_wrong_configuration_is_named(with_cluster, settings, wrong: dict[str, str]) -> None:
    for name, value in wrong.items():
        setattr(settings, name, value)
    (error,) = checks.check_engine()
    assert error.id == "search.E003"
    assert any(name in error.msg for name in wrong)


def test_several_addresses_are_no_cause_for_words(with_cluster, settings) -> None:
    settings.ELASTICSEARCH_URL = "https://one.test:9200, https://two.test:9200"
    assert checks.check_engine() == []
    with_cluster({"version": {"number": "7.17.0"}})
    (error,) = checks.check_engine()
    assert settings.ELASTICSEARCH_URL in error.msg


@pytest.mark.parametrize(
    "url",
    [
        "ftp://elastic:s3cret@one.test",
        "elastic:s3cret@one.test",
        "http://one.test:9200,ftp://elastic:s3,cr@et@two.test",
    ],
)
def test_a_password_in_a_wrong_address_is_not_printed(with_cluster, settings, url: str) -> None:
    settings.ELASTICSEARCH_URL = url
    (error,) = checks.check_engine()
    assert error.id == "search.E003"
    assert "…@" in error.msg
    assert not any(part in error.msg for part in ("s3", "cr", "et@"))


def test_a_listing_without_a_builder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_builders() == []
    monkeypatch.setattr(building, "MODELS", {"solution": SolutionPage})
    found = checks.check_builders()
    assert {error.id for error in found} == {"search.E005"}
    assert "ProviderPage" in " ".join(error.msg for error in found)
