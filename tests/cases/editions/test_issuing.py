"""An edition goes out by being issued, stays as it was, and is taken back."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Page

from cases.editions.issuing import issue_edition, withdraw_edition
from cases.models import (
    CaseCollectionPage,
    CaseIndexPage,
    CasePage,
    CollectionEntry,
    CollectionIssue,
    PublicationPermission,
)
from catalog.models import Indicator, IndustryChain, PublicationRefused, Suspension
from marketplace.demo.content import picture
from providers.withdrawal.subtree import ActRefused
from tests.cases.editions.making import (
    bureau,
    change_case,
    demo_edition,
    issued,
    new_edition,
    permitted,
)
from tests.pages import signed_in

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def cases() -> list[CasePage]:
    return list(CasePage.objects.listed().order_by("pk"))


def said(client: Client, address: str) -> str:
    """The words of a page's main part, which hold no token and no date of today."""
    page = client.get(address)
    assert page.status_code == 200, address
    return re.search(r"<main.*</main>", page.content.decode(), re.S)[0]


# -- the demonstration -----------------------------------------------------------------------------


def test_the_demonstrations_edition_is_out_in_hand_made_order():
    edition = demo_edition()
    issue = edition.current_issue()
    assert edition.live
    assert edition.is_demo
    assert issue.number == 1
    assert [row.case.slug for row in issue.cases.select_related("case")] == [
        "mianliao-jiqi-shijue",
        "zhenzhi-xiaodan-kuaifan",
        "pcb-guozhan-saoma",
    ]
    titles = [chapter["title"]["zh-hans"] for chapter in issue.content["chapters"]]
    assert titles == ["纺织服装", "电子信息"]
    assert [chapter["places"] for chapter in issue.content["chapters"]] == [[1, 2], [3]]


def test_all_of_the_demonstrations_edition_says_that_it_is_invented():
    issue = demo_edition().current_issue()
    assert "虚构" in issue.content["preface"]
    assert "虚构" in " ".join(issue.content["disclaimers"])
    assert issue.content["is_demo"]


# -- what is asked for -----------------------------------------------------------------------------


def test_an_edition_without_cases_or_imprint_is_refused():
    page = new_edition(editor="", contact="")
    with pytest.raises(ActRefused) as refused:
        issue_edition(page, by=bureau())
    assert len(refused.value.sentences) == 3
    assert not page.issues.exists()


def test_a_cover_needs_its_alternative_text(cases):
    page = new_edition(cases[0], cover=get_image_model().objects.first())
    with pytest.raises(ActRefused) as refused:
        issue_edition(page, by=bureau())
    assert len(refused.value.sentences) == 1


def test_cases_that_are_not_on_the_site_are_named(cases):
    hidden = CasePage.objects.exclude(pk__in=[case.pk for case in cases]).first()
    Suspension.objects.create(page_id=cases[1].pk, reason="测试")
    page = new_edition(cases[0], hidden, cases[1])
    with pytest.raises(ActRefused) as refused:
        issue_edition(page, by=bureau())
    assert len(refused.value.sentences) == 2
    assert hidden.title in refused.value.sentences[0]
    assert cases[1].title in refused.value.sentences[1]


def test_the_permission_must_stand_for_what_the_case_says_now(cases):
    case = change_case(cases[0], summary="改写后的一句话")
    page = new_edition(case)
    PublicationPermission.objects.filter(case=case, revision=case.live_revision).delete()
    with pytest.raises(ActRefused) as refused:
        issue_edition(page, by=bureau())
    assert case.title in refused.value.sentences[0]
    permitted(case.live_revision)
    assert issue_edition(page, by=bureau()).number == 1


def test_a_picture_whose_file_is_gone_is_named(cases):
    image = cases[0].pictures[0].value["image"]
    get_image_model().objects.filter(pk=image.pk).update(file="original_images/gone.jpg")
    with pytest.raises(ActRefused) as refused:
        issue_edition(new_edition(cases[0]), by=bureau())
    assert image.title in refused.value.sentences[0]


