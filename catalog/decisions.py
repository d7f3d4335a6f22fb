"""Acts of the office as it enters them: by whom, and with the document that decided.

The document is judged by its content as every upload is, lies in the private storage, and is
handed to nobody but who may see the decisions.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from catalog.uploads import clean_evidence, delete_stored, evidence_response


class KeptDocument:
    """What Django's own widget shows of a file: its name as a link to ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __str__(self) -> str:
        return _("download the document")


class DocumentInput(forms.ClearableFileInput):
    """A private file has no address of its own in the storage; ``address`` hands it out."""

    def __init__(self, *, address: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.address = address

    def is_initial(self, value: FieldFile | None) -> bool:
        return bool(value) and bool(self.address)

    def format_value(self, value: FieldFile | None) -> KeptDocument | None:
        return KeptDocument(self.address) if self.is_initial(value) else None


class DecisionForm(WagtailAdminModelForm):
    """A decision of the office: who took it is recorded, not typed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # As stored: the instance takes a new one over while the form is checked.
        self.stored = self.instance.document.name
        field = self.fields["document"]
        field.widget = DocumentInput(address=document_address(self.instance))
        field.help_text = gettext_lazy(
            "PDF up to 20 MB, or a JPEG, PNG, WebP or HEIC picture up to 8 MB."
        )

    def clean_document(self) -> ContentFile | object:
        sent = self.cleaned_data.get("document")
        return clean_evidence(sent) if isinstance(sent, UploadedFile) else sent

    def save(self, commit: bool = True) -> Model:
        if self.instance.set_by_id is None:
            self.instance.set_by = self.for_user
        saved = super().save(commit)
        if self.stored and self.stored != saved.document.name:
            delete_stored(FieldFile(saved, saved.document.field, self.stored))
        return saved


def document_address(decision: Model) -> str:
    """Where the office reads the document; empty for a decision that is not stored yet."""
    if decision.pk is None:
        return ""
    meta = decision._meta
    name = f"wagtailsnippets_{meta.app_label}_{meta.model_name}:document"
    return reverse(name, args=[decision.pk])


class DecisionViewSet(SnippetViewSet):
    """Acts of the office, each with the officer who took it and a download of its document."""

    search_backend_name = None

    def get_edit_handler(self) -> ObjectList:
        handler = ObjectList(self.panels, base_form_class=DecisionForm)
        return handler.bind_to_model(self.model)

    def get_urlpatterns(self) -> list:
        download = path("document/<int:pk>/", self.document_view, name="document")
        return [*super().get_urlpatterns(), download]

    @method_decorator([never_cache, require_safe])
    def document_view(self, request: HttpRequest, pk: int) -> FileResponse:
        """The document as a download; 404 for whoever may not see the decision, as for none."""
        if not self.permission_policy.user_has_any_permission(request.user, ["view", "change"]):
            raise Http404
        decision = get_object_or_404(self.model, pk=pk)
        return evidence_response(decision.document, str(decision))
