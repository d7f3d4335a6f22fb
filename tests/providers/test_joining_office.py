"""The bureau decides on applications: all of a decision or nothing, and one decision only."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, PageLogEntry, Revision

from catalog.models import IndustryChain, Recognition
from providers.joining import decisions
from providers.joining.decisions import (
    DecidedError,
    ObstacleError,
    approve_application,
    refuse_application,
    return_application,
    take_back_approval,
)
from providers.models import (
    Application,
    MemberInvitation,
    Notice,
    NoticeKind,
    ProviderPage,
    ProviderStanding,
    ProviderTeam,
    Qualification,
    Undertaking,
)
from tests.pages import complete_draft, page_text, signed_in
from tests.providers import applying

pytestmark = pytest.mark.usefixtures("demo_site")
State = Application.State


@pytest.fixture(autouse=True)
def unhurried(settings) -> None:
    settings.REQUEST_MIN_SECONDS = 0


def decide(application: Application, decision: str, message: str = "", username: str = "bureau"):
    address = reverse("application_detail", args=[application.reference])
    return signed_in(username).post(address, {"decision": decision, "message": message})


def again(application: Application) -> Application:
    application.refresh_from_db()
    return application


# -- approval -----------------------------------------------------------------------------------


def test_approval_makes_everything_the_provider_needs():
    application = applying.applied(certificate=True)
    assert decide(application, "approve").status_code == 302
    page = again(application).provider
    assert application.state == State.APPROVED
    assert not page.live
    assert page.get_latest_revision().user is None
    assert page.slug.isascii()
    assert page.legal_name == page.title == applying.COMPANY["company"]
    assert page.uscc == applying.USCC
    assert set(page.scenarios.values_list("pk", flat=True)) == {"PROD", "PLAN"}
    assert page.get_latest_revision_as_object().scenarios.count() == 2
    assert page.contact_email == applying.CONTACT["email"]
    assert page.standing.tier == ProviderStanding.Tier.SUB
    assert page.standing.lead.standing.tier == ProviderStanding.Tier.LEAD
    undertaking = page.undertakings.get()
    assert undertaking.text_version == application.undertaking_version
    assert undertaking.signed_by == "演示法人"
    assert undertaking.signed_on == timezone.localdate(application.submitted_at)
    qualification = page.qualifications.get()
    assert qualification.number == "演示 9001"
    assert qualification.checked_on is None
    kept = application.files.get(kind="qualification").file
    assert qualification.file.name != kept.name
    assert qualification.file.read() == kept.read()
    assert not page.team.group.user_set.exists()
    invitation = page.team.invitations.get()
    assert invitation.as_owner
    assert invitation.email == applying.CONTACT["email"]
    told = Notice.objects.get(kind=NoticeKind.MEMBER_INVITED)
    assert told.invitation == invitation
    assert PageLogEntry.objects.filter(page=page.pk, action="providers.joined").exists()


def test_the_contact_signs_in_by_the_invitation_and_finds_the_profile():
    application = applying.applied()
    decide(application, "approve")
    page = again(application).provider
    browser = Client()
    assert applying.accept(page.team.invitations.get(), "ruzhu", browser).status_code == 302
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert browser.get(edit).status_code == 200
    assert browser.get(reverse("members")).status_code == 200


COUNTED = (
    ProviderPage,
    Revision,
    ProviderStanding,
    Undertaking,
    Qualification,
    ProviderTeam,
    Group,
    Collection,
    MemberInvitation,
    Notice,
    PageLogEntry,
)


def counts() -> list[int]:
    return [model.objects.count() for model in COUNTED]


def stored_qualifications() -> set[str]:
    storage = Qualification._meta.get_field("file").storage
    return set(storage.listdir("qualifications")[1])


@pytest.mark.parametrize(
    "step",
    [
        "create_page",
        "place_in_pool",
        "record_undertaking",
        "record_qualification",
        "create_team",
        "invite",
        "note",
        "log",
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_approval_that_fails_halfway_leaves_nothing(monkeypatch, step, when):
    application = applying.applied(certificate=True)
    before, files = counts(), stored_qualifications()
    real = getattr(decisions, step)

    def fails(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise RuntimeError("halfway")

    monkeypatch.setattr(decisions, step, fails)
    with pytest.raises(RuntimeError, match="halfway"):
        approve_application(application, by=applying.officer())
    assert counts() == before
    assert stored_qualifications() == files
    assert again(application).state == State.SUBMITTED
    assert application.provider is None
    monkeypatch.undo()
    approve_application(application, by=applying.officer())
    assert again(application).provider


def test_providers_of_one_name_have_addresses_of_their_own():
    one = applying.applied()
    other = applying.applied(uscc=applying.OTHER_USCC)
    for application in (one, other):
        approve_application(application, by=applying.officer(), message="")
        application.refresh_from_db()
        # Both name the same contact; the account comes with the acceptance only.
    assert one.provider.slug != other.provider.slug


@pytest.mark.parametrize("obstacle", ["code", "account", "term"])
def test_what_happened_meanwhile_stops_an_approval_in_words(obstacle):
    application = applying.applied()
    if obstacle == "code":
        ProviderPage.objects.filter(slug="zhiyan-ruanjian").update(uscc=applying.USCC)
    elif obstacle == "account":
        user = signed_in("provider1").get("/").wsgi_request.user
        user.email = applying.CONTACT["email"].upper()
        user.save()
    else:
        IndustryChain.objects.filter(pk="textile").update(is_active=False)
    answer = decide(application, "approve")
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert again(application).state == State.SUBMITTED


# -- return and refusal -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "state", "kind"),
    [
        ("return", State.RETURNED, NoticeKind.APPLICATION_RETURNED),
        ("refuse", State.REFUSED, NoticeKind.APPLICATION_REFUSED),
    ],
)
def test_a_return_and_a_refusal_say_why(decision, state, kind):
    application = applying.applied()
    for empty in ("", "  \n"):
        assert decide(application, decision, empty).status_code == 422
    assert again(application).state == State.SUBMITTED
    assert decide(application, decision, "执照已过期。").status_code == 302
    assert again(application).state == state
    event = application.events.last()
    assert (event.state, event.message, event.by.username) == (state, "执照已过期。", "bureau")
    assert Notice.objects.get(kind=kind).application == application
    page = applying.opened(application).get(reverse("join_page", args=[application.reference]))
    assert "执照已过期。" in page.content.decode()
    assert "县科工局" not in page.content.decode()


def test_a_refused_firm_may_apply_again():
    decide(applying.applied(), "refuse", "材料不真实。")
    applying.applied()


@pytest.mark.parametrize(
    "act",
    [
        lambda row, by: approve_application(row, by=by),
        lambda row, by: return_application(row, by=by, message="补充"),
        lambda row, by: refuse_application(row, by=by, reason="不符"),
    ],
)
def test_of_two_decisions_the_second_changes_nothing(act):
    application = applying.applied()
    return_application(application, by=applying.officer(), message="请补充。")
    with pytest.raises(DecidedError) as raised:
        act(application, applying.officer())
    assert raised.value.event.state == State.RETURNED
    assert again(application).state == State.RETURNED
    assert application.provider is None


def test_who_comes_second_is_told_who_was_first():
    application = applying.applied()
    return_application(application, by=applying.officer(), message="请补充。")
    answer = decide(application, "approve")
    assert answer.status_code == 422
    said = str(answer.context["form"].non_field_errors())
    assert applying.officer().get_full_name() in said
    client = applying.opened(application)
    applying.send(client, application)
    client.post(reverse("join_withdraw", args=[application.reference]))
    assert decide(application, "refuse", "不符").status_code == 422
    assert again(application).state == State.WITHDRAWN


@pytest.mark.parametrize("decision", ["approve", "return", "refuse"])
def test_a_version_that_the_officer_has_not_read_is_not_decided_on(decision):
    application = applying.applied()
    address, bureau = (
        reverse("application_detail", args=[application.reference]),
        signed_in("bureau"),
    )
    page = bureau.get(address)
    data = {
        "decision": decision,
        "message": "见说明。",
        "seen": page.context["form"]["seen"].value(),
    }
    assert f'name="seen" value="{data["seen"]}"' in page.content.decode()
    return_application(application, by=applying.officer(), message="请补充。")
    applying.send(applying.opened(application), application)
    answer = bureau.post(address, data)
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert again(application).state == State.SUBMITTED
    # The page that says so shows the new version, and decides on that one.
    data["seen"] = answer.context["form"]["seen"].value()
    assert bureau.post(address, data).status_code == 302
    assert again(application).state != State.SUBMITTED


@pytest.mark.parametrize("username", ["lead", "committee", "provider1"])
def test_nobody_but_the_bureau_decides(username):
    application = applying.applied()
    assert decide(application, "refuse", "不符", username=username).status_code == 404
    assert again(application).state == State.SUBMITTED


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"decision": "nothing"},
        {"decision": "\x00", "message": "\x00"},
        {"decision": "refuse", "message": "长" * 5000},
    ],
)
def test_an_odd_decision_is_none(data):
    application = applying.applied()
    address = reverse("application_detail", args=[application.reference])
    assert signed_in("bureau").post(address, data).status_code == 422
    assert again(application).state == State.SUBMITTED


# -- taking back --------------------------------------------------------------------------------


def test_an_approval_by_mistake_is_taken_back(django_capture_on_commit_callbacks):
    application = applying.applied(certificate=True)
    before, files = counts(), stored_qualifications()
    approve_application(application, by=applying.officer())
    team = again(application).provider.team
    member = Client()
    applying.accept(team.invitations.get(), "zu-zao", member)
    address = reverse("application_take_back", args=[application.reference])
    assert signed_in("bureau").post(address, {"reason": ""}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in("bureau").post(address, {"reason": "点错了"}).status_code == 302
    assert again(application).state == State.SUBMITTED
    assert application.provider is None
    assert application.events.last().message == "点错了"
    assert stored_qualifications() == files
    for model, count in zip(COUNTED, before, strict=True):
        if model not in (PageLogEntry, Notice):
            assert model.objects.count() == count, model
    assert member.get(reverse("members")).status_code == 302
    approve_application(application, by=applying.officer())


def test_applicant_and_colleagues_hear_that_an_approval_is_taken_back(
    django_capture_on_commit_callbacks,
):
    application = applying.applied()
    approve_application(application, by=applying.officer())
    team = again(application).provider.team
    users = get_user_model().objects
    contact = users.create_user("contact", email=applying.CONTACT["email"].upper())
    colleague = users.create_user("colleague", email="colleague@example.com")
    closed = users.create_user("closed", email="closed@example.com", is_active=False)
    for member in (contact, colleague, closed):
        member.groups.add(team.group)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        take_back_approval(application, by=applying.officer(), reason="点错了")
    told = Notice.objects.filter(kind=NoticeKind.APPROVAL_TAKEN_BACK)
    assert {(row.application, row.user) for row in told} == {(application, None), (None, colleague)}
    # Its account is closed, and it hears why all the same.
    assert all(row.sent_at for row in told)
    sent = {letter.to[0]: letter.body for letter in mail.outbox}
    assert set(sent) == {applying.CONTACT["email"], "colleague@example.com"}
    assert applying.link(application) in sent[applying.CONTACT["email"]]
    assert applying.link(application) not in sent["colleague@example.com"]
    assert not any("点错了" in text for text in sent.values())


def test_what_was_public_once_is_not_taken_back():
    application = applying.applied()
    approve_application(application, by=applying.officer())
    page = again(application).provider
    ProviderPage.objects.filter(pk=page.pk).update(first_published_at=timezone.now())
    with pytest.raises(ObstacleError):
        take_back_approval(application, by=applying.officer(), reason="点错了")
    detail = signed_in("bureau").get(reverse("application_detail", args=[application.reference]))
    assert not detail.context["can_take_back"]
    other = applying.applied(uscc=applying.OTHER_USCC)
    with pytest.raises(DecidedError):
        take_back_approval(other, by=applying.officer(), reason="点错了")


def test_what_is_published_in_the_moment_of_taking_back_stays(monkeypatch):
    application = applying.applied()
    approve_application(application, by=applying.officer())
    page, hold = again(application).provider, decisions.hold_subtree

    def published_before_it_is_held(held):
        ProviderPage.objects.filter(pk=page.pk).update(first_published_at=timezone.now())
        return hold(held)

    monkeypatch.setattr(decisions, "hold_subtree", published_before_it_is_held)
    with pytest.raises(ObstacleError):
        take_back_approval(application, by=applying.officer(), reason="点错了")
    assert ProviderPage.objects.filter(pk=page.pk).exists()


def test_what_refers_to_the_provider_stops_the_taking_back_in_words():
    application = applying.applied()
    approve_application(application, by=applying.officer())
    page = again(application).provider
    draft = complete_draft(page)
    recognition = Recognition.objects.create(solution=draft, batch=1, recognised_on="2026-01-01")
    address = reverse("application_take_back", args=[application.reference])
    answer = signed_in("bureau").post(address, {"reason": "点错了"})
    assert answer.status_code == 422
    assert str(recognition) in str(answer.context["reason_form"].non_field_errors())
    assert again(application).provider == page
    assert page.team.group.pk


def test_taking_back_leaves_the_operators_account_open():
    application = applying.applied()
    approve_application(application, by=applying.officer())
    team = again(application).provider.team
    operator = get_user_model().objects.create_superuser("operator", password="x")
    operator.groups.add(team.group)
    take_back_approval(application, by=applying.officer(), reason="点错了")
    operator.refresh_from_db()
    assert operator.is_active
    assert operator.has_usable_password()


# -- reading ------------------------------------------------------------------------------------


def test_the_detail_shows_answers_files_and_what_the_registry_knows():
    refused = applying.applied()
    refuse_application(refused, by=applying.officer(), reason="不符")
    application = applying.applied(certificate=True, org_type="association")
    page = signed_in("bureau").get(reverse("application_detail", args=[application.reference]))
    text = page.content.decode()
    for shown in (applying.COMPANY["company"], "演示 9001", "纺织服装", applying.CONTACT["email"]):
        assert shown in text
    looked_at = [check.words for check in page.context["checks"] if not check.is_good]
    assert len(looked_at) == 2
    assert any(refused.reference in words for words in looked_at)
    for file in application.files.all():
        address = reverse("application_file", args=[application.reference, file.pk])
        answer = signed_in("bureau").get(address)
        assert answer["Content-Disposition"].startswith("attachment")
        assert signed_in("provider1").get(address).status_code == 404
        other = reverse("application_file", args=[refused.reference, file.pk])
        assert signed_in("bureau").get(other).status_code == 404


def test_drafts_are_the_applicants_alone():
    draft = applying.fill_in(Client())
    address = reverse("application_detail", args=[draft.reference])
    assert signed_in("bureau").get(address).status_code == 404
    listing = signed_in("bureau").get(reverse("application_list")).content.decode()
    assert draft.reference not in listing


def test_the_list_puts_what_waits_first_and_filters():
    bureau = signed_in("bureau")
    application = applying.applied()
    rows = list(bureau.get(reverse("application_list")).context["object_list"])
    states = [row.state for row in rows]
    assert states == sorted(states, key=lambda state: state != State.SUBMITTED)
    assert rows[0].submitted_at < application.submitted_at

    def found(**filters):
        page = bureau.get(reverse("application_list"), filters)
        assert page.status_code == 200
        return list(page.context["object_list"])

    assert application in found(state="submitted")
    assert application not in found(state="returned")
    assert application not in found(age="3")
    Application.objects.filter(pk=application.pk).update(
        submitted_at=timezone.now() - timedelta(days=8)
    )
    assert application in found(age="7")
    assert application not in found(age="15")
    for odd in ("x", "\x00", "9" * 40):
        found(age=odd, state=odd)


def test_the_list_costs_the_same_however_long_it_is():
    bureau = signed_in("bureau")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert bureau.get(reverse("application_list")).status_code == 200
        return len(captured)

    queries()
    before = queries()
    for code in (applying.USCC, applying.OTHER_USCC):
        applying.applied(uscc=code)
    assert queries() == before


def test_the_number_waiting_stands_in_the_menu_and_on_the_first_page():
    waiting = Application.objects.waiting().count()
    home = page_text(signed_in("bureau").get("/admin/"))
    assert f"（{waiting}）" in home
    assert reverse("application_list") in home
    assert reverse("application_list") not in signed_in("provider1").get("/admin/").content.decode()


def test_the_demonstration_has_one_waiting_and_one_returned():
    states = Application.objects.values_list("state", flat=True)
    assert sorted(states) == [State.RETURNED, State.SUBMITTED]
    for application in Application.objects.all():
        address = reverse("application_detail", args=[application.reference])
        assert signed_in("bureau").get(address).status_code == 200
    approve_application(Application.objects.waiting().get(), by=applying.officer())
