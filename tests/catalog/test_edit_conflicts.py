"""Two members editing at the same moment: nothing that was saved is lost unseen."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import rich_text

from cases.models import CasePage
from catalog.models import Indicator, ListingPage, SolutionPage
from tests.cases.scoring.making import complete_case
from tests.catalog.test_publication_gate import edit_form
from tests.pages import complete_draft, provider_of, signed_in

RICH = ("profile", "needs", "path_text", "results", "next_steps")
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def page(demo_site) -> SolutionPage:
    draft = complete_draft(provider_of("provider1"))
    draft.save_revision(user=get_user_model().objects.get(username="provider1"))
    return draft


def colleague() -> Client:
    """Another member of the same provider."""
    user = get_user_model().objects.create_user("colleague", first_name="同事")
    user.groups.add(provider_of("provider1").team.group)
    return signed_in("colleague")


def loaded(client: Client, page: ListingPage) -> dict:
    """The editor's form as a browser has it, with the marks of the version it was made from."""
    form = edit_form(client, page)
    latest = Page.objects.get(pk=page.pk).latest_revision
    if latest is not None:
        form |= {
            "loaded_revision_id": str(latest.pk),
            "loaded_revision_created_at": latest.created_at.isoformat(),
        }
    return form


def edit(page: ListingPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def latest_tagline(page: SolutionPage) -> str:
    return SolutionPage.objects.get(pk=page.pk).get_latest_revision_as_object().tagline


def test_the_later_save_is_refused_and_what_was_typed_stays(page):
    first, second = signed_in("provider1"), colleague()
    one, two = loaded(first, page), loaded(second, page)
    assert first.post(edit(page), one | {"tagline": "甲先保存。"}).status_code == 302
    response = second.post(edit(page), two | {"tagline": "乙后保存。"})
    assert response.status_code == 409
    body = response.content.decode()
    assert "乙后保存。" in body
    assert f"/admin/pages/{page.pk}/revisions/compare/" in body
    assert "data-w-autosave-interval-value" not in body
    assert latest_tagline(page) == "甲先保存。"
    # Having been told, the second one may save over it; the first version stays in the history.
    again = loaded(second, page) | {"tagline": "乙后保存。"}
    assert second.post(edit(page), again).status_code == 302
    assert latest_tagline(page) == "乙后保存。"
    kept = [revision.content["tagline"] for revision in page.revisions.all()]
    assert "甲先保存。" in kept


def test_handing_in_an_old_version_is_refused_too(page):
    first, second = signed_in("provider1"), colleague()
    one, two = loaded(first, page), loaded(second, page)
    first.post(edit(page), one | {"tagline": "甲先保存。"})
    submit = two | {"tagline": "乙提交。", "action-submit": "1"}
    assert second.post(edit(page), submit).status_code == 409
    assert SolutionPage.objects.get(pk=page.pk).current_workflow_state is None
    assert latest_tagline(page) == "甲先保存。"


def test_going_back_to_an_old_version_is_refused_after_a_newer_one(page):
    first, second = signed_in("provider1"), colleague()
    old = page.latest_revision_id
    one, two = loaded(first, page), loaded(second, page)
    first.post(edit(page), one | {"tagline": "甲先保存。"})
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old])
    assert second.post(revert, two).status_code == 409
    assert latest_tagline(page) == "甲先保存。"


def test_autosave_is_refused_too(page):
    first, second = signed_in("provider1"), colleague()
    one, two = loaded(first, page), loaded(second, page)
    first.post(edit(page), one | {"tagline": "甲先保存。"})
    answer = second.post(edit(page), two | {"tagline": "乙自动保存。"}, **JSON)
    assert answer.json()["error_code"] == "invalid_revision"
    assert latest_tagline(page) == "甲先保存。"


def test_a_version_that_autosave_rewrote_is_no_longer_the_loaded_one(page):
    first, second = signed_in("provider1"), colleague()
    one, two = loaded(first, page), loaded(second, page)
    answer = first.post(edit(page), one | {"tagline": "甲自动保存。"}, **JSON).json()
    rewritten = one | {"tagline": "甲又写。", "overwrite_revision_id": answer["revision_id"]}
    assert first.post(edit(page), rewritten, **JSON).json()["success"]
    two |= {"loaded_revision_id": str(answer["revision_id"])}
    assert second.post(edit(page), two | {"tagline": "乙后保存。"}).status_code == 409
    assert latest_tagline(page) == "甲又写。"