def test_a_case_stands_once_in_an_edition(cases):
    page = new_edition(cases[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionEntry.objects.create(collection=page, case=cases[0])


# -- the gate --------------------------------------------------------------------------------------


def test_no_other_way_makes_an_edition_public(cases, admin_user):
    page = new_edition(cases[0])
    revision = page.get_latest_revision()
    with pytest.raises(PublicationRefused):
        revision.publish(user=admin_user, skip_permission_checks=True)
    page.refresh_from_db()
    page.live = True
    with pytest.raises(PublicationRefused):
        page.save()
    bare = Page.objects.get(pk=page.pk)
    bare.live, bare.live_revision = True, revision
    with pytest.raises(PublicationRefused):
        bare.save()
    assert not CaseCollectionPage.objects.get(pk=page.pk).live


def test_a_copy_of_a_public_edition_is_not_public(admin_user):
    with pytest.raises(PublicationRefused), transaction.atomic():
        demo_edition().copy(update_attrs={"slug": "copy"}, user=admin_user, keep_live=True)
    copy = demo_edition().copy(update_attrs={"slug": "copy"}, user=admin_user, keep_live=False)
    assert not copy.live
    assert not copy.issues.exists()


def test_the_operators_publish_button_says_how_an_edition_goes_out(admin_client, cases):
    page = new_edition(cases[0])
    address = f"/admin/pages/{page.pk}/edit/"
    form = admin_client.get(address).context["form"]
    latest = page.get_latest_revision()
    loaded = {
        "loaded_revision_id": latest.pk,
        "loaded_revision_created_at": latest.created_at.isoformat(),
    }
    posted = editor_data(form) | loaded | {"action-publish": "1"}
    response = admin_client.post(address, posted, follow=True)
    assert f"/admin/editions/{page.pk}/" in [url for url, _status in response.redirect_chain]
    assert not CaseCollectionPage.objects.get(pk=page.pk).live


def editor_data(form) -> dict[str, str]:
    """What a browser sends back of an untouched editor form."""
    data = {}
    parts = [form, *(each for formset in form.formsets.values() for each in formset.forms)]
    for part in parts:
        for bound in part:
            value = bound.value()
            data[bound.html_name] = "" if value is None else str(value)
    for formset in form.formsets.values():
        data |= {f"{formset.prefix}-{name}": "0" for name in ("MIN_NUM_FORMS", "MAX_NUM_FORMS")}
        data[f"{formset.prefix}-TOTAL_FORMS"] = str(len(formset.forms))
        data[f"{formset.prefix}-INITIAL_FORMS"] = str(formset.initial_form_count())
    data["preface"] = "null"
    data["comments-TOTAL_FORMS"] = data["comments-INITIAL_FORMS"] = "0"
    return data


def test_an_edition_is_not_sent_to_the_review():
    """The list of cases has the review of cases as its workflow; an edition does not take it."""
    edition = demo_edition()
    assert CaseIndexPage.objects.get().get_workflow() is not None
    assert edition.get_workflow() is None
    assert not edition.has_workflow
    assert not edition.permissions_for_user(bureau()).can_submit_for_moderation()


def test_what_was_public_once_is_not_deleted(admin_user):
    assert not demo_edition().permissions_for_user(admin_user).can_delete()


# -- frozen ----------------------------------------------------------------------------------------


def test_a_later_edit_changes_no_issue(client, cases):
    edition = demo_edition()
    addresses = [edition.url, *(f"{edition.url}{place}/" for place in (1, 2, 3))]
    before = [said(client, address) for address in addresses]
    issue = edition.current_issue()
    files = {row.key: row.file.read() for row in issue.pictures.all()}
    mark = issue.fingerprint

    for case in cases:
        indicator = case.indicators.first()
        case.indicators = [
            row if row.pk != indicator.pk else changed(row) for row in case.indicators.all()
        ]
        change_case(case, title=f"{case.title}（改）", profile="<p>改写</p>")
    for model in (IndustryChain, Indicator):
        for term in model.objects.all():
            term.label, term.label_en = f"改名{term.pk}", f"Renamed {term.pk}"
            term.save()
    replacement = picture("另一张图（演示）", "provider", "another")
    for image in get_image_model().objects.exclude(pk=replacement.pk):
        image.file = replacement.file.name
        image.save()

    assert [said(client, address) for address in addresses] == before
    issue.refresh_from_db()
    assert issue.fingerprint == mark
    assert {row.key: row.file.read() for row in issue.pictures.all()} == files

    again = issue_edition(edition, by=bureau(), note="更新三个案例")
    assert again.fingerprint != mark
    assert "（改）" in said(client, edition.url)
    assert "改名" in said(client, f"{edition.url}1/")
    # The earlier issue still says what it said, at its own address.
    text = said(client, f"{edition.url}issues/1/1/")
    assert "（改）" not in text
    assert "改名" not in text


def changed(row):
    row.before = row.before + 1
    return row


def test_the_fingerprint_is_that_of_the_content(cases):
    first = issued(cases[0], slug="a")
    second = issued(cases[0], slug="b")
    other = issued(cases[0], slug="c", subtitle="另一个副题")
    assert first.fingerprint == second.fingerprint != other.fingerprint


def test_a_second_click_makes_no_second_issue(cases):
    edition = issued(cases[0]).collection
    with pytest.raises(ActRefused):
        issue_edition(edition, by=bureau())
    assert edition.issues.count() == 1
    # Taken back, the same is issued again.
    withdraw_edition(edition, by=bureau(), reason="测试")
    assert issue_edition(edition, by=bureau()).number == 2


def test_an_anonymous_case_keeps_its_secrets(cases):
    case = change_case(
        cases[0], is_anonymous=True, anonymous_name="一家针织企业", investment_note="泄露线索"
    )
    content = str(issued(case).cases.get().content)
    assert "一家针织企业" in content
    assert case.enterprise_name not in content.replace(case.title, "")
    assert "泄露线索" not in content
    row = issued(case, slug="again").cases.get().content
    assert row["software_wan"] is None
    assert row["hardware_wan"] is None


def test_an_anonymous_case_has_no_speakers_name(cases):
    quotes = [("quote", {"text": "省了三天。", "speaker": "钱守正", "role": "厂长"})]
    case = change_case(cases[0], quotes=quotes)
    assert "钱守正" in str(issued(case).cases.get().content)
    case = change_case(cases[0], is_anonymous=True, anonymous_name="一家针织企业")
    content = issued(case, slug="again").cases.get().content
    assert "钱守正" not in str(content)
    assert content["quotes"][0]["role"] == "厂长"


@pytest.mark.parametrize("place", ["preface", "note", "chapter"])
def test_an_edition_does_not_name_who_stays_anonymous(cases, place):
    title = "一家工厂的工票改造"
    case = change_case(cases[0], is_anonymous=True, anonymous_name="一家针织企业", title=title)
    name = case.enterprise_name
    page = new_edition(case, **{"preface": f"<p>{name}</p>"} if place == "preface" else {})
    if place != "preface":
        entry = page.entries.all()[0]
        setattr(entry, place, name)
        page.entries = [entry]
        page.save_revision()
    with pytest.raises(ActRefused, match=title):
        issue_edition(page, by=bureau())
    CasePage.objects.filter(pk=case.pk).update(is_anonymous=False)
    issue_edition(page, by=bureau())


# -- chapters --------------------------------------------------------------------------------------


def chapters(issue: CollectionIssue) -> list[tuple[str, list[int]]]:
    def name(title):
        return title["zh-hans"] if isinstance(title, dict) else title

    return [(name(item["title"]), item["places"]) for item in issue.content["chapters"]]


def test_without_chapters_there_is_one_list(cases):
    assert chapters(issued(*cases, chapters="none")) == [("", [1, 2, 3])]


def test_a_chapter_typed_by_hand_wins_and_joins_one_of_its_name(cases):
    page = new_edition(*cases, chapters="industry")
    entries = list(page.entries.all())
    entries[0].chapter = "电子信息"
    page.entries = entries
    page.save_revision()
    issue = issue_edition(page, by=bureau())
    assert chapters(issue) == [("电子信息", [1, 2]), ("纺织服装", [3])]
    assert [row.case_id for row in issue.cases.all()] == [cases[0].pk, cases[2].pk, cases[1].pk]


def test_cases_without_a_chapter_among_others_are_further_ones(cases):
    page = new_edition(*cases, chapters="none")
    entries = list(page.entries.all())
    entries[1].chapter = "能耗"
    page.entries = entries
    page.save_revision()
    named = [title for title, _places in chapters(issue_edition(page, by=bureau()))]
    assert named[1] == "能耗"
    assert len(named) == 2
    assert named[0] not in ("", "能耗")


def test_chapters_by_scenario_take_what_was_used(cases):
    found = chapters(issued(*cases, chapters="scenario"))
    assert sorted(place for _title, places in found for place in places) == [1, 2, 3]
    assert all(title for title, _places in found)


# -- taking back -----------------------------------------------------------------------------------


def test_an_edition_taken_back_says_so_at_every_address(client):
    edition = demo_edition()
    key = edition.current_issue().pictures.first().key
    with pytest.raises(ActRefused):
        withdraw_edition(edition, by=bureau(), reason=" ")
    withdraw_edition(edition, by=bureau(), reason="测试撤回")
    for rest in ("", "1/", "issues/1/", "issues/1/2/", "booklet.pdf", f"pictures/{key}/", "x/"):
        response = client.get(f"{edition.url}{rest}")
        assert response.status_code == 410, rest
        assert "测试撤回" not in response.content.decode()
    with pytest.raises(ActRefused):
        withdraw_edition(edition, by=bureau(), reason="再次")
    with pytest.raises(PublicationRefused):
        edition.get_latest_revision().publish(skip_permission_checks=True)

    issue_edition(edition, by=bureau())
    assert client.get(edition.url).status_code == 200
    assert client.get(f"{edition.url}issues/1/").status_code == 200


def test_a_draft_that_was_never_out_is_not_found(client, cases):
    page = new_edition(cases[0])
    assert client.get(page.url).status_code == 404
    assert client.get(f"{page.url}booklet.pdf").status_code == 404


# -- who may ---------------------------------------------------------------------------------------


def test_the_bureau_issues_after_a_confirmation(cases):
    page = new_edition(*cases)
    office = signed_in("bureau")
    address = f"/admin/editions/{page.pk}/issue/"
    assert office.get(address).status_code == 200
    assert not page.issues.exists()
    assert office.post(address).status_code == 302
    assert page.issues.get().issued_by == bureau()
    assert CaseCollectionPage.objects.get(pk=page.pk).live

    assert office.post(address, {"note": "补充说明"}).status_code == 302
    assert page.issues.get(number=2).note == "补充说明"


def test_a_refusal_is_said_on_the_page(cases):
    page = new_edition()
    response = signed_in("bureau").post(f"/admin/editions/{page.pk}/issue/")
    assert response.status_code == 422
    assert not page.issues.exists()


def test_the_committee_reads_and_does_not_act():
    edition = demo_edition()
    committee = signed_in("committee")
    assert committee.get("/admin/editions/").status_code == 200
    assert committee.get(f"/admin/editions/{edition.pk}/").status_code == 200
    for deed in ("issue", "withdraw", "draft"):
        assert committee.post(f"/admin/editions/{edition.pk}/{deed}/").status_code == 404
    assert edition.issues.count() == 1


@pytest.mark.parametrize("username", ["lead", "provider1"])
def test_others_find_no_editions_in_the_back_office(username):
    edition = demo_edition()
    issue = edition.current_issue()
    client = signed_in(username)
    for address in (
        "",
        f"{edition.pk}/",
        f"{edition.pk}/issue/",
        f"{edition.pk}/withdraw/",
        f"{edition.pk}/draft/",
        f"{edition.pk}/draft.pdf",
        f"issues/{issue.pk}/rebuild/",
    ):
        assert client.get(f"/admin/editions/{address}").status_code == 404, address


def test_the_bureau_writes_an_edition_in_the_editor(cases):
    index = CaseIndexPage.objects.get()
    office = signed_in("bureau")
    address = f"/admin/pages/add/cases/casecollectionpage/{index.pk}/"
    form = office.get(address).context["form"]
    data = editor_data(form) | {
        "title": "编辑器里的案例集",
        "slug": "",
        "editor": "演示编辑部",
        "contact": "0797-00000000",
        "entries-TOTAL_FORMS": "2",
        "entries-0-case": cases[1].pk,
        "entries-0-ORDER": "2",
        "entries-1-case": cases[0].pk,
        "entries-1-ORDER": "1",
        "entries-1-note": "先读这一篇",
    }
    assert office.post(address, data).status_code == 302
    page = CaseCollectionPage.objects.get(title="编辑器里的案例集")
    assert [entry.case_id for entry in page.entries.order_by("sort_order")] == [
        cases[0].pk,
        cases[1].pk,
    ]
    assert not page.live


def test_an_officer_cannot_take_in_a_case_that_it_may_not_see(cases):
    """The editor takes what the bureau can see; a provider's own draft is not among that."""
    index = CaseIndexPage.objects.get()
    office = signed_in("bureau")
    form = office.get(f"/admin/pages/add/cases/casecollectionpage/{index.pk}/").context["form"]
    data = editor_data(form) | {
        "title": "不存在的案例",
        "entries-TOTAL_FORMS": "1",
        "entries-0-case": "999999",
        "entries-0-ORDER": "1",
    }
    address = f"/admin/pages/add/cases/casecollectionpage/{index.pk}/"
    assert office.post(address, data).status_code == 404


def test_permissions_of_the_enterprise_are_counted_once(cases, django_assert_num_queries):
    """Any number of cases, the same number of statements to look what is missing."""
    from cases.editions.checks import edition_blockers

    small, large = new_edition(cases[0], slug="s"), new_edition(*cases, slug="l")
    counts = []
    for page in (small, large):
        draft = page.get_latest_revision_as_object()
        with django_assert_num_queries(4):
            counts.append(edition_blockers(draft))
    assert counts == [[], []]
    assert PublicationPermission.objects.standing().count() >= 3
