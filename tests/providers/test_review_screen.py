"""What a reviewer sees: the difference, the checklist, the words; and the bureau's override."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from wagtail.images import get_image_model
from wagtail.models import PageLogEntry, TaskState, Workflow

from cases.models import CasePage
from catalog.advertising import Match
from catalog.contents import content_of
from catalog.models import (
    Evidence,
    IntellectualProperty,
    PublicationDecision,
    Scenario,
    SolutionPage,
    publish_revision,
)
from marketplace.roles import REVIEW
from providers.review.checklist import checklist
from providers.review.difference import Change, Difference, differences
from providers.review.marks import compared, marked, plain
from tests.pages import complete_draft, decide, provider_of, signed_in, submitted

pytestmark = pytest.mark.usefixtures("demo_site")


@pytest.fixture
def public() -> SolutionPage:
    listing = complete_draft(provider_of("provider1"))
    publish_revision(listing.save_revision(), by=None)
    return SolutionPage.objects.get(pk=listing.pk)


def edited(public: SolutionPage, change) -> SolutionPage:
    """The version that an edit of the public one would store."""
    draft = SolutionPage.objects.get(pk=public.pk)
    change(draft)
    return draft.save_revision(clean=False).as_object()


def found(public: SolutionPage, change) -> dict[str, Difference]:
    fields = differences(public.live_revision.as_object(), edited(public, change))
    return {field.name: field for field in fields if field.is_changed}


# -- the difference -----------------------------------------------------------------------------


def test_nothing_differs_where_nothing_was_changed(public):
    assert not found(public, lambda page: None)


def test_texts_are_compared_by_words_and_han_characters():
    left, right = compared("按工序排出一周计划 for MES 2.0", "按机台排出两周计划 for ERP 2.0")
    assert marked(left, "del") == "按<del>工序</del>排出<del>一</del>周计划 for <del>MES</del> 2.0"
    assert marked(right, "ins") == "按<ins>机台</ins>排出<ins>两</ins>周计划 for <ins>ERP</ins> 2.0"


def test_nothing_that_was_written_becomes_markup():
    left, right = compared("a <b>x</b>", "a <script>alert(1)</script>")
    for html in (marked(left, "del"), marked(right, "ins"), plain("<i>\n&")):
        assert "<script" not in html
        assert "<b>" not in html
    assert plain("<i>\n&") == "&lt;i&gt;<br>&amp;"


def test_words_are_marked_in_place_across_what_changed():
    _left, right = compared("这是好工具", "这是最佳工具")
    match = Match(2, 4, "最佳", "block", "改掉")
    assert marked(right, "ins", [match]) == "这是<ins><mark>最佳</mark></ins>工具"
    _left, right = compared("最好", "最佳")
    match = Match(0, 2, "最佳", "block", "改掉")
    assert marked(right, "ins", [match]) == "<mark>最</mark><ins><mark>佳</mark></ins>"


def test_long_texts_are_compared_by_sentences_in_a_moment():
    before = "工序排产按周滚动。" * 1000
    left, right = compared(before, before + "新的一句。")
    assert marked(right, "ins").endswith("<ins>新的一句。</ins>")
    assert "".join(piece.text for piece in left) == before


@pytest.mark.parametrize(
    ("name", "value", "before", "after"),
    [
        ("price_max_wan", 3, "2", "3"),
        ("gbt4754", "C18", "", "C18"),
        ("delivery_days", 9, "10", "9"),
    ],
)
def test_values_are_told_as_a_reader_writes_them(public, name, value, before, after):
    field = found(public, lambda page: setattr(page, name, value))[name]
    (line,) = field.lines
    if before:
        assert (line.before, line.after) == (f"<del>{before}</del>", f"<ins>{after}</ins>")
    else:
        assert (line.change, line.after) == (Change.ADDED, after)


def test_choices_and_ticks_are_told_in_words(public):
    def change(page: SolutionPage) -> None:
        page.offering_type, page.local_service = "product", not page.local_service

    with translation.override("zh-hans"):
        fields = found(public, change)
    kind, tick = fields["offering_type"].lines[0], fields["local_service"].lines[0]
    assert str(SolutionPage.OfferingType.PRODUCT.label) in kind.after.replace("<ins>", "").replace(
        "</ins>", ""
    )
    assert "True" not in tick.before + tick.after
    assert "False" not in tick.before + tick.after


def test_vocabularies_are_told_by_their_names(public):
    chosen = list(public.scenarios.all())
    other = Scenario.objects.exclude(pk__in=[term.pk for term in chosen]).first()
    field = found(public, lambda page: page.scenarios.set([*chosen, other]))["scenarios"]
    added = [line for line in field.lines if line.change == Change.ADDED]
    assert [line.after for line in added] == [other.name]


def test_streams_and_child_rows_are_told_row_by_row(public):
    def change(page: SolutionPage) -> None:
        page.faq = [("question", {"question": "要买服务器吗？", "answer": "不用。"})]
        page.intellectual_property = [
            *page.intellectual_property.all(),
            IntellectualProperty(kind="patent", number="演示专利 2", name="排程方法"),
        ]

    fields = found(public, change)
    assert "要买服务器吗？" in fields["faq"].lines[0].after
    states = [line.change for line in fields["intellectual_property"].lines]
    assert states == [Change.SAME, Change.ADDED]
    assert "演示专利 2" in fields["intellectual_property"].lines[1].after


def test_before_the_first_publication_everything_is_new():
    fields = differences(None, complete_draft(provider_of("provider1")))
    assert {field.change for field in fields} == {Change.ADDED}
    assert "tagline" in {field.name for field in fields}


def test_internal_contacts_are_for_the_bureau_only():
    profile = provider_of("provider1")
    profile.contact_name = "演示联系人"
    assert "contact_name" not in {field.name for field in differences(None, profile)}
    shown = differences(None, profile, with_internal=True)
    assert "contact_name" in {field.name for field in shown}


def test_a_link_led_elsewhere_and_another_picture_of_the_same_title_are_changes(public):
    image = get_image_model().objects.first()
    other = get_image_model().objects.exclude(pk=image.pk).first()
    for each in (image, other):
        each.title = "车间"
        each.save()

    def say(page: SolutionPage, address: str, picture) -> None:
        answer = f'<p>见<a href="{address}">官网</a>。</p>'
        page.faq = [("question", {"question": "在哪？", "answer": answer})]
        page.pictures = [("picture", {"image": picture, "alt": "车间"})]

    say(public, "https://one.example/", image)
    publish_revision(public.save_revision(clean=False), by=None)
    public = SolutionPage.objects.get(pk=public.pk)
    fields = found(public, lambda page: say(page, "https://two.example/", other))
    assert set(fields) == {"faq", "pictures"}
    assert "two.example" in strip_tags(fields["faq"].lines[0].after)


def test_what_an_anonymous_case_withholds_is_for_who_decides_only():
    case = CasePage.objects.first()
    case.is_anonymous, case.enterprise_name = True, "演示秘密针织厂"
    shown = differences(None, case, with_unnamed=False)
    told = {"enterprise_name", "enterprise", "investment_wan", "investment_note"}
    assert not told & {field.name for field in shown}
    assert "enterprise_name" in {field.name for field in differences(None, case)}


# -- the screen ---------------------------------------------------------------------------------


def screen(username: str, state: TaskState) -> str:
    return signed_in(username).get(reverse("review_detail", args=[state.pk])).content.decode()


def submitted_edit(public: SolutionPage, **changes) -> TaskState:
    member = get_user_model().objects.get(username="provider1")
    draft = SolutionPage.objects.get(pk=public.pk)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision(user=member, clean=False)
    Workflow.objects.get(name=REVIEW).start(draft, member)
    return SolutionPage.objects.get(pk=public.pk).current_workflow_task_state


def test_the_screen_shows_difference_words_and_checklist(public):
    state = submitted_edit(public, tagline="最佳排程工具。", problem="<script>alert(1)</script>")
    shown = screen("lead", state)
    assert "<mark>最佳</mark>" in shown
    assert "<ins>" in shown
    assert "<del>" in shown
    assert "<script>alert(1)" not in shown
    for check in checklist(state.revision.as_object()):
        assert str(check.state.label) in shown


def test_the_checklist_holds_every_blocker_and_the_providers_duties():
    listing = complete_draft(provider_of("provider1"))
    listing.provider.undertakings.all().delete()
    listing.intellectual_property.clear()
    blocked = {str(check.sentence) for check in checklist(listing) if check.blocks}
    assert blocked == {str(sentence) for sentence in listing.blockers()}
    assert len(blocked) == 2


def test_evidence_is_listed_for_who_decides():
    state = submitted("provider1")
    page = state.workflow_state.content_object
    proof = Evidence.objects.create(page=page, name="软件著作权登记证书", file="evidence/x.pdf")
    shown = screen("lead", state)
    assert proof.name in shown
    assert reverse("evidence_download", args=[proof.pk]) in shown


def test_odd_input_is_no_error():
    state = submitted("provider1")
    client: Client = signed_in("lead")
    address = reverse("review_detail", args=[state.pk])
    for data in (
        {},
        {"action": "\0"},
        {"action": "approve", "comment": "\0"},
        {"action": "reject", "comment": "字" * 5000},
        {"action": "override", "reason": "x"},
    ):
        assert client.post(address, data).status_code in (404, 422)
    assert client.get("/admin/review/99999999999999999999/").status_code == 404
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_IN_PROGRESS


# -- the override -------------------------------------------------------------------------------


@pytest.fixture
def incomplete() -> TaskState:
    """The bureau's step of a submission without a proof of intellectual property."""
    state = submitted("provider1")
    listing = SolutionPage.objects.get(pk=state.workflow_state.object_id)
    listing.current_workflow_state.cancel()
    listing.intellectual_property.clear()
    member = get_user_model().objects.get(username="provider1")
    listing.save_revision(user=member, clean=False)
    listing = SolutionPage.objects.get(pk=listing.pk)
    Workflow.objects.get(name=REVIEW).start(listing, member)
    decide("lead", listing.current_workflow_task_state, "approve")
    return SolutionPage.objects.get(pk=listing.pk).current_workflow_task_state


