"""A provider's own pictures: upload, words, and removal while nothing shows them."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from modelcluster.models import model_from_serializable_data
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex, Revision

from catalog.forms import guarded_references
from catalog.upload_forms import PictureField
from providers.models import ProviderPage

Image = get_image_model()


class PictureInUse(Exception):
    """A listing shows the picture, or a draft of one will."""


class WordsForm(forms.ModelForm):
    """What a picture is called and what it shows to those who cannot see it."""

    class Meta:
        model = Image
        fields = ["title", "description"]
        labels = {"title": _("Title"), "description": _("What the picture shows")}
        help_texts = {
            "description": _("Read out to people who cannot see it, e.g. “a worker scans a slip”.")
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].required = True


class UploadForm(WordsForm):
    file = PictureField(label=_("Picture file"))

    class Meta(WordsForm.Meta):
        fields = ["file", "title", "description"]


def own_pictures(provider: ProviderPage) -> QuerySet:
    """The pictures of the provider's collection, the newest first."""
    return Image.objects.filter(collection__provider_team__provider=provider).order_by(
        "-created_at", "-pk"
    )


def add_picture(form: UploadForm, provider: ProviderPage, *, by) -> None:
    """Keep an uploaded picture in the provider's own collection; the act is logged."""
    picture = form.save(commit=False)
    picture.collection = provider.team.collection
    picture.uploaded_by_user = by
    with transaction.atomic():
        picture._set_image_file_metadata()
        picture.save()
        log(instance=picture, action="wagtail.create", user=by)


def change_words(form: WordsForm, *, by) -> None:
    """Keep a picture's new words; the act is logged."""
    with transaction.atomic():
        form.save()
        log(instance=form.instance, action="wagtail.edit", user=by)


@transaction.atomic
def delete_picture(picture, provider: ProviderPage, *, by) -> None:
    """Delete a picture that nothing shows; the act is logged.

    Raises:
        PictureInUse: a listing or a draft of one refers to it.
    """
    picture = Image.objects.select_for_update().get(pk=picture.pk)
    if picture.pk in uses(provider) or ReferenceIndex.get_references_to(picture).exists():
        raise PictureInUse
    log(instance=picture, action="wagtail.delete", user=by, deleted=True)
    picture.delete()


def uses(provider: ProviderPage) -> dict[int, list[str]]:
    """The titles of the provider's pages that show a picture, latest drafts included, by its id."""
    found: dict[int, list[str]] = {}
    pages = Page.objects.descendant_of(provider, inclusive=True).order_by("path").specific()
    drafts = Revision.objects.in_bulk([page.latest_revision_id for page in pages])
    for page in pages:
        shown = set(image_ids(page))
        if revision := drafts.get(page.latest_revision_id):
            draft = model_from_serializable_data(type(page), revision.content, check_fks=False)
            shown |= set(image_ids(draft)) if draft is not None else set()
        for pk in shown:
            found.setdefault(pk, []).append(page.draft_title or page.title)
    return found


def image_ids(page: Page) -> list[int]:
    return [int(pk) for model, pk in guarded_references(page) if model is Image]
