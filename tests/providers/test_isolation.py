"""What a member reaches of a rival's: nothing, and not told apart from what does not exist.

The addresses are read from the URL configuration. An address that is in no list of the back office,
or that carries something of which this test does not know whose it is, fails here.
"""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from cases.models import CasePage
from catalog.models import SolutionPage
from providers.backoffice import member_views as own_views
from providers.backoffice.access import is_office_view, open_views
from providers.models import ProviderStanding
from tests.addresses import Address, addresses, nameless
from tests.pages import complete_draft, provider_of, signed_in
from tests.providers.rival import NOBODY, SECRET, Rival, changed, contents, make_rival

# Who may see what is asked of each view in the other tests; a walk asks it of every address.
pytestmark = [pytest.mark.usefixtures("demo_site"), pytest.mark.any_database]

# What a parameter of that name is, whatever the address.
KINDS = {
    "page_id": "page",
    "parent_page_id": "page",
    "page_to_move_id": "page",
    "destination_id": "page",
    "page_pk": "page",
    "object_id": "page",
    "revision_id": "revision",
    "revision_id_a": "revision",
    "revision_id_b": "revision",
    "workflow_state_id": "workflow state",
    "task_state_id": "task state",
    "state_id": "task state",
    "task_id": "task",
    "workflow_pk": "task",
    "image_id": "image",
    "document_id": "document",
    "doc_id": "document",
    "uploaded_file_id": "document",
    "redirect_id": "document",
    "collection_id": "collection",
    "session_id": "editing session",
    "public_id": "invitation",
    "evidence_id": "evidence",
    "qualification_id": "qualification",
    "invitation_id": "member invitation",
    "user_id": "member",
    "removal_id": "removal",
    "attachment": "attachment",
    # Neither is a member's; a number or id of the right form is enough.
    "call_id": "invitation",
    "offer_id": "page",
}
# What ``pk`` and ``reference`` are, by the beginning of the address's name.
KINDS_OF_PK = {
    "wagtailadmin_pages:": "page",
    "wagtailadmin_api:pages": "page",
    "wagtailadmin_api:images": "image",
    "wagtailadmin_api:documents": "document",
    "wagtailimages_chooser": "image",
    "wagtaildocs_chooser": "document",
    "own_picture": "image",
    "review_": "task state",
    "evidence": "evidence",
    "qualification": "qualification",
    "members_send_again": "member invitation",
    "members_take_back": "member invitation",
    "members_": "member",
    "application_file": "application file",
    "application": "application",
    "removal": "removal",
    "appeal": "appeal",
    "listing_": "page",
    "suspension": "removal",
    # The invitation in the same address is looked up first.
    "matching_quote_file": "page",
    "own_case_": "page",
    "permission_paper": "page",
    "own_message": "notice",
    "robot_": "chat robot",
    "chat_robot": "chat robot",
}
KINDS_OF_REFERENCE = {
    "matching": "request",
    "nomination": "nomination",
    "notices": "objection",
    "application": "application reference",
    "join": "application reference",
    "member": "member invitation reference",
    "team": "member invitation reference",
}
# Words in addresses that name no object.
WORDS = {
    "content_type_app_name": "catalog",
    "content_type_model_name": "solutionpage",
    "app_label": "wagtailcore",
    "model_name": "page",
    "app_name": "catalog",
    "action": "publish",
    "action_name": "approve",
    "filter_spec": "width-100",
    "uidb64": "MQ",
    "token": "0" * 40,
    # Looked up below the choice that the address names too.
    "document": "0" * 32,
    "source": "notice",
}
# The lead provider's own office: what its members review and oversee, rivals' included.
LEADS_OFFICE = ("review_", "matching_request", "evidence_download")
# They show what waits for the lead provider's decision, and what it was told of that.
LEADS_HOME = ("wagtailadmin_home", "wagtailadmin_login", "own_messages")


def kind_of(address: Address, parameter: str) -> str:
    """What an address carries under that name."""
    if parameter in KINDS:
        return KINDS[parameter]
    by_name = KINDS_OF_REFERENCE if parameter == "reference" else KINDS_OF_PK
    fitting = [start for start in by_name if address.name.startswith(start)]
    if fitting:
        return by_name[max(fitting, key=len)]
    if is_office_view(address.name):
        return "page"  # closed before anything is looked up
    raise AssertionError(f"{address}: say in this test what {parameter} is")


