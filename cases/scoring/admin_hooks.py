"""The scoring in the back office: addresses, menu, first page, criteria, history."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, re_path, reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CopyView, SnippetViewSet

from cases.models import CaseReviewer, ScoringScheme
from cases.office_menu import CASES_MENU_HOOK
from cases.scoring import file_panel  # noqa: F401
from cases.scoring.access import EXPERT_MENU, is_expert
from cases.scoring.own_sheets import awaited_count
from cases.scoring.rounds import READS
from cases.scoring.views import deciding, experts, own, ranking, reading, rounds
from providers.backoffice.home_panels import WaitingPanel
from providers.menu_items import CountingMenuItem, PermittedMenuItem
from providers.once import once_a_request

PK = r"(?P<pk>[0-9]{1,18})"


def awaited(request: HttpRequest) -> int:
    """How many sheets the reader has still to hand in; asked once a request."""
    return once_a_request(request, "awaited sheets", lambda: awaited_count(request.user))


class OwnSheetsMenuItem(CountingMenuItem):
    """For whoever was ever asked to score."""

    def is_shown(self, request: HttpRequest) -> bool:
        return once_a_request(
            request,
            "was asked to score",
            lambda: CaseReviewer.objects.filter(user=request.user.pk).exists(),
        )

    def waiting(self, request: HttpRequest) -> int:
        return awaited(request)


@hooks.register(CASES_MENU_HOOK)
def own_sheets_menu_item() -> MenuItem:
    return OwnSheetsMenuItem(
        gettext_lazy("To score"),
        reverse_lazy("scoring_own"),
        name="scoring-own",
        icon_name="edit",
        order=15,
    )


@hooks.register(CASES_MENU_HOOK)
def scoring_menu_item() -> MenuItem:
    return PermittedMenuItem(
        gettext_lazy("Scoring"),
        reverse_lazy("scoring"),
        name="scoring",
        icon_name="order",
        order=20,
        permission=READS,
    )


@hooks.register("construct_main_menu")
def reduce_menu_for_experts(request: HttpRequest, menu_items: list) -> None:
    if is_expert(request):
        menu_items[:] = [item for item in menu_items if item.name in EXPERT_MENU]


@hooks.register("construct_search")
def no_site_search_for_experts(request: HttpRequest, search_areas: list) -> None:
    if is_expert(request):
        search_areas.clear()


@hooks.register("construct_homepage_summary_items", order=1000)
def no_site_summary_for_experts(request: HttpRequest, summary_items: list) -> None:
    if is_expert(request):
        summary_items.clear()


@hooks.register("construct_homepage_panels")
def say_what_is_to_score(request: HttpRequest, panels: list) -> None:
    if count := awaited(request):
        items = [(own.waiting_sentence(count), reverse("scoring_own"))]
        panels.insert(0, WaitingPanel(_("To score"), items))


@hooks.register("register_admin_urls")
def own_urls() -> list:
    sheet = rf"^scoring/mine/{PK}"
    return [
        path("scoring/mine/", own.own, name="scoring_own"),
        re_path(rf"{sheet}/$", own.sheet, name="scoring_sheet"),
        re_path(rf"{sheet}/submit/$", own.submit, name="scoring_submit"),
        re_path(rf"{sheet}/keep/$", own.keep_first, name="scoring_keep"),
        re_path(rf"{sheet}/decline/$", own.decline, name="scoring_decline"),
        re_path(rf"^scoring/{PK}/reading/$", reading.reading, name="scoring_reading"),
        re_path(
            rf"^scoring/{PK}/reading/preview/$", reading.preview, name="scoring_reading_preview"
        ),
        re_path(
            rf"^scoring/{PK}/reading/proofs/(?P<evidence_id>[0-9]{{1,18}})/$",
            reading.proof,
            name="scoring_reading_proof",
        ),
    ]


@hooks.register("register_admin_urls")
def round_urls() -> list:
    one = rf"^scoring/{PK}"
    return [
        path("scoring/", rounds.RoundsView.as_view(), name="scoring"),
        path(
            "scoring/results/",
            rounds.RoundsView.as_view(results_only=True),
            name="scoring_results",
        ),
        path("scoring/new/", rounds.new, name="scoring_new"),
        re_path(r"^scoring/new/(?P<page_id>[0-9]{1,18})/$", rounds.open_one, name="scoring_open"),
        path("scoring/ranking/", ranking.table, name="scoring_ranking"),
        path("scoring/ranking/export/", ranking.export, name="scoring_ranking_export"),
        re_path(rf"{one}/$", rounds.detail, name="scoring_round"),
        re_path(rf"{one}/ask/$", deciding.ask, name="scoring_ask"),
        re_path(rf"{one}/discussion/$", deciding.discussion, name="scoring_discussion"),
        re_path(rf"{one}/end-revising/$", deciding.end_revising, name="scoring_end_revising"),
        re_path(rf"{one}/outcome/$", deciding.settle, name="scoring_outcome"),
        re_path(rf"{one}/stand/$", deciding.stand, name="scoring_stand"),
        re_path(rf"^scoring/reviewers/{PK}/out/$", deciding.take_out, name="scoring_take_out"),
    ]


@hooks.register("register_admin_urls")
def expert_urls() -> list:
    one = rf"^scoring/experts/{PK}"
    return [
        path("scoring/experts/", experts.ExpertsView.as_view(), name="scoring_experts"),
        path(
            "scoring/experts/results/",
            experts.ExpertsView.as_view(results_only=True),
            name="scoring_experts_results",
        ),
        path("scoring/experts/invite/", experts.invite, name="scoring_expert_invite"),
        re_path(rf"{one}/$", experts.expert, name="scoring_expert"),
        re_path(rf"{one}/again/$", experts.send_again, name="scoring_expert_again"),
        re_path(rf"{one}/end/$", experts.end, name="scoring_expert_end"),
        re_path(r"^scoring/ties/(?P<user_id>[0-9]{1,18})/$", experts.ties, name="scoring_ties"),
    ]


# -- criteria -------------------------------------------------------------------------------------


class CopiedSchemeView(CopyView):
    """The next version begins as a copy, in force from tomorrow."""

    def get_initial_form_instance(self) -> ScoringScheme:
        return self.get_object().as_next()


def standing(row: ScoringScheme) -> str:
    return _("stays as it is") if row.is_fixed() else _("to come, may be changed")


class ScoringSchemeViewSet(SnippetViewSet):
    model = ScoringScheme
    icon = "list-ol"
    menu_label = gettext_lazy("Criteria")
    menu_order = 95
    menu_hook = CASES_MENU_HOOK
    copy_view_class = CopiedSchemeView
    search_backend_name = None
    list_display = [
        "effective_on",
        "note",
        StatusTagColumn("standing", label=gettext_lazy("Status"), accessor=standing),
    ]


register_snippet(ScoringSchemeViewSet)


# -- history --------------------------------------------------------------------------------------

# Action: its label, and the sentence of the history with what the entry's data fill in.
ACTIONS = {
    "scoring_opened": (gettext_lazy("Open a scoring"), gettext_lazy("Opened a scoring")),
    "scoring_asked": (gettext_lazy("Ask a reviewer"), gettext_lazy("Asked %(who)s to score")),
    "scoring_declined": (gettext_lazy("Decline to score"), gettext_lazy("%(who)s declined")),
    "scoring_taken_out": (
        gettext_lazy("Take a reviewer out"),
        gettext_lazy("Took %(who)s out of the scoring"),
    ),
    "scoring_sheet": (
        gettext_lazy("Hand a score sheet in"),
        gettext_lazy("%(who)s handed a score sheet in"),
    ),
    "scoring_discussed": (
        gettext_lazy("Record a discussion"),
        gettext_lazy("Recorded a discussion of the points"),
    ),
    "scoring_second_turn_ended": (
        gettext_lazy("Wait no longer for revised sheets"),
        gettext_lazy("Waited no longer for revised sheets"),
    ),
    "scoring_closed": (
        gettext_lazy("Settle the outcome"),
        gettext_lazy("Settled the outcome of the scoring"),
    ),
    "scores_stand": (
        gettext_lazy("Confirm the scores"),
        gettext_lazy("Confirmed that the scores stand"),
    ),
    "expert_invited": (gettext_lazy("Invite an expert"), gettext_lazy("Invited an expert")),
    "expert_changed": (
        gettext_lazy("Change an expert's term"),
        gettext_lazy("Changed term or ties of an expert"),
    ),
    "expert_ended": (
        gettext_lazy("End an expert's term"),
        gettext_lazy("Ended the term of an expert"),
    ),
    "expert_accepted": (
        gettext_lazy("Accept an invitation"),
        gettext_lazy("Accepted the invitation"),
    ),
    "ties_declared": (gettext_lazy("Note declared ties"), gettext_lazy("Noted declared ties")),
}


@hooks.register("register_log_actions")
def scoring_log_actions(actions) -> None:
    for name, (label, sentence) in ACTIONS.items():
        actions.register_action(f"cases.{name}")(formatter(label, sentence))


def formatter(action_label: str, sentence: str) -> type[LogFormatter]:
    class ScoringFormatter(LogFormatter):
        label = action_label

        def format_message(self, log_entry) -> str:
            return str(sentence) % {"who": (log_entry.data or {}).get("who", "")}

    return ScoringFormatter
