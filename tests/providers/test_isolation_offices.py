"""What the other offices, and an applicant without an account, reach of others: what they need.

The walk and its objects are those of ``test_isolation``; here whoever looks is no rival.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from marketplace.roles import TASK_FORCE
from providers.models import Application, ApplicationFile
from tests.addresses import Address, addresses
from tests.pages import signed_in
from tests.providers import applying
from tests.providers.rival import SECRET, Rival, changed, contents, make_rival
from tests.providers.test_isolation import (
    WORDS,
    admin_addresses,
    asked,
    kind_of,
    objects_of,
    plain,
    values,
)

# Who may see what is asked of each view in the other tests; a walk asks it of every address.
pytestmark = [pytest.mark.usefixtures("demo_site"), pytest.mark.any_database]

# What the zone committee reads of any provider: its requests, for the oversight of them, what it
# nominated, and objections to what of it is on a public notice.
OVERSEEN = ("matching_", "notices_objection", "nomination_office")
OVERSEEN_LISTS = {
    "nomination_list",
    "nomination_list_results",
    "notices_objections",
    "notices_objections_results",
}
# And what it reads of the lead provider's besides, on whose items it decides in the lead's place.
COMMITTEE_REVIEWS = {"review_detail", "review_preview", "evidence_download"}
# A trial of Wagtail's error page; the address that ends the session.
NOT_WALKED = {"wagtailadmin_error_test", "wagtailadmin_logout"}
# Wagtail's own that carry words alone, or answer for the reader's own session.
NO_OBJECTS = {"wagtailadmin_editing_sessions:ping"}


@pytest.fixture(autouse=True)
def unhurried(settings) -> None:
    settings.REQUEST_MIN_SECONDS = 0


@pytest.fixture
def task_force() -> Client:
    """An account of the task force, which has no permission but to enter."""
    user = get_user_model().objects.create_user("taskforce")
    user.groups.add(Group.objects.get(name=TASK_FORCE))
    return signed_in("taskforce")


def text_of(response: HttpResponse) -> str:
    content = b"".join(response) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def read_by(client: Client, rival: Rival) -> set[str]:
    """The addresses that carry an object of the rival and show the reader something of it."""
    found = set()
    for address in admin_addresses():
        if not objects_of(address) or address.name in NO_OBJECTS:
            continue
        response = client.get(address.at(values(address, rival, {}, exists=True)))
        if response.status_code == 200 or SECRET in text_of(response):
            found.add(address.name)
    return found


def lists_that_show_it(client: Client) -> set[str]:
    """The addresses that carry no object and tell the secret all the same."""
    found = set()
    for address in admin_addresses():
        if objects_of(address) or address.name in NOT_WALKED:
            continue
        if SECRET in text_of(client.get(address.at(WORDS))):
            found.add(address.name)
    return found


def forge(client: Client, rival: Rival, *, but: Iterable[str] = ()) -> list[str]:
    """Post a forged form to every address; those that break."""
    broken = []
    for address in admin_addresses():
        if address.name in {*NOT_WALKED, *but}:
            continue
        url = address.at(values(address, rival, {}, exists=True))
        for data in ({}, {"title": "x", "action": "approve", "reason": "x", "message": "x"}):
            status = client.post(url, data).status_code
            if status >= 500:
                broken.append(f"{address} answers {status}")
    return broken


def kept_tables(before: dict[str, str]) -> list[str]:
    """Tables that differ, without what comes of looking: made renditions, default settings, and
    the reader's own account with its editing sessions.
    """
    looks = ("wagtailadmin_", "wagtailusers_userprofile", "wagtailimages_rendition")
    looks += ("providers_reviewsettings",)
    return [table for table in changed(before) if not table.startswith(looks)]


# -- the zone committee ---------------------------------------------------------------------------


def test_the_committee_reads_of_a_provider_what_it_oversees():
    rival = make_rival()
    client = signed_in("committee")
    read = read_by(client, rival)
    assert "matching_request" in read
    assert {name for name in read if not name.startswith(OVERSEEN)} == set()
    assert lists_that_show_it(client) <= OVERSEEN_LISTS


def test_the_committee_reads_of_the_lead_provider_what_it_decides_on():
    rival = make_rival("lead")
    client = signed_in("committee")
    before = contents()
    read = read_by(client, rival)
    assert {name for name in read if not name.startswith(OVERSEEN)} == COMMITTEE_REVIEWS
    assert lists_that_show_it(client) <= OVERSEEN_LISTS | {
        "wagtailadmin_home",
        "wagtailadmin_login",
        # It was told that the item waits.
        "own_messages",
        "review_queue",
        "review_queue_results",
        "review_export",
    }
    assert not kept_tables(before)


def test_the_committee_writes_nothing_but_its_decision():
    """Its decision on the lead provider's item is its own; all else is denied it."""
    rival = make_rival("lead")
    client, before = signed_in("committee"), contents()
    assert not forge(client, rival, but={"review_detail"})
    assert not kept_tables(before)


