"""The facet of editions follows issues, re-issues, withdrawals and permissions, on each engine."""

import pytest
from wagtail.models import Page, PageViewRestriction

from cases.editions.issuing import issue_edition, withdraw_edition
from cases.models import CasePage, PublicationPermission
from search import Question, get_engine
from tests.cases.editions.making import DEMO, new_edition
from tests.search.settling import settle
from tests.search.test_following import agrees, engine  # noqa: F401 each engine in turn

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def first() -> CasePage:
    return CasePage.objects.listed().order_by("pk").first()


def found(**chosen: str) -> set[int]:
    """Primary keys of the cases that a choice of facets finds."""
    settle()
    question = Question(kind="case", chosen={key: (code,) for key, code in chosen.items()})
    answer = get_engine().ask(question)
    assert not answer.degraded
    return {hit.entry.pk for hit in answer.hits}


def test_issuing_and_taking_back_an_edition_reaches_the_facet() -> None:
    cases = list(CasePage.objects.listed().order_by("pk"))
    assert found(edition=DEMO) == {case.pk for case in cases}
    draft = new_edition(cases[0], cases[1], slug="rare")
    assert found(edition="rare") == set()

    issue_edition(draft, by=None)
    assert found(edition="rare") == {cases[0].pk, cases[1].pk}
    assert agrees()
    draft.entries = [entry for entry in draft.entries.all() if entry.case_id == cases[1].pk]
    draft.save_revision()
    issue_edition(draft, by=None)
    assert found(edition="rare") == {cases[1].pk}
    assert agrees()

    withdraw_edition(draft, by=None, reason="测试")
    assert found(edition="rare") == set()
    assert agrees()
    issue_edition(draft, by=None)
    assert found(edition="rare") == {cases[1].pk}


def test_a_private_edition_is_no_value_of_a_case(first: CasePage) -> None:
    page = Page.objects.get(slug=DEMO)
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert found(edition=DEMO) == set()
    assert agrees()
    restriction.delete()
    assert first.pk in found(edition=DEMO)
    assert agrees()


def test_a_permission_that_no_longer_stands_ends_the_facets_value(first: CasePage) -> None:
    permission = PublicationPermission.objects.standing().get(case=first)
    permission.content_mark = "another"
    permission.save()
    assert first.pk not in found(edition=DEMO)
    assert first.pk in found()
    assert agrees()
