"""Vocabularies and the bureau's decisions in the back office: registrations only."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from catalog import models
from catalog.forms import TermForm


class TermViewSet(SnippetViewSet):
    """The list and form of one vocabulary."""

    list_display = ["label", "code", "order", "is_active"]
    ordering = ["order", "code"]
    search_fields = ["label", "label_en", "code"]
    search_backend_name = None

    def get_edit_handler(self) -> ObjectList:
        handler = ObjectList(self.model.panels, base_form_class=TermForm)
        return handler.bind_to_model(self.model)


class SynonymViewSet(SnippetViewSet):
    model = models.Synonym
    list_display = ["__str__", "is_active"]
    search_fields = ["words"]
    search_backend_name = None


class RewardTierViewSet(SnippetViewSet):
    model = models.RewardTier
    list_display = ["code", "level_min", "cap_wan"]
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
        RewardTierViewSet,
    )


class SuspensionViewSet(SnippetViewSet):
    model = models.Suspension
    list_display = ["page", "reason", "starts_at", "until", "lifted_at"]
    panels = [
        FieldPanel("page"),
        FieldPanel("reason"),
        FieldPanel("until"),
        FieldPanel("lifted_at"),
    ]
    search_backend_name = None


class RecognitionViewSet(SnippetViewSet):
    model = models.Recognition
    list_display = ["solution", "batch", "recognised_on", "counts_toward_target"]
    panels = [
        FieldPanel("solution"),
        FieldPanel("batch"),
        FieldPanel("recognised_on"),
        FieldPanel("document"),
        FieldPanel("counts_toward_target"),
    ]
    search_backend_name = None


class DecisionGroup(SnippetViewSetGroup):
    menu_label = _("Decisions")
    menu_icon = "clipboard-list"
    menu_order = 500
    items = (RecognitionViewSet, SuspensionViewSet)


register_snippet(VocabularyGroup)
register_snippet(DecisionGroup)
