"""Outside experts: invited, in their term, ended; they reach their own score sheets only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import admin_menu

from cases.models import DeclaredTies, OutsideExpert, ScoringRound
from cases.office_menu import cases_menu
from cases.scoring import experts
from cases.scoring.access import EXPERT_MENU
from cases.scoring.entry import possible_reviewers
from catalog.models import Evidence
from marketplace.due import end_experts
from marketplace.roles import EXPERTS
from providers import notices
from providers.models import Notice, NoticeKind, ProviderPage
from providers.withdrawal.subtree import ActRefused
from tests.cases.scoring.making import another_expert, asked, opened, user
from tests.pages import page_text, provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

EMAIL = "expert@example.com"
PASSWORD = "zhuanjia-pingshen-2026"
NO_TIES = {"providers": [], "enterprises": [], "organisations": ""}


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def invited(**changed) -> OutsideExpert:
    said = {
        "name": "演示专家",
        "email": EMAIL,
        "organisation": "演示研究院",
        "ends_on": in_days(30),
        "ties": NO_TIES,
    }
    return experts.invite(**said | changed, by=user("bureau"))


def link_of(expert: OutsideExpert) -> str:
    return notices.compose(Notice.objects.filter(user=expert.user_id).latest("pk")).link


def followed(expert: OutsideExpert) -> Client:
    client = Client()
    response = client.get(link_of(expert).removeprefix("http://testserver"))
    assert response.status_code == 302
    return client


def accept(client: Client, username: str = "zhuanjia", password: str = PASSWORD):
    data = {"username": username, "password1": password, "password2": password}
    return client.post(reverse("expert_accept"), data)


# -- invited --------------------------------------------------------------------------------------


def test_the_bureau_invites_by_form_and_the_link_is_mailed(django_capture_on_commit_callbacks):
    data = {
        "name": "演示专家",
        "email": EMAIL,
        "organisation": "演示研究院",
        "ends_on": str(in_days(30)),
        "providers": [provider_of("provider2").pk],
        "organisations": "演示庚厂",
    }
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in("bureau").post(reverse("scoring_expert_invite"), data)
    assert response.status_code == 302
    expert = OutsideExpert.objects.get(user__email=EMAIL)
    ties = DeclaredTies.objects.get(user=expert.user)
    assert list(ties.providers.all()) == [provider_of("provider2")]
    assert ties.organisations == "演示庚厂"
    (letter,) = [each for each in mail.outbox if EMAIL in each.to]
    assert expert.token in letter.body
    assert not expert.user.has_usable_password()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"email": "x"},
        {"organisation": ""},
        {"ends_on": ""},
        {"ends_on": "2020-01-01"},
    ],
)
def test_what_is_missing_is_said_and_nobody_invited(changed):
    data = {
        "name": "演示专家",
        "email": EMAIL,
        "organisation": "演示研究院",
        "ends_on": str(in_days(30)),
    }
    response = signed_in("bureau").post(reverse("scoring_expert_invite"), data | changed)
    assert response.status_code == 422
    assert not OutsideExpert.objects.filter(user__email=EMAIL).exists()


def test_who_has_an_account_is_not_invited():
    get_user_model().objects.create_user("taken", email=EMAIL.upper(), password=PASSWORD)
    with pytest.raises(ActRefused):
        invited()


def test_the_expert_chooses_name_and_password_once_and_is_in():
    expert = invited()
    client = followed(expert)
    assert accept(client).status_code == 302
    expert.refresh_from_db()
    assert expert.user.username == "zhuanjia"
    assert expert.accepted_at
    assert client.get(reverse("scoring_own")).status_code == 200
    assert Client().login(username="zhuanjia", password=PASSWORD)
    again = followed(expert)
    assert again.get(reverse("expert_accept")).status_code == 410
    assert accept(again, "another").status_code == 410


@pytest.mark.parametrize(
    ("username", "password"), [("", PASSWORD), ("bureau", PASSWORD), ("zhuanjia", "123")]
)
def test_a_wrong_answer_is_said_and_makes_no_account(username, password):
    expert = invited()
    assert accept(followed(expert), username, password).status_code == 422
    expert.refresh_from_db()
    assert expert.accepted_at is None


def test_a_link_opens_nothing_once_it_is_old_or_renewed_or_the_term_over():
    expert = invited()
    old = followed(expert)
    address = link_of(expert)
    OutsideExpert.objects.filter(pk=expert.pk).update(
        link_expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert old.get(reverse("expert_accept")).status_code == 410
    experts.send_again(expert, by=user("bureau"))
    assert old.get(reverse("expert_accept")).status_code == 404
    assert Client().get(address).status_code == 404
    expert.refresh_from_db()
    new = followed(expert)
    assert new.get(reverse("expert_accept")).status_code == 200
    experts.end_term(expert, by=user("bureau"))
    assert new.get(reverse("expert_accept")).status_code == 410
    with pytest.raises(ActRefused):
        experts.send_again(expert, by=user("bureau"))


def test_a_page_without_a_link_is_none():
    assert Client().get(reverse("expert_accept")).status_code == 404
    assert Client().get(reverse("expert_invitation", args=["0" * 40])).status_code == 404


# -- the term -------------------------------------------------------------------------------------


def set_end(username: str, days: int) -> None:
    OutsideExpert.objects.filter(user__username=username).update(ends_on=in_days(days))


def test_the_last_day_counts_and_the_day_after_nobody_signs_in(settings):
    set_end("expert", 0)
    known = {"username": "expert", "password": settings.DEMO_PASSWORD}
    assert Client().login(**known)
    assert user("expert") in possible_reviewers()
    set_end("expert", -1)
    assert not Client().login(**known)
    assert user("expert") not in possible_reviewers()


def test_an_open_session_ends_with_the_term():
    client = signed_in("expert")
    assert client.get(reverse("scoring_own")).status_code == 200
    set_end("expert", -1)
    response = client.get(reverse("scoring_own"))
    assert response.status_code == 302
    assert "/login/" in response.url


def test_the_clock_closes_the_account_once():
    now = timezone.now()
    assert end_experts(now) == 0
    set_end("expert", -1)
    assert end_experts(now) == 1
    assert end_experts(now) == 0
    closed = user("expert")
    assert not closed.is_active
    assert not closed.has_usable_password()


def test_the_bureau_ends_a_term_at_once_and_opens_it_again():
    expert = OutsideExpert.objects.get(user__username="expert")
    client = signed_in("expert")
    page = signed_in("bureau").post(reverse("scoring_expert_end", args=[expert.pk]))
    assert page.status_code == 302
    assert client.get(reverse("scoring_own")).status_code == 302
    data = {"organisation": expert.organisation, "ends_on": str(in_days(9))}
    page = signed_in("bureau").post(reverse("scoring_expert", args=[expert.pk]), data)
    assert page.status_code == 302
    expert.refresh_from_db()
    assert expert.is_in_term
    assert user("expert").is_active
    # A closed account has no password: a link lets its owner choose one.
    assert Notice.objects.filter(user=expert.user, kind=NoticeKind.EXPERT_INVITED).exists()
    assert accept(followed(expert), "expert").status_code == 302


def test_sheets_of_an_expert_whose_term_is_over_stay_and_count():
    scoring = ScoringRound.objects.filter(outcome="shortlisted").first()
    totals = [row.total for row in scoring.reviewers.get(user=user("expert")).sheets.all()]
    set_end("expert", -1)
    end_experts(timezone.now())
    assert [row.total for row in scoring.reviewers.get(user=user("expert")).sheets.all()] == totals


def test_ties_are_kept_by_the_bureau_for_experts_and_officers():
    expert = another_expert("second")
    provider = provider_of("provider2")
    data = {
        "organisation": "演示研究院",
        "ends_on": str(in_days(9)),
        "providers": [provider.pk],
        "organisations": "",
    }
    address = reverse("scoring_expert", args=[expert.pk])
    assert signed_in("bureau").post(address, data).status_code == 302
    assert list(expert.user.declared_ties.providers.all()) == [provider]
    address = reverse("scoring_ties", args=[user("committee").pk])
    assert signed_in("bureau").post(address, {"organisations": "演示庚厂"}).status_code == 302
    assert user("committee").declared_ties.organisations == "演示庚厂"
    for username in ("provider1", "expert"):
        address = reverse("scoring_ties", args=[user(username).pk])
        assert signed_in("bureau").get(address).status_code == 404


@pytest.mark.parametrize("username", ["committee", "lead", "expert", "provider1"])
def test_nobody_but_the_bureau_keeps_experts(username):
    client = signed_in(username)
    expert = OutsideExpert.objects.get(user__username="expert")
    for name, args in (
        ("scoring_experts", []),
        ("scoring_expert_invite", []),
        ("scoring_expert", [expert.pk]),
        ("scoring_expert_end", [expert.pk]),
        ("scoring_expert_again", [expert.pk]),
        ("scoring_ties", [user("committee").pk]),
    ):
        address = reverse(name, args=args)
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404
    expert.refresh_from_db()
    assert expert.is_in_term


# -- what an expert reaches -----------------------------------------------------------------------


def test_the_group_may_enter_and_nothing_else():
    rights = Permission.objects.filter(group__name=EXPERTS)
    assert list(rights.values_list("codename", flat=True)) == ["access_admin"]
    assert not user("expert").has_perm("cases.view_scoringround")


def test_an_experts_menu_holds_its_own_part_only():
    response = signed_in("expert").get(reverse("wagtailadmin_home"))
    assert reverse("scoring_own") in page_text(response)
    request = response.wsgi_request
    assert {item.name for item in admin_menu.menu_items_for_request(request)} == EXPERT_MENU
    assert {item.name for item in cases_menu.menu_items_for_request(request)} == {"scoring-own"}


def test_an_expert_reads_the_case_with_its_proofs_and_no_other():
    scoring = opened()
    asked(scoring, "expert")
    client = signed_in("expert")
    proof = Evidence.objects.filter(page_id=scoring.case_id).first()
    other = Evidence.objects.exclude(page_id=scoring.case_id).first()
    assert client.get(reverse("scoring_reading", args=[scoring.pk])).status_code == 200
    assert client.get(reverse("scoring_reading_preview", args=[scoring.pk])).status_code == 200
    foreign = reverse("scoring_reading_proof", args=[scoring.pk, other.pk])
    assert client.get(foreign).status_code == 404
    # The file of the test does not lie in the storage; the demonstration's does.
    assert proof.file
    demo = ScoringRound.objects.exclude(pk=scoring.pk).first()
    own = Evidence.objects.filter(page_id=demo.case_id).first()
    right = client.get(reverse("scoring_reading_proof", args=[demo.pk, own.pk]))
    assert right.status_code == 200
    assert "attachment" in right["Content-Disposition"]
    stranger = another_expert("stranger")
    assert stranger.user_id
    closed = signed_in("stranger")
    for name, args in (
        ("scoring_reading", [scoring.pk]),
        ("scoring_reading_preview", [scoring.pk]),
        ("scoring_reading_proof", [demo.pk, own.pk]),
    ):
        assert closed.get(reverse(name, args=args)).status_code == 404


def test_an_expert_who_has_left_or_is_tied_reads_no_more():
    scoring = opened()
    (reviewer,) = asked(scoring, "expert")
    client = signed_in("expert")
    address = reverse("scoring_reading", args=[scoring.pk])
    assert client.get(address).status_code == 200
    ties = DeclaredTies.objects.create(user=reviewer.user)
    ties.enterprises.add(scoring.case.enterprise)
    assert client.get(address).status_code == 404
    ties.delete()
    type(reviewer).objects.filter(pk=reviewer.pk).update(removed_at=timezone.now(), reason="换人")
    assert client.get(address).status_code == 404


def test_nothing_that_is_said_of_a_case_holds_the_nominators_contact():
    """Reviewers see everything but contact data."""
    scoring = opened()
    asked(scoring, "expert")
    nomination = scoring.case.nomination
    nomination.contact_name, nomination.phone = "庚厂长密", "13800000077"
    nomination.save()
    provider = ProviderPage.objects.get(pk=nomination.provider_id)
    client = signed_in("expert")
    for name in ("scoring_reading", "scoring_reading_preview"):
        text = page_text(client.get(reverse(name, args=[scoring.pk])))
        assert "庚厂长密" not in text
        assert "13800000077" not in text
        assert provider.contact_phone not in text