def admin_addresses() -> list[Address]:
    return [address for address in addresses() if address.is_admin]


def objects_of(address: Address) -> list[str]:
    return [name for name in address.parameters if name not in WORDS]


def values(address: Address, rival: Rival, own: dict[str, object], *, exists: bool) -> dict:
    """The address's parameters: a rival's objects or nobody's, unless ``own`` names one."""
    found: dict[str, object] = {}
    for name in address.parameters:
        if name in WORDS:
            found[name] = WORDS[name]
        elif name in own:
            found[name] = own[name]
        else:
            kind = kind_of(address, name)
            found[name] = rival.ids[kind] if exists else rival.missing(kind)
    return found


def asked(client: Client, url: str) -> list[tuple[int, str, str]]:
    """What the address answers to a look and to a forged form."""
    answers = []
    for response in (client.get(url), client.post(url, {"title": "x", "action": "approve"})):
        body = response.content.decode("utf-8", "replace") if not response.streaming else "file"
        answers.append((response.status_code, plain(body, url), response.headers.get("Location")))
    return answers


def absent(answers: list[tuple[int, str, str]]) -> bool:
    """Whether both are 404; an address that serves one method alone says so before it looks."""
    statuses = {answer[0] for answer in answers}
    return 404 in statuses and statuses <= {404, 405}


def plain(body: str, url: str) -> str:
    """The body without what differs between two looks at the same thing."""
    body = body.replace(url, "URL")
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)
    return re.sub(r'(nonce|data-csrf-token|csrfToken|"CSRF_TOKEN")[=:" ]+[\w-]+', "", body)


def test_every_address_of_the_back_office_is_in_one_list():
    listed = (
        open_views()
        | own_views.PAGE_VIEWS
        | own_views.IMAGE_VIEWS
        | {own_views.SESSION_PING, own_views.SESSION_RELEASE, own_views.SITE_SEARCH}
    )
    names = {address.name for address in admin_addresses()}
    assert not nameless()
    in_none = sorted(name for name in names if name not in listed and not is_office_view(name))
    assert not in_none, "name them in a member_views module"
    in_both = sorted(name for name in names if name in listed and is_office_view(name))
    assert not in_both
    assert not sorted(listed - names), "named, and no address"


@pytest.fixture
def rival(settings) -> Rival:
    settings.REQUEST_MIN_SECONDS = 0
    return make_rival()


# Who looks, and whose objects they look for; a declared affiliate of the lead provider is a
# provider like any other.
PAIRS = (
    ("provider1", "provider2"),
    ("lead", "provider2"),
    ("provider1", "lead"),
    ("affiliate", "provider1"),
    ("affiliate", "lead"),
)
AFFILIATE = "provider2"


def looking(who: str) -> Client:
    """A client of that account; the affiliate is made one of the lead provider's first."""
    if who != "affiliate":
        return signed_in(who)
    provider = provider_of(AFFILIATE)
    ProviderStanding.objects.filter(provider=provider).update(is_lead_affiliate=True)
    return signed_in(AFFILIATE)


@pytest.mark.parametrize(("username", "whose"), PAIRS)
def test_a_rivals_objects_do_not_exist_for_a_member(username, whose, settings):
    settings.REQUEST_MIN_SECONDS = 0
    client, rival = looking(username), make_rival(whose)
    before, wrong = contents(), []
    for address in admin_addresses():
        if not objects_of(address):
            continue
        if username == "lead" and address.name.startswith(LEADS_OFFICE):
            continue
        foreign = asked(client, address.at(values(address, rival, {}, exists=True)))
        nobodys = asked(client, address.at(values(address, rival, {}, exists=False)))
        if not absent(foreign):
            wrong.append(f"{address} answers {[answer[0] for answer in foreign]}")
        if foreign != nobodys:
            wrong.append(f"{address} tells what exists from what does not")
        wrong += [f"{address} shows it" for answer in foreign if SECRET in answer[1]]
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


