"""Vocabularies and the bureau's decisions in the back office: registrations, and the words
that the editor says before the gate refuses."""

from django.contrib import messages
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from catalog import models
from catalog.bureau_lists import CalendarDayViewSet, MissingHolidaysPanel, RewardPolicyViewSet
from catalog.decisions import DecisionViewSet
from catalog.editing import CarefulPageViewSet
from catalog.forms import TermForm
from catalog.moving import added_blockers
from catalog.uploads import document_response


class TermViewSet(SnippetViewSet):
    """The list and form of one vocabulary."""

    list_display = ["label", "code", "order", BooleanColumn("is_active", label=_("may be chosen"))]
    ordering = ["order", "code"]
    search_fields = ["label", "label_en", "code"]
    search_backend_name = None

    def get_edit_handler(self) -> ObjectList:
        handler = ObjectList(self.model.panels, base_form_class=TermForm)
        return handler.bind_to_model(self.model)


class SynonymViewSet(SnippetViewSet):
    model = models.Synonym
    list_display = ["__str__", BooleanColumn("is_active", label=_("may be chosen"))]
    search_fields = ["words"]
    search_backend_name = None


class AdvertisingWordViewSet(SnippetViewSet):
    model = models.AdvertisingWord
    list_display = [
        "pattern",
        "effect",
        "advice",
        BooleanColumn("is_active", label=_("in use")),
    ]
    list_filter = ["effect", "is_active"]
    search_fields = ["pattern", "advice"]
    search_backend_name = None


class VocabularyGroup(SnippetViewSetGroup):
    menu_label = _("Vocabularies")
    menu_icon = "tag"
    menu_order = 600
    items = (
        *(
            type(f"{model.__name__}ViewSet", (TermViewSet,), {"model": model})
            for model in models.VOCABULARIES
        ),
        SynonymViewSet,
        RewardPolicyViewSet,
        CalendarDayViewSet,
        AdvertisingWordViewSet,
    )


class RecognitionViewSet(DecisionViewSet):
    model = models.Recognition
    list_display = [
        "solution",
        "batch",
        "recognised_on",
        BooleanColumn("counts_toward_target", label=_("counts toward the target")),
    ]
    panels = [
        FieldPanel("solution"),
        FieldPanel("batch"),
        FieldPanel("recognised_on"),
        FieldPanel("document"),
        FieldPanel("counts_toward_target"),
    ]


class DecisionGroup(SnippetViewSetGroup):
    menu_label = _("Decisions")
    menu_icon = "clipboard-list"
    menu_order = 500
    items = (RecognitionViewSet,)


register_snippet(VocabularyGroup)
register_snippet(DecisionGroup)


@hooks.register("construct_homepage_panels")
def ask_for_holidays(request, panels):
    """Deadlines of a year that nobody told the site are wrong around each holiday."""
    if request.user.has_perm("catalog.add_calendarday") and (panel := MissingHolidaysPanel.now()):
        panels.append(panel)


@hooks.register("insert_editor_js")
def let_buttons_wait_for_autosave() -> SafeString:
    return format_html('<script src="{}"></script>', static("editor.js"))


@hooks.register("before_publish_page")
def say_why_a_listing_is_not_published(request, page):
    """The editor's publish button; the gate in the page's ``save`` stands behind it."""
    if not isinstance(page, models.ListingPage):
        return None
    messages.error(request, refusal([page]))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def say_why_listings_are_not_published(request, action_type, objects, action):
    """The bulk action: one refused page would abort all the others half-way."""
    listings = [page for page in objects if isinstance(page.specific, models.ListingPage)]
    if action_type != "publish" or not listings:
        return None
    messages.error(request, refusal([page.specific for page in listings]))
    return redirect(action.next_url)


def refusal(listings: list[models.ListingPage]) -> str:
    """That listings go public by review, and what each still lacks."""
    rule = str(_("Listings and cases become public through the review, not from here."))
    missing = [
        f"{page.title}: {' '.join(str(blocker) for blocker in blockers)}"
        for page in listings
        if (blockers := page.blockers())
    ]
    return " ".join([rule, *missing])


@hooks.register("before_copy_page")
def say_why_a_copy_is_not_published(request, page):
    """A copy is a draft of its own; it neither goes public with the original nor follows it."""
    if not isinstance(page.specific, models.ListingPage) or request.method != "POST":
        return None
    if not {"publish_copies", "alias", "copy_subpages"} & set(request.POST):
        return None
    rule = _("A listing is copied as a draft, by itself: not public, not as an alias.")
    messages.error(request, str(rule))
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("before_move_page")
def say_why_a_listing_is_not_moved(request, page, destination):
    """The move's own refusal (``catalog.moving``) stands behind it."""
    blockers = added_blockers(page.specific, destination.specific)
    if not blockers:
        return None
    messages.error(request, " ".join(str(blocker) for blocker in blockers))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("register_admin_viewset", order=1000)
def careful_pages() -> CarefulPageViewSet:
    """In the place of Wagtail's own, which registers first."""
    return CarefulPageViewSet()


@hooks.register("before_serve_document", order=1000)
def hand_documents_out(document, request):
    """After the check of who may have it."""
    return document_response(document.file, document.filename)
