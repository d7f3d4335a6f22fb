"""A provider's owners keep its team; who leaves is out at once."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from providers.members.invitations import (
    MOST_OPEN,
    MemberActError,
    active_owners,
    invite,
    send_again,
    take_back,
)
from providers.members.removal import make_owner, remove_member, unmake_owner
from providers.models import MemberInvitation, Notice, NoticeKind
from tests.pages import signed_in
from tests.providers import applying

pytestmark = pytest.mark.usefixtures("demo_site")
User = get_user_model()


def user_of(username: str):
    return User.objects.get(username=username)


def invited(email: str = "colleague@example.com", *, as_owner: bool = False) -> MemberInvitation:
    team = applying.team_of("provider1")
    return invite(team, name="演示同事", email=email, as_owner=as_owner, by=user_of("provider1"))


def colleague(username: str = "colleague", *, as_owner: bool = False) -> Client:
    """The browser of a new member of the first provider."""
    cache.clear()
    browser = Client()
    invitation = invited(f"{username}@example.com", as_owner=as_owner)
    assert applying.accept(invitation, username, browser).status_code == 302
    return browser


# -- inviting -----------------------------------------------------------------------------------


def test_an_owner_invites_a_colleague():
    owner = signed_in("provider1")
    answer = owner.post(
        reverse("members_invite"), {"name": "演示同事", "email": "colleague@example.com"}
    )
    assert answer.status_code == 302
    invitation = MemberInvitation.objects.get()
    assert not invitation.as_owner
    assert invitation.team == applying.team_of("provider1")
    assert Notice.objects.get(kind=NoticeKind.MEMBER_INVITED).invitation == invitation
    page = owner.get(reverse("members")).content.decode()
    assert "colleague@example.com" in page
    log = PageLogEntry.objects.filter(action="providers.member_invited")
    assert log.get().page_id == invitation.team.provider_id


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "email": "a@example.com"},
        {"name": "\x00", "email": "a@example.com"},
        {"name": "名" * 41, "email": "a@example.com"},
        {"name": "同事", "email": "a"},
        {"name": "同事", "email": "\x00@example.com"},
    ],
)
def test_an_odd_invitation_is_none(data):
    assert signed_in("provider1").post(reverse("members_invite"), data).status_code == 422
    assert not MemberInvitation.objects.exists()


def test_one_open_invitation_an_address_and_none_for_a_colleagues_account():
    invited()
    with pytest.raises(MemberActError):
        invited("COLLEAGUE@example.com")
    User.objects.filter(username="provider1").update(email="mine@example.com")
    answer = signed_in("provider1").post(
        reverse("members_invite"), {"name": "自己", "email": "Mine@example.com"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert MemberInvitation.objects.count() == 1


def test_an_owner_does_not_learn_who_has_an_account_elsewhere():
    User.objects.filter(username="provider2").update(email="rival@example.com")
    owner, team = signed_in("provider1"), applying.team_of("provider1")
    data = {"name": "对手", "email": "Rival@example.com"}
    assert owner.post(reverse("members_invite"), data).status_code == 302
    invitation = team.invitations.get()
    send_again(invitation, by=user_of("provider1"))
    invitation.refresh_from_db()
    assert applying.accept(invitation, "second").context["hindrance"] == "has_account"
    with pytest.raises(MemberActError):
        send_again(invitation, by=user_of("bureau"))


def test_a_team_sends_only_so_many_invitations_an_hour(monkeypatch):
    cache.clear()
    monkeypatch.setattr("providers.members.views.INVITATIONS_AN_HOUR", 2)
    owner = signed_in("provider1")
    data = {"name": "同事", "email": "colleague@example.com"}
    assert owner.post(reverse("members_invite"), data).status_code == 302
    again = reverse("members_send_again", args=[MemberInvitation.objects.get().reference])
    for _time in range(3):
        owner.post(again, REMOTE_ADDR=f"192.0.2.{_time}")
    assert Notice.objects.filter(kind=NoticeKind.MEMBER_INVITED).count() == 2
    assert owner.post(reverse("members_invite"), {**data, "email": "x@x.org"}).status_code == 422
    assert MemberInvitation.objects.count() == 1


def test_an_expired_invitation_makes_room_for_another():
    MemberInvitation.objects.filter(pk=invited().pk).update(
        expires_at=timezone.now() - timedelta(days=1)
    )
    invited()
    assert MemberInvitation.objects.open().count() == 1


def test_there_is_an_end_to_open_invitations():
    for number in range(MOST_OPEN):
        invited(f"colleague{number}@example.com")
    with pytest.raises(MemberActError):
        invited("one-more@example.com")


def test_a_link_sent_once_more_ends_the_old_one():
    invitation = invited()
    old = invitation.token
    owner = signed_in("provider1")
    owner.post(reverse("members_send_again", args=[invitation.reference]))
    assert Client().get(reverse("join_invitation", args=[old])).status_code == 404
    invitation.refresh_from_db()
    assert invitation.token != old
    assert Client().get(reverse("join_invitation", args=[invitation.token])).status_code == 302
    assert Notice.objects.filter(kind=NoticeKind.MEMBER_INVITED).count() == 2


# -- accepting ----------------------------------------------------------------------------------


def test_accepting_makes_an_account_in_the_team_and_signs_it_in():
    invitation = invited(as_owner=True)
    browser = Client()
    browser.get(reverse("join_invitation", args=[invitation.token]))
    page = browser.get(reverse("join_accept")).content.decode()
    assert invitation.team.provider.title in page
    assert invitation.name in page
    assert not User.objects.filter(email=invitation.email).exists()
    assert applying.accept(invitation, "colleague", browser).url == reverse("wagtailadmin_home")
    user = user_of("colleague")
    assert (user.email, user.first_name) == (invitation.email, invitation.name)
    assert list(user.groups.all()) == [invitation.team.group]
    assert active_owners(invitation.team).filter(pk=user.pk).exists()
    assert browser.get(reverse("members")).status_code == 200
    assert Client().login(username="colleague", password=applying.PASSWORD)


def test_a_plain_member_keeps_no_team():
    browser = colleague()
    assert browser.get("/admin/").status_code == 200
    for name in ("members", "members_invite"):
        assert browser.get(reverse(name)).status_code == 404
    assert reverse("members") not in browser.get("/admin/").content.decode()
    with pytest.raises(PermissionDenied):
        invite(
            applying.team_of("provider1"),
            name="同事",
            email="x@example.com",
            as_owner=True,
            by=user_of("colleague"),
        )


@pytest.mark.parametrize(
    ("username", "first", "second", "field"),
    [
        ("", applying.PASSWORD, applying.PASSWORD, "username"),
        ("bureau", applying.PASSWORD, applying.PASSWORD, "username"),
        ("BUREAU", applying.PASSWORD, applying.PASSWORD, "username"),
        ("a\x00b", applying.PASSWORD, applying.PASSWORD, "username"),
        ("n" * 200, applying.PASSWORD, applying.PASSWORD, "username"),
        ("someone", "12345678", "12345678", "password2"),
        ("someone", "colleague@example", "colleague@example", "password2"),
        ("someone", applying.PASSWORD, "another", "password2"),
        ("someone", "\x00" * 12, "\x00" * 12, "password1"),
    ],
)
def test_name_and_password_are_checked(username, first, second, field):
    invitation = invited()
    browser = Client()
    browser.get(reverse("join_invitation", args=[invitation.token]))
    data = {"username": username, "password1": first, "password2": second}
    answer = browser.post(reverse("join_accept"), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_visit_accepts_nothing():
    invitation = invited()
    browser = Client()
    browser.get(reverse("join_invitation", args=[invitation.token]), follow=True)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert browser.post(reverse("join_invitation", args=[invitation.token])).status_code == 405
    assert Client().get(reverse("join_accept")).status_code == 404


def test_the_session_keeps_no_link_and_ends_with_it():
    invitation, browser = invited(), Client()
    browser.get(reverse("join_invitation", args=[invitation.token]))
    assert invitation.token not in str(dict(browser.session))
    assert browser.get(reverse("join_accept")).status_code == 200
    send_again(invitation, by=user_of("provider1"))
    assert browser.get(reverse("join_accept")).status_code == 404


@pytest.mark.parametrize(
    ("change", "hindrance", "status"),
    [
        ({"accepted_at": timezone.now()}, "used", 410),
        ({"revoked_at": timezone.now()}, "revoked", 410),
        ({"expires_at": timezone.now() - timedelta(minutes=1)}, "expired", 410),
    ],
)
def test_a_link_that_is_over_says_so(change, hindrance, status):
    invitation = invited()
    MemberInvitation.objects.filter(pk=invitation.pk).update(**change)
    browser = Client()
    answer = browser.get(reverse("join_invitation", args=[invitation.token]), follow=True)
    assert answer.status_code == status
    assert answer.context["hindrance"] == hindrance
    assert applying.accept(invitation, "late", browser).status_code == status
    assert not User.objects.filter(username="late").exists()


def test_an_address_that_got_an_account_meanwhile_is_refused():
    invitation = invited()
    rival = user_of("provider2")
    rival.email = invitation.email.upper()
    rival.save()
    answer = applying.accept(invitation, "second")
    assert answer.status_code == 409
    assert answer.context["hindrance"] == "has_account"
    assert not User.objects.filter(username="second").exists()


def test_somebody_signed_in_does_not_take_a_colleagues_invitation():
    invitation = invited()
    browser = signed_in("provider2")
    assert applying.accept(invitation, "second", browser).context["hindrance"] == "signed_in"
    assert not User.objects.filter(username="second").exists()


def test_an_invitation_is_used_once():
    invitation = invited()
    applying.accept(invitation, "first")
    assert applying.accept(invitation, "second").status_code == 410
    assert invitation.team.group.user_set.filter(username="second").count() == 0


@pytest.mark.parametrize("name", ["IntegrityError", "MemberActError"])
def test_a_race_for_name_or_invitation_ends_in_words(monkeypatch, name):
    from django.db import IntegrityError

    errors = {"IntegrityError": IntegrityError, "MemberActError": MemberActError}

    def lost(*args):
        raise errors[name]("lost")

    monkeypatch.setattr("providers.members.invitation_views.accept", lost)
    answer = applying.accept(invited(), "late")
    assert answer.status_code == 409
    assert answer.context["form"].errors


# -- leaving ------------------------------------------------------------------------------------


def test_who_is_removed_is_out_at_once_open_sessions_included():
    browser = colleague()
    edit = reverse("wagtailadmin_pages:edit", args=[applying.team_of("provider1").provider_id])
    assert browser.get(edit).status_code == 200
    member = user_of("colleague")
    owner = signed_in("provider1")
    address = reverse("members_remove", args=[member.pk])
    assert owner.get(address).status_code == 200
    assert browser.get(edit).status_code == 200
    assert owner.post(address).status_code == 302
    assert browser.get(edit).status_code == 302
    assert not browser.get("/").wsgi_request.user.is_authenticated
    member.refresh_from_db()
    assert not member.is_active
    assert not member.has_usable_password()
    assert not member.groups.exists()
    assert not Client().login(username="colleague", password=applying.PASSWORD)
    log = PageLogEntry.objects.get(action="providers.member_removed")
    assert (log.user.username, log.data["member"]) == ("provider1", "colleague")


def test_a_session_ends_even_if_somebody_opens_the_account_again():
    browser = colleague()
    team = applying.team_of("provider1")
    remove_member(team, user_of("colleague"), by=user_of("provider1"))
    User.objects.filter(username="colleague").update(is_active=True)
    assert not browser.get("/").wsgi_request.user.is_authenticated


def test_somebody_removed_may_be_invited_again():
    colleague()
    remove_member(applying.team_of("provider1"), user_of("colleague"), by=user_of("provider1"))
    assert applying.accept(invited("colleague@example.com"), "back").status_code == 302


def test_who_is_removed_does_not_come_back_by_an_invitation():
    colleague(as_owner=True)
    team, member, owner = applying.team_of("provider1"), user_of("colleague"), user_of("provider1")
    by_it = invite(team, name="自己", email="again@example.com", as_owner=True, by=member)
    others = invited("other@example.com")
    to_it = invited("colleague2@example.com")
    MemberInvitation.objects.filter(pk=to_it.pk).update(email=member.email.upper())
    remove_member(team, member, by=owner)
    assert list(MemberInvitation.objects.open()) == [others]
    assert applying.accept(by_it, "back").status_code == 410


def test_who_is_no_owner_any_more_has_invited_no_owner():
    colleague(as_owner=True)
    team, member, owner = applying.team_of("provider1"), user_of("colleague"), user_of("provider1")
    invite(team, name="自己", email="again@example.com", as_owner=True, by=member)
    plain = invite(team, name="同事", email="plain@example.com", as_owner=False, by=member)
    unmake_owner(team, member, by=owner)
    assert list(MemberInvitation.objects.open()) == [plain]


# -- owners -------------------------------------------------------------------------------------


def test_one_owner_stays():
    team, owner = applying.team_of("provider1"), user_of("provider1")
    colleague()
    for act in (remove_member, unmake_owner):
        with pytest.raises(MemberActError):
            act(team, owner, by=owner)
    browser = signed_in("provider1")
    browser.post(reverse("members_remove", args=[owner.pk]))
    browser.post(reverse("members_owner", args=[owner.pk]), {"decision": "unmake"})
    assert list(active_owners(team)) == [owner]
    make_owner(team, user_of("colleague"), by=owner)
    unmake_owner(team, owner, by=owner)
    assert list(active_owners(team)) == [user_of("colleague")]
    with pytest.raises(PermissionDenied):
        make_owner(team, owner, by=owner)


def test_an_owner_whose_account_is_closed_does_not_count():
    team, owner = applying.team_of("provider1"), user_of("provider1")
    colleague(as_owner=True)
    User.objects.filter(username="colleague").update(is_active=False)
    with pytest.raises(MemberActError):
        unmake_owner(team, owner, by=owner)
    with pytest.raises(MemberActError):
        make_owner(team, user_of("colleague"), by=owner)


def test_ownership_is_given_and_taken_on_the_page():
    colleague()
    member, owner = user_of("colleague"), signed_in("provider1")
    address = reverse("members_owner", args=[member.pk])
    owner.post(address, {"decision": "make"})
    assert active_owners(applying.team_of("provider1")).count() == 2
    owner.post(address, {"decision": "unmake"})
    assert active_owners(applying.team_of("provider1")).count() == 1
    assert owner.post(address, {"decision": "\x00"}).status_code == 404
    assert owner.get(address).status_code == 405


def test_another_providers_people_do_not_exist():
    owner, rival = signed_in("provider1"), user_of("provider2")
    team = applying.team_of("provider2")
    invitation = invite(team, name="对手", email="rival@example.com", as_owner=False, by=rival)
    for pk in (rival.pk, user_of("bureau").pk, 999_999, "9" * 18):
        assert owner.get(reverse("members_remove", args=[pk])).status_code == 404
        assert owner.post(reverse("members_remove", args=[pk])).status_code == 404
        decision = {"decision": "make"}
        assert owner.post(reverse("members_owner", args=[pk]), decision).status_code == 404
    for reference in (invitation.reference, "AAAA-2222"):
        for name in ("members_send_again", "members_take_back"):
            assert owner.post(reverse(name, args=[reference])).status_code == 404
    page = owner.get(reverse("members")).content.decode()
    assert "rival@example.com" not in page
    assert "provider2" not in page
    for act in (take_back, send_again):
        with pytest.raises(PermissionDenied):
            act(invitation, by=user_of("provider1"))
    with pytest.raises(PermissionDenied):
        remove_member(team, rival, by=user_of("provider1"))


# -- the bureau ---------------------------------------------------------------------------------


def test_the_bureau_sees_teams_and_gives_one_an_owner():
    team = applying.team_of("provider1")
    team.owners.clear()
    bureau = signed_in("bureau")
    listing = bureau.get(reverse("teams"), {"without_owner": "true"})
    assert team in listing.context["object_list"]
    page = reverse("team", args=[team.pk])
    assert not bureau.get(page).context["has_owner"]
    data = {"name": "新负责人", "email": "owner@example.com"}
    assert bureau.post(page, data).status_code == 302
    invitation = team.invitations.get()
    assert invitation.as_owner
    bureau.post(reverse("team_send_again", args=[team.pk, invitation.reference]))
    invitation.refresh_from_db()
    applying.accept(invitation, "owner")
    assert list(active_owners(team)) == [user_of("owner")]
    # Whoever left without a word is taken out by the bureau.
    old = user_of("provider1")
    remove = reverse("team_remove", args=[team.pk, old.pk])
    assert bureau.get(remove).status_code == 200
    bureau.post(remove)
    assert not team.group.user_set.filter(pk=old.pk).exists()


def test_the_bureau_takes_out_the_only_owner():
    team, owner = applying.team_of("provider1"), user_of("provider1")
    signed_in("bureau").post(reverse("team_remove", args=[team.pk, owner.pk]))
    assert not team.group.user_set.filter(pk=owner.pk).exists()
    assert not active_owners(team).exists()


def test_the_bureau_makes_a_member_an_owner_and_takes_invitations_back():
    colleague()
    team, bureau = applying.team_of("provider1"), signed_in("bureau")
    member = user_of("colleague")
    bureau.post(reverse("team_owner", args=[team.pk, member.pk]), {"decision": "make"})
    assert active_owners(team).count() == 2
    invitation = invited("late@example.com")
    bureau.post(reverse("team_take_back", args=[team.pk, invitation.reference]))
    assert not MemberInvitation.objects.open().exists()
    other = applying.team_of("provider2")
    wrong = reverse("team_take_back", args=[other.pk, invitation.reference])
    assert bureau.post(wrong).status_code == 404


@pytest.mark.parametrize("username", ["provider1", "lead", "committee"])
def test_teams_are_the_bureaus_business(username):
    team = applying.team_of("provider2")
    reader = signed_in(username)
    assert reader.get(reverse("teams")).status_code == 404
    assert reader.get(reverse("team", args=[team.pk])).status_code == 404
    data = {"name": "同事", "email": "x@example.com"}
    assert reader.post(reverse("team", args=[team.pk]), data).status_code == 404
    assert not MemberInvitation.objects.exists()


def test_the_list_of_teams_costs_the_same_however_many_members():
    bureau = signed_in("bureau")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert bureau.get(reverse("teams")).status_code == 200
        return len(captured)

    queries()
    before = queries()
    colleague()
    invited("another@example.com")
    assert queries() == before


def test_an_odd_team_does_not_exist():
    bureau = signed_in("bureau")
    for pk in ("0", "9" * 18, "9" * 40, "x", "-1"):
        assert bureau.get(f"/admin/teams/{pk}/").status_code == 404
    for odd in ("x", "\x00"):
        assert bureau.get(reverse("teams"), {"without_owner": odd}).status_code in {200, 400}


def test_the_history_of_the_page_says_who_came_and_went():
    colleague()
    team = applying.team_of("provider1")
    remove_member(team, user_of("colleague"), by=user_of("provider1"))
    history = reverse("wagtailadmin_pages:history", args=[team.provider_id])
    page = signed_in("provider1").get(history).content.decode().lower()
    assert page.count("colleague") >= 2