def override(username: str, state: TaskState, reason: str):
    address = reverse("review_detail", args=[state.pk])
    return signed_in(username).post(address, {"action": "override", "reason": reason})


def is_live(state: TaskState) -> bool:
    return SolutionPage.objects.live().filter(pk=state.workflow_state.object_id).exists()


def test_the_bureau_publishes_despite_open_points_with_a_reason(incomplete):
    assert decide("bureau", incomplete, "approve").status_code == 422
    assert override("bureau", incomplete, " ").status_code == 422
    assert not is_live(incomplete)
    assert override("bureau", incomplete, "软著在办，凭受理通知书。").status_code == 302
    assert is_live(incomplete)
    decision = PublicationDecision.objects.get(revision=incomplete.revision)
    assert (decision.kind, decision.reason) == ("override", "软著在办，凭受理通知书。")
    entry = PageLogEntry.objects.get(action="providers.review.override")
    assert entry.user.get_username() == "bureau"
    assert entry.data["reason"] == "软著在办，凭受理通知书。"
    assert len(entry.data["open_points"]) == 1
    history = reverse("wagtailadmin_pages:history", args=[incomplete.workflow_state.object_id])
    assert "软著在办" in signed_in("provider1").get(history).content.decode()


def test_nobody_else_overrides_and_nothing_without_need(incomplete):
    for username in ("lead", "committee", "provider1"):
        assert override(username, incomplete, "我说了算").status_code == 404
    assert not is_live(incomplete)
    first = submitted("provider2", "at-the-first-step")
    assert override("lead", first, "我说了算").status_code == 404
    decide("lead", first, "approve")
    listing = SolutionPage.objects.get(pk=first.workflow_state.object_id)
    complete = listing.current_workflow_task_state
    assert override("bureau", complete, "多此一举").status_code == 422
    assert not is_live(complete)


def test_line_ends_of_a_browser_are_no_change():
    page = complete_draft(provider_of("provider1"))
    page.interfaces = "ERP\nMES"
    public = [row.text for row in content_of(page, "interfaces").rows]
    page.interfaces = "ERP\r\nMES"
    assert [row.text for row in content_of(page, "interfaces").rows] == public
