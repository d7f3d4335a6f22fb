"""Criteria as dated versions: seeded, checked as a whole, fixed once in force or used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import ScoringCriterion, ScoringScheme
from cases.scoring.seeding import seed_criteria
from tests.cases.scoring.making import opened
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

LIST = "wagtailsnippets_cases_scoringscheme:list"
COPY = "wagtailsnippets_cases_scoringscheme:copy"
EDIT = "wagtailsnippets_cases_scoringscheme:edit"
ADD = "wagtailsnippets_cases_scoringscheme:add"


def in_force() -> ScoringScheme:
    return ScoringScheme.objects.in_force()


def tomorrow():
    return timezone.localdate() + timedelta(days=1)


def test_six_criteria_are_seeded_with_the_weights_of_the_proposal_and_once_only():
    found = {row.code: row.weight for row in in_force().criteria.all()}
    assert list(found.items()) == [
        ("effectiveness", 30),
        ("innovation", 20),
        ("replicability", 20),
        ("scalability", 15),
        ("demonstration", 10),
        ("cost_benefit", 5),
    ]
    assert in_force().is_balanced
    assert all(row.anchor_0 and row.anchor_5 and row.anchor_10 for row in in_force().criteria.all())
    assert seed_criteria() == 0


def form(scheme: ScoringScheme, **changed: object) -> dict:
    """What the editor sends for a version with these criteria."""
    rows = list(scheme.criteria.all())
    data = {
        "effective_on": str(scheme.effective_on),
        "note": scheme.note,
        "criteria-TOTAL_FORMS": str(len(rows)),
        "criteria-INITIAL_FORMS": "0",
        "criteria-MIN_NUM_FORMS": "1",
        "criteria-MAX_NUM_FORMS": "1000",
    }
    names = "code name weight question anchor_0 anchor_5 anchor_10".split()
    for place, row in enumerate(rows):
        data |= {f"criteria-{place}-{name}": str(getattr(row, name)) for name in names}
        data |= {
            f"criteria-{place}-id": "",
            f"criteria-{place}-ORDER": str(place + 1),
            f"criteria-{place}-DELETE": "",
        }
    return data | changed


def test_the_bureau_adds_a_version_from_tomorrow_on():
    response = signed_in("bureau").post(reverse(ADD), form(in_force().as_next()))
    assert response.status_code == 302, response.context["form"].errors
    added = ScoringScheme.objects.get(effective_on=tomorrow())
    assert added.criteria.count() == 6
    assert in_force() != added
    assert ScoringScheme.objects.in_force(tomorrow()) == added


@pytest.mark.parametrize(
    ("changed", "is_right"),
    [
        ({"criteria-0-weight": "29"}, False),
        ({"criteria-0-weight": "31"}, False),
        ({"criteria-5-DELETE": "1"}, False),
        ({"criteria-5-DELETE": "1", "criteria-0-weight": "35"}, True),
        ({"criteria-0-weight": "25", "criteria-1-weight": "25"}, True),
        ({"criteria-0-weight": "0", "criteria-1-weight": "50"}, False),
        ({"criteria-0-weight": ""}, False),
        ({"effective_on": ""}, False),
    ],
)
def test_weights_make_100(changed, is_right):
    response = signed_in("bureau").post(reverse(ADD), form(in_force().as_next(), **changed))
    assert (response.status_code == 302) == is_right
    assert ScoringScheme.objects.exclude(pk=in_force().pk).exists() == is_right


def test_the_past_and_today_are_no_day_to_begin():
    for day in (timezone.localdate(), timezone.localdate() - timedelta(days=1)):
        data = form(in_force().as_next(), effective_on=str(day))
        assert signed_in("bureau").post(reverse(ADD), data).status_code == 200
    assert ScoringScheme.objects.count() == 1


def test_what_is_in_force_or_was_scored_by_stays_as_it_is():
    assert in_force().is_fixed()
    with pytest.raises(ValidationError):
        in_force().clean()
    later = in_force().as_next()
    later.save()
    assert not later.is_fixed()
    later.clean()
    scoring = opened()
    type(scoring).objects.filter(pk=scoring.pk).update(scheme=later)
    assert later.is_fixed()


def test_the_editor_refuses_a_version_in_force():
    scheme = in_force()
    address = reverse(EDIT, args=[scheme.pk])
    data = form(scheme, note="改动")
    assert signed_in("bureau").post(address, data).status_code == 200
    assert ScoringScheme.objects.get(pk=scheme.pk).note == scheme.note


def test_a_copy_begins_with_the_same_criteria():
    response = signed_in("bureau").get(reverse(COPY, args=[in_force().pk]))
    assert response.status_code == 200
    assert "成效显著" in page_text(response)
    assert str(tomorrow()) in page_text(response)


def test_a_criterion_stands_once_and_weighs_something():
    criterion = in_force().criteria.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoringCriterion.objects.create(
            scheme_id=criterion.scheme_id,
            code=criterion.code,
            name="x",
            weight=1,
            anchor_0="a",
            anchor_5="b",
            anchor_10="c",
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoringCriterion.objects.filter(pk=criterion.pk).update(weight=0)


@pytest.mark.parametrize("username", ["committee", "lead", "expert", "provider1"])
def test_nobody_but_the_bureau_sets_criteria(username):
    client = signed_in(username)
    assert client.post(reverse(ADD), form(in_force().as_next())).status_code in (302, 404)
    assert ScoringScheme.objects.count() == 1


# -- the public page ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_rule_is_public(language):
    client = Client()
    client.cookies["django_language"] = language
    response = client.get("/scoring/")
    assert response.status_code == 200
    text = page_text(response)
    for criterion in in_force().criteria.all():
        assert criterion.name in text
        assert criterion.anchor_10 in text


def test_a_version_to_come_is_shown_before_its_day_and_previewed_before_it_is_saved():
    later = in_force().as_next()
    later.note = "下一版说明"
    later.save()
    assert "下一版说明" in page_text(Client().get("/scoring/"))
    draft = in_force().as_next()
    draft.effective_on += timedelta(days=1)
    draft.note = "还没保存的说明"
    request = Client().get("/scoring/").wsgi_request
    assert "还没保存的说明" in draft.serve_preview(request, "").content.decode()
    assert "还没保存的说明" not in page_text(Client().get("/scoring/"))


def test_the_rule_reads_as_many_rows_however_many_versions(django_assert_max_num_queries):
    for days in range(1, 6):
        later = in_force().as_next()
        later.effective_on += timedelta(days=days)
        later.save()
    Client().get("/scoring/")
    with django_assert_max_num_queries(40):
        Client().get("/scoring/")


def test_it_stands_in_site_map_and_robots():
    client = Client()
    assert "/scoring/" in client.get("/sitemap.xml").content.decode()
    assert "/scoring/" in page_text(client.get("/sitemap/"))
    robots = client.get("/robots.txt").content.decode()
    assert "Allow: /scoring/$" in robots
    assert "Disallow: /scoring/" in robots


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_rule_is_only_read(method):
    assert getattr(Client(), method)("/scoring/").status_code == 405