# -- the task force -------------------------------------------------------------------------------


@pytest.mark.parametrize("whose", ["provider2", "lead"])
def test_the_task_force_reads_nothing_of_a_provider(whose, task_force):
    rival = make_rival(whose)
    assert read_by(task_force, rival) == set()
    assert lists_that_show_it(task_force) == set()


def test_the_task_force_writes_nothing(task_force):
    rival, before = make_rival(), contents()
    assert not forge(task_force, rival)
    assert not kept_tables(before)


# -- an applicant ---------------------------------------------------------------------------------


def join_addresses() -> list[Address]:
    return [
        address
        for address in addresses()
        if not address.is_admin and address.name.startswith("join_") and address.parameters
    ]


def others_values(address: Address, rival: Rival, own: dict[str, object], *, exists: bool) -> dict:
    found: dict[str, object] = {}
    for name in address.parameters:
        if name in own:
            found[name] = own[name]
        elif name in WORDS:
            found[name] = WORDS[name]
        else:
            kind = "application file" if name == "pk" else kind_of(address, name)
            found[name] = rival.ids[kind] if exists else rival.missing(kind)
    return found


@pytest.fixture
def others(settings) -> Rival:
    """Another's application in each state that its owner could still do something in."""
    rival = make_rival()
    draft = applying.fill_in(Client())
    Application.objects.filter(pk=draft.pk).update(company=SECRET)
    rival.ids["draft reference"] = draft.reference
    rival.ids["draft file"] = draft.files.get().pk
    return rival


@pytest.mark.parametrize(
    ("reference", "file"),
    [
        ("application reference", "application file"),
        ("draft reference", "draft file"),
    ],
    ids=["sent", "draft"],
)
def test_an_applicant_finds_no_other_application(others, reference, file):
    """The private link of one opens nothing of another, whether that one exists or not."""
    others.ids["application reference"] = others.ids[reference]
    others.ids["application file"] = others.ids[file]
    mine = applying.applied(uscc=applying.OTHER_USCC)
    client = applying.opened(mine)
    before, wrong = contents(), []
    for address in join_addresses():
        if "reference" not in address.parameters:
            continue
        foreign = asked(client, address.at(others_values(address, others, {}, exists=True)))
        nobodys = asked(client, address.at(others_values(address, others, {}, exists=False)))
        if foreign != nobodys or not {answer[0] for answer in foreign} <= {404, 405}:
            wrong.append(f"{address} answers {[answer[0] for answer in foreign]}")
        wrong += [f"{address} shows it" for answer in foreign if SECRET in answer[1]]
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


def test_another_applicants_file_does_not_exist_below_ones_own_application(others):
    mine = applying.fill_in(Client(), uscc=applying.OTHER_USCC)
    client = applying.opened(mine)
    own = {"reference": mine.reference}
    before, wrong = contents(), []
    for address in join_addresses():
        if set(address.parameters) == {"reference"} or "reference" not in address.parameters:
            continue
        foreign = asked(client, address.at(others_values(address, others, own, exists=True)))
        nobodys = asked(client, address.at(others_values(address, others, own, exists=False)))
        if foreign != nobodys or 404 not in {answer[0] for answer in foreign}:
            wrong.append(f"{address} answers {[answer[0] for answer in foreign]}")
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


def test_an_applicant_removes_no_others_file(others):
    mine = applying.fill_in(Client(), uscc=applying.OTHER_USCC)
    taken = [str(others.ids[kind]) for kind in ("application file", "draft file")]
    client = applying.opened(mine)
    client.post(reverse("join_files", args=[mine.reference]), {"remove": taken, "next": "1"})
    assert ApplicationFile.objects.filter(pk__in=taken).count() == 2


def test_an_applicant_is_no_member_and_no_officer(others):
    """Whoever holds a private link has no account: the back office asks for a sign-in."""
    client = applying.opened(applying.applied(uscc=applying.OTHER_USCC))
    login = reverse("wagtailadmin_login")
    stranger, wrong = Client(), []
    for name in ("own_listings", "application_list", "review_queue", "members", "held_listings"):
        theirs, nobodys = client.get(reverse(name)), stranger.get(reverse(name))
        if theirs.status_code != 302 or not theirs.url.startswith(login):
            wrong.append(name)
        assert plain(theirs.content.decode(), "") == plain(nobodys.content.decode(), "")
    assert not wrong
