"""Cases that resemble a case: what they share, in which order, at what cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases.models import CasePage, CaseSolution
from cases.related import Related, related_cases

pytestmark = pytest.mark.usefixtures("demo_site")


def listed() -> list[CasePage]:
    return list(CasePage.objects.listed().order_by("pk"))


def unlike(page: CasePage) -> None:
    """Take away what a case could share."""
    for name in ("industries", "pain_points"):
        getattr(page, name).set([])
    page.save()
    CaseSolution.objects.filter(case=page, solution__isnull=False).delete()


def reason(page: CasePage, other: CasePage) -> str:
    with translation.override("en"):
        return next(one.why for one in related_cases(page) if one.case.pk == other.pk)


def test_they_say_what_they_share_and_never_are_the_case_itself():
    page = listed()[0]
    found: list[Related] = related_cases(page)
    assert found
    assert page.pk not in {one.case.pk for one in found}
    assert all(one.why for one in found)
    shown = Client().get(page.url).content.decode()
    assert all(one.case.title in shown and one.why in shown for one in found)


def test_the_industry_goes_before_the_matter():
    page, near, far = listed()
    for other in (page, near, far):
        unlike(other)
    industry, other_industry = list(page._meta.get_field("industries").related_model.objects.all())[
        :2
    ]
    points = list(page._meta.get_field("pain_points").related_model.objects.all()[:3])
    for one, industries, matters in (
        (page, [industry], points),
        (near, [industry], []),
        (far, [other_industry], points),
    ):
        one.industries.set(industries)
        one.pain_points.set(matters)
        one.save()
    assert [one.case.pk for one in related_cases(page)] == [near.pk, far.pk]
    with translation.override("en"):
        names = [industry.name, *(point.name for point in points)]
    assert reason(page, near) == f"Also {names[0]}"
    assert reason(page, far) == "Also about: " + ", ".join(names[1:])


def test_what_shares_nothing_is_not_related():
    page, other, last = listed()
    for one in (page, other, last):
        unlike(one)
    assert related_cases(page) == []


def test_a_solution_that_is_not_listed_makes_nothing_alike():
    page, other, last = listed()
    for one in (page, other, last):
        unlike(one)
    solution = CaseSolution._meta.get_field("solution").related_model.objects.listed().first()
    for one in (page, other):
        CaseSolution.objects.create(case=one, solution=solution, sort_order=0)
    assert [one.case.pk for one in related_cases(page)] == [other.pk]
    solution.unpublish()
    assert related_cases(page) == []


def test_equal_ones_stand_in_the_same_order_every_time():
    page = listed()[0]
    orders = {tuple(one.case.pk for one in related_cases(page)) for _again in range(3)}
    assert len(orders) == 1


def test_they_cost_the_same_for_any_number():
    page = listed()[0]
    with CaptureQueriesContext(connection) as all_of_them:
        found = related_cases(page)
    assert len(found) == 2
    CasePage.objects.exclude(pk__in=[page.pk, found[0].case.pk]).update(live=False)
    with CaptureQueriesContext(connection) as few:
        assert len(related_cases(page)) == 1
    # The names of a kind of which nothing is shared are not asked for.
    assert len(few) <= len(all_of_them) <= len(few) + 2


def test_a_case_that_is_not_public_yet_is_previewed_with_its_like():
    """Its author sees it in the preview, before anybody has listed it."""
    page = listed()[0]
    CasePage.objects.filter(pk=page.pk).update(live=False)
    assert related_cases(page)