def test_a_rivals_parts_do_not_exist_below_an_own_page(rival):
    """Revisions, states and the like of a rival, under the number of an own page."""
    provider = provider_of("provider1")
    user = get_user_model().objects.get(username="provider1")
    page = complete_draft(provider)
    page.save_revision(user=user)
    own = {name: page.pk for name, kind in KINDS.items() if kind == "page"}
    client, before, wrong = signed_in("provider1"), contents(), []
    for address in admin_addresses():
        names = objects_of(address)
        mine = {
            name: page.pk
            for name in names
            if name in own or (name == "pk" and kind_of(address, name) == "page")
        }
        if not mine or len(mine) == len(names):
            continue
        foreign = asked(client, address.at(values(address, rival, mine, exists=True)))
        nobodys = asked(client, address.at(values(address, rival, mine, exists=False)))
        if address.name == own_views.SESSION_PING:
            # A new session begins, whosever number was sent; the rival's is not touched.
            assert [answer[0] for answer in foreign] == [answer[0] for answer in nobodys]
            before = contents()
            continue
        if not absent(foreign) or foreign != nobodys:
            wrong.append(f"{address} answers {[answer[0] for answer in foreign]}")
        wrong += [f"{address} shows it" for answer in foreign if SECRET in answer[1]]
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


@pytest.mark.parametrize("username", ["provider1", "provider2"])
def test_the_offices_addresses_do_not_exist_for_a_member(username, rival):
    client, before, wrong = signed_in(username), contents(), []
    for address in admin_addresses():
        if not is_office_view(address.name):
            continue
        answers = asked(client, address.at(values(address, rival, {}, exists=True)))
        if {answer[0] for answer in answers} != {404}:
            wrong.append(f"{address} answers {[answer[0] for answer in answers]}")
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