def test_a_row_that_may_stand_once_is_refused_where_another_version_has_it(demo_site):
    page = complete_case(provider_of("provider1"))
    before = page.indicators.count()
    first, second = signed_in("provider1"), colleague()
    typed = {name: rich_text("<p>一段。</p>") for name in RICH}
    one, two = loaded(first, page) | typed, loaded(second, page) | typed
    row = new_row(page, Indicator.objects.exclude(case_figures__case=page).first())
    assert first.post(edit(page), one | row).status_code == 302
    assert second.post(edit(page), two | row | {"summary": "乙的概括。"}).status_code == 409
    marks = {name: value for name, value in loaded(second, page).items() if "revision" in name}
    again = two | row | marks | {"summary": "乙的概括。"}
    response = second.post(edit(page), again)
    assert response.status_code == 409
    assert "乙的概括。" in response.content.decode()
    assert CasePage.objects.get(pk=page.pk).indicators.count() == before + 1


def new_row(page: CasePage, indicator: Indicator) -> dict[str, str]:
    """What the form of a case sends for one more figure."""
    number = page.indicators.count()
    return {
        "indicators-TOTAL_FORMS": str(number + 1),
        f"indicators-{number}-indicator": indicator.pk,
        f"indicators-{number}-before": "3",
        f"indicators-{number}-after": "2",
        f"indicators-{number}-period": "2025",
        f"indicators-{number}-source": "台账",
        f"indicators-{number}-id": "",
        f"indicators-{number}-ORDER": str(number + 1),
        f"indicators-{number}-DELETE": "",
    }


def test_the_first_version_of_a_page_that_had_none(demo_site):
    page = complete_draft(provider_of("provider1"), slug="never-saved")
    SolutionPage.objects.filter(pk=page.pk).update(latest_revision=None)
    page.revisions.all().delete()
    first, second = signed_in("provider1"), colleague()
    one, two = loaded(first, page), loaded(second, page)
    assert "loaded_revision_id" not in two
    first.post(edit(page), one | {"tagline": "甲先保存。"})
    assert second.post(edit(page), two | {"tagline": "乙后保存。"}).status_code == 409
    assert latest_tagline(page) == "甲先保存。"


def test_one_member_alone_is_never_in_the_way(page):
    member = signed_in("provider1")
    for number in range(3):
        form = loaded(member, page) | {"tagline": f"第{number}次。"}
        assert member.post(edit(page), form).status_code == 302
    assert latest_tagline(page) == "第2次。"


@pytest.mark.parametrize("odd", ["x", "0", "9" * 40, "-1", "²", ""])
def test_odd_marks_of_a_version_are_no_error(page, odd):
    member = signed_in("provider1")
    form = loaded(member, page) | {"tagline": "怪。", "loaded_revision_id": odd}
    assert member.post(edit(page), form).status_code in (302, 409)


@pytest.mark.django_db(transaction=True)
def test_two_saves_at_the_very_same_moment(demo_site):
    """One is kept and the other is told, however the two meet."""
    page = complete_draft(provider_of("provider1"), slug="same-moment")
    page.save_revision(user=get_user_model().objects.get(username="provider1"))
    clients = {"甲": signed_in("provider1"), "乙": colleague()}
    for number in range(3):
        forms = {name: loaded(client, page) for name, client in clients.items()}
        start, answers = Barrier(2), {}

        def save(
            name: str, number: int = number, forms=forms, start=start, answers=answers
        ) -> None:
            try:
                start.wait(30)
                form = forms[name] | {"tagline": f"{name}{number}。"}
                answers[name] = clients[name].post(edit(page), form).status_code
            finally:
                connections.close_all()

        threads = [Thread(target=save, args=(name,)) for name in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(answers.values()) == [302, 409]
        winner = next(name for name, status in answers.items() if status == 302)
        assert latest_tagline(page) == f"{winner}{number}。"
