"""The editing form of every listing."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import Http404
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from catalog.slugs import free_slug


class PinyinSlugForm(WagtailAdminPageForm):
    """Proposes the address from the title where none is typed."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        typed = self.cleaned_data["slug"]
        if typed or self.parent_page is None:
            return typed or self.instance.slug
        siblings = self.parent_page.get_children().exclude(pk=self.instance.pk)
        taken = set(siblings.values_list("slug", flat=True))
        return free_slug(self.cleaned_data.get("title", ""), taken)


class ListingPageForm(PinyinSlugForm):
    """Refuses references to objects that the editor may not choose.

    Choosers are scoped, but a forged POST may carry any id; a competitor's picture or unpublished
    page would then appear in the editor's own preview.
    """

    def clean(self) -> dict:
        cleaned = super().clean()
        user = self.for_user
        if user is None or user.is_superuser:
            return cleaned
        if not all(may_refer_to(target, user) for target in self.referred_objects(cleaned)):
            # Only a forged form gets here; showing it again would show what it points at.
            raise Http404
        return cleaned

    def referred_objects(self, cleaned: dict) -> Iterator[Model]:
        """Pictures and pages that the posted fields, child rows, streams and texts point at."""
        values = list(cleaned.values())
        for formset in self.formsets.values():
            if formset.is_valid():
                values.extend(value for row in formset.cleaned_data for value in row.values())
        yield from (value for value in values if isinstance(value, Page | get_image_model()))

        inspected = copy(self.instance)
        for field in inspected._meta.fields:
            if isinstance(field, StreamField | RichTextField) and field.name in cleaned:
                setattr(inspected, field.name, cleaned[field.name])
        for content_type_id, object_id, *_path in references_in(inspected):
            model = ContentType.objects.get_for_id(content_type_id).model_class()
            if issubclass(model, Page | get_image_model()):
                yield from model._base_manager.filter(pk=object_id)


def references_in(instance: Model) -> Iterator[tuple]:
    """Wagtail's own reading of what a page refers to, streams and rich text included."""
    return ReferenceIndex._extract_references_from_object(instance)


def may_refer_to(target: Model, user: AbstractBaseUser) -> bool:
    """Whether the user could have chosen this page or picture."""
    if isinstance(target, Page):
        listing = target.specific
        # Listings know suspension and expiry, other pages only privacy.
        pages = type(listing).objects
        visible = pages.listed() if hasattr(pages, "listed") else pages.live().public()
        return visible.filter(pk=target.pk).exists() or target.permissions_for_user(user).can_edit()
    return policy_registry.get(target).user_has_permission_for_instance(user, "choose", target)


class DecisionForm(WagtailAdminModelForm):
    """A decision of the office: who took it is recorded, not typed."""

    def save(self, commit: bool = True) -> Model:
        if self.instance.set_by_id is None:
            self.instance.set_by = self.for_user
        return super().save(commit)


class TermForm(WagtailAdminModelForm):
    """A vocabulary's term: its code is given once, because addresses and choices carry it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["code"].disabled = True