@pytest.mark.parametrize(
    ("username", "whose"),
    [("provider1", "provider2"), ("lead", "provider2"), ("affiliate", "lead")],
)
def test_what_carries_no_object_shows_nothing_of_a_rival(username, whose, settings):
    settings.REQUEST_MIN_SECONDS = 0
    client, wrong = looking(username), []
    make_rival(whose)
    searches = ({}, {"q": SECRET}, {"q": "secret"}, {"p": "1", "next": "/admin/"})
    for address in admin_addresses():
        if objects_of(address) or address.name == "wagtailadmin_logout":
            continue
        if username == "lead" and address.name.startswith((*LEADS_OFFICE, *LEADS_HOME)):
            continue
        url = address.at(WORDS)
        for query in searches:
            response = client.get(url, query, follow=True)
            body = b"".join(response) if response.streaming else response.content
            said = body.decode("utf-8", "replace").replace(f'value="{SECRET}"', "")
            said = said.replace(f"“{SECRET}”", "").replace(f"&quot;{SECRET}&quot;", "")
            if response.status_code >= 500 or (SECRET in said and "q" not in query):
                wrong.append(f"{address} {query} answers {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_nobody_signed_in_reaches_the_back_office(rival):
    client, before, wrong = Client(), contents(), []
    public = {"wagtailadmin_login", "wagtailadmin_sprite", "wagtailadmin_javascript_catalog"}
    login = reverse("wagtailadmin_login")
    for address in admin_addresses():
        if address.name in public or address.name.startswith("wagtailadmin_password_reset"):
            continue
        foreign = asked(client, address.at(values(address, rival, {}, exists=True)))
        for status, body, target in foreign:
            to_login = status == 302 and (target or "").startswith(login)
            if not (to_login or status in (401, 403, 404)) or SECRET in body:
                wrong.append(f"{address} answers {status} {target}")
    assert not wrong, "\n".join(wrong)
    assert not changed(before)


def test_the_committee_writes_nothing_of_a_providers(rival):
    """It reads what it reviews; an empty or a forged form of it changes nothing and breaks none."""
    client, before, wrong = signed_in("committee"), contents(), []
    mine = {"wagtailadmin_account", "wagtailadmin_logout", "wagtailadmin_dismissibles"}
    # Wagtail's own: a trial of its error page, and a modal form that reads what its script sends.
    mine |= {"wagtailadmin_error_test", "wagtailadmin_choose_page_external_link"}
    for address in admin_addresses():
        if address.name in mine:
            continue
        url = address.at(values(address, rival, {}, exists=True))
        for status, _body, _target in asked(client, url):
            if status >= 500:
                wrong.append(f"{address} answers {status}")
    assert not wrong, "\n".join(wrong)
    # Sessions of the editor, made renditions and default settings come of looking.
    looks = ("wagtailadmin_", "wagtailimages_rendition", "providers_reviewsettings")
    kept = [table for table in changed(before) if not table.startswith(looks)]
    assert not kept


def test_public_addresses_show_nothing_that_is_not_public(rival):
    """Every public address that takes an id or a word, with a rival's and with nobody's."""
    public_kinds = {"reference": "request", "pk": "application file", "invitation": "invitation"}
    wrong = []
    for client in (Client(), signed_in("provider1")):
        before = contents()
        for address in addresses():
            if address.is_admin or not address.parameters:
                continue
            if not set(address.parameters) <= {*public_kinds, *WORDS, *KINDS}:
                continue

            def filled(*, exists: bool, address: Address = address) -> str:
                found: dict[str, object] = {}
                for name in address.parameters:
                    kind = kind_of(address, name) if name in KINDS else public_kinds.get(name)
                    if name == "reference" and address.name.startswith("join"):
                        kind = "application reference"
                    if name in WORDS:
                        found[name] = WORDS[name]
                    else:
                        found[name] = rival.ids[kind] if exists else rival.missing(kind)
                return address.at(found)

            foreign, nobodys = (
                asked(client, filled(exists=True)),
                asked(client, filled(exists=False)),
            )
            if [answer[0] for answer in foreign] != [answer[0] for answer in nobodys]:
                wrong.append(f"{address}: {foreign[0][0]}, {nobodys[0][0]}")
            wrong += [f"{address} shows it" for answer in foreign if SECRET in answer[1]]
        assert not changed(before)
    assert not wrong, "\n".join(wrong)


# -- forged forms ---------------------------------------------------------------------------------


def editor_form(title: str = "试") -> dict:
    """A new solution with nothing but a title, as the editor posts it."""
    form = {"title": title, "slug": "", "offering_type": "product", "trial_days": "0"}
    for name in ("intellectual_property", "reference_cases", "comments"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    for name in ("functions", "requirements", "delivery_steps", "faq", "pictures"):
        form[f"{name}-count"] = "0"
    return form


def with_picture(pk: object) -> dict:
    return editor_form() | {
        "pictures-count": "1",
        "pictures-0-deleted": "",
        "pictures-0-order": "0",
        "pictures-0-type": "picture",
        "pictures-0-id": "",
        "pictures-0-value-image": str(pk),
        "pictures-0-value-caption": "图",
    }


def linked_text(entity: str, pk: object) -> str:
    """Rich text in which one word points at an object."""
    block = {
        "key": "a",
        "type": "unstyled",
        "text": "x",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [{"offset": 0, "length": 1, "key": 0}],
    }
    data = {"id": pk, "url": "/", "filename": "a", "alt": "a", "format": "left"}
    entities = {"0": {"type": entity, "mutability": "MUTABLE", "data": data}}
    return json.dumps({"blocks": [block], "entityMap": entities})


def case_form(**changes: str) -> dict:
    form = {"title": "试", "slug": "", "summary": ""}
    for name in ("used_solutions", "used_providers", "indicators", "comments"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    for name in ("timeline", "quotes", "pictures"):
        form[f"{name}-count"] = "0"
    return form | changes


def case_using(relation: str, field: str, pk: object) -> dict:
    return case_form(
        **{
            f"{relation}-TOTAL_FORMS": "1",
            f"{relation}-0-{field}": str(pk),
            f"{relation}-0-text": "",
            f"{relation}-0-ORDER": "1",
        }
    )


FORGED = {
    "a picture in a stream": ("catalog", "solutionpage", "image", with_picture),
    "a link in a text": (
        "cases",
        "casepage",
        "page",
        lambda pk: case_form(results=linked_text("LINK", pk)),
    ),
    "a solution in a row": (
        "cases",
        "casepage",
        "page",
        lambda pk: case_using("used_solutions", "solution", pk),
    ),
    "a provider in a row": (
        "cases",
        "casepage",
        "page",
        lambda pk: case_using("used_providers", "provider", pk),
    ),
}


@pytest.mark.parametrize("view", ["add", "preview_on_add"])
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_reference_tells_nothing(view, forged, rival):
    """A rival's object, nobody's, and what is no number: 404 all the same, and nothing is kept."""
    app, model, kind, form = forged
    provider, client = provider_of("provider1"), signed_in("provider1")
    address = reverse(f"wagtailadmin_pages:{view}", args=[app, model, provider.pk])
    before = contents()
    answers = {
        pk: client.post(address, form(pk)) for pk in (rival.ids[kind], NOBODY, "x", "²", "9" * 40)
    }
    assert {answer.status_code for answer in answers.values()} == {404}
    assert len({plain(answer.content.decode(), address) for answer in answers.values()}) == 1
    assert not changed(before)


@pytest.mark.parametrize("entity", ["DOCUMENT", "IMAGE"])
def test_texts_take_no_documents_and_no_pictures(entity, rival):
    """The editor offers neither, so a forged one is left out, whosever it is."""
    provider, client = provider_of("provider1"), signed_in("provider1")
    address = reverse("wagtailadmin_pages:add", args=["cases", "casepage", provider.pk])
    for pk in (rival.ids["document"], rival.ids["image"], NOBODY):
        answer = client.post(address, case_form(results=linked_text(entity, pk)), follow=True)
        assert SECRET not in answer.content.decode()
    for case in provider.get_children().type(CasePage).specific():
        assert "linktype" not in case.get_latest_revision_as_object().results
        assert "embedtype" not in case.get_latest_revision_as_object().results


def test_what_was_chosen_once_may_stay_though_it_is_hidden_now(rival):
    """Or a rival that withdraws its page would lock others out of their own."""
    provider = provider_of("provider1")
    shown = provider_of("provider2").solutions.first()
    client = signed_in("provider1")
    add = reverse("wagtailadmin_pages:add", args=["cases", "casepage", provider.pk])
    answer = client.post(add, case_using("used_solutions", "solution", shown.pk))
    assert answer.status_code == 302
    case = provider.get_children().type(CasePage).latest("pk").specific
    SolutionPage.objects.filter(pk=shown.pk).update(live=False)
    row = case.get_latest_revision_as_object().used_solutions.first()
    form = case_using("used_solutions", "solution", shown.pk) | {
        "title": "改",
        "slug": case.slug,
        "used_solutions-INITIAL_FORMS": "1" if row.pk else "0",
        "used_solutions-0-id": str(row.pk or ""),
    }
    edit = reverse("wagtailadmin_pages:edit", args=[case.pk])
    assert client.post(edit, form).status_code == 302


def test_a_rivals_row_cannot_be_taken_over(rival):
    """The number of a rival's row, posted as if it were one's own."""
    theirs = provider_of("provider2").solutions.first().intellectual_property.first()
    draft = complete_draft(provider_of("provider1"))
    form = editor_form() | {
        "slug": draft.slug,
        "intellectual_property-TOTAL_FORMS": "1",
        "intellectual_property-INITIAL_FORMS": "1",
        "intellectual_property-0-kind": "patent",
        "intellectual_property-0-number": "夺来",
        "intellectual_property-0-name": "夺来",
        "intellectual_property-0-ORDER": "1",
    }
    edit = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    stored = type(theirs).objects.filter(pk=theirs.pk).values()
    before = stored.get()
    answers = []
    for pk in (theirs.pk, NOBODY):
        taken = form | {"intellectual_property-0-id": str(pk)}
        answer = signed_in("provider1").post(edit, taken)
        answers.append(answer.status_code)
        assert theirs.name not in answer.content.decode()
        assert stored.all().get() == before
        latest = SolutionPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
        assert theirs.pk not in [row.pk for row in latest.intellectual_property.all()]
    assert len(set(answers)) == 1


def test_an_editing_session_of_a_rival_is_neither_seen_nor_ended(rival):
    client = signed_in("provider1")
    release = reverse(own_views.SESSION_RELEASE, args=[rival.ids["editing session"]])
    assert client.post(release).status_code == 404
    for model, pk in (
        ("page", rival.ids["page"]),
        ("page", "x"),
        ("page", "%00"),
        ("collection", 1),
        ("nonsense", 1),
    ):
        address = f"/admin/editing-sessions/ping/wagtailcore/{model}/{pk}/1/"
        assert client.post(address).status_code == 404, (model, pk)


def test_the_search_of_the_site_finds_no_draft(rival):
    client = signed_in("provider1")
    for address in ("/search/", "/solutions/", "/providers/", "/cases/", "/api/"):
        answer = client.get(address, {"q": SECRET}, follow=True)
        said = answer.content.decode().replace(f'value="{SECRET}"', "")
        assert f"/{SECRET}" not in said
        assert "secret-draft" not in said


def test_an_office_only_account_is_no_member(rival):
    """And a member of no team has no pages of its own."""
    for username in ("bureau", "committee"):
        client = signed_in(username)
        for name in ("own_listings", "own_pictures", "own_figures", "matching_inbox"):
            assert client.get(reverse(name)).status_code == 404, (username, name)
