"""The editing form of every listing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.forms import Field, ModelChoiceField
from django.http import Http404
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks import Block, ChooserBlock, ListBlock, StructBlock
from wagtail.blocks.base import BlockField
from wagtail.documents import get_document_model
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
    page would then appear in the editor's own preview. Whether such an object exists cannot be told
    from the answer: it is 404 either way. What the stored version refers to already may stay.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.known_references = set(guarded_references(self.instance))

    def full_clean(self) -> None:
        """Look at the posted ids before any field looks them up."""
        if self.is_bound and self.is_guarded():
            self.refuse_foreign(self.posted_choices())
            self.know_own_rows_only()
        super().full_clean()

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.is_guarded():
            self.refuse_foreign(self.written_references(cleaned))
        return cleaned

    def is_guarded(self) -> bool:
        return self.for_user is not None and not self.for_user.is_superuser

    def refuse_foreign(self, references: Iterable[tuple[type[Model], str]]) -> None:
        """Raise 404 for the first reference that is new and not the editor's to make.

        Only a forged form gets here; showing it again would show what it points at.
        """
        for model, pk in references:
            if (model, pk) in self.known_references:
                continue
            if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
                raise Http404
            target = model._base_manager.filter(pk=pk).first()
            if target is None or not may_refer_to(target, self.for_user):
                raise Http404

    def know_own_rows_only(self) -> None:
        """Take the number of another page's row for one that does not exist; Django takes any."""
        for formset in self.formsets.values():
            own = [row.pk for row in formset.queryset if row.pk]
            name = formset.model._meta.pk.name
            for row in formset.forms:
                if name in row.fields:
                    row.fields[name].queryset = row.fields[name].queryset.filter(pk__in=own)

    def posted_choices(self) -> Iterator[tuple[type[Model], str]]:
        """What was posted into choosers of pages and pictures: fields, child rows and streams."""
        groups = {
            f"{formset.prefix}-": chooser_models(formset.form.base_fields)
            for formset in self.formsets.values()
        }
        for name, model in chooser_models(self.fields).items():
            groups[self.add_prefix(name)] = {self.add_prefix(name): model}
        for name, field in self.fields.items():
            if isinstance(field, BlockField):
                groups[f"{self.add_prefix(name)}-"] = dict(block_choosers(field.block))
        for key, raw in self.data.items():
            for start, choosers in groups.items():
                model = choosers.get(key.rpartition("-")[2])
                if model is not None and key.startswith(start) and raw:
                    yield model, str(raw).strip()

    def written_references(self, cleaned: dict) -> Iterator[tuple[type[Model], str]]:
        """What streams and rich texts point at."""
        inspected = copy(self.instance)
        for field in inspected._meta.fields:
            if isinstance(field, StreamField | RichTextField) and field.name in cleaned:
                setattr(inspected, field.name, cleaned[field.name])
        yield from guarded_references(inspected)


def guarded_model(model: type[Model] | None) -> type[Model] | None:
    """The model under which pages, pictures and documents are compared; None for any other."""
    guarded = (Page, get_image_model(), get_document_model())
    return next((base for base in guarded if model and issubclass(model, base)), None)


def guarded_references(instance: Model) -> Iterator[tuple[type[Model], str]]:
    """The pages, pictures and documents that an instance and its child rows refer to."""
    for content_type_id, object_id, *_path in references_in(instance):
        model = guarded_model(ContentType.objects.get_for_id(content_type_id).model_class())
        if model is not None:
            yield model, object_id


def chooser_models(fields: Mapping[str, Field]) -> dict[str, type[Model]]:
    """The names of those form fields that choose a page, picture or document."""
    queryset_fields = {
        name: guarded_model(field.queryset.model)
        for name, field in fields.items()
        if isinstance(field, ModelChoiceField)
    }
    return {name: model for name, model in queryset_fields.items() if model is not None}


def block_choosers(block: Block, name: str = "value") -> Iterator[tuple[str, type[Model]]]:
    """The last parts of the names under which a stream's choosers are posted."""
    if isinstance(block, ChooserBlock):
        if model := guarded_model(block.model_class):
            yield name, model
    elif isinstance(block, ListBlock):
        yield from block_choosers(block.child_block)
    else:
        for child_name, child in getattr(block, "child_blocks", {}).items():
            in_struct = isinstance(block, StructBlock)
            yield from block_choosers(child, child_name if in_struct else "value")


def references_in(instance: Model) -> Iterator[tuple]:
    """Wagtail's own reading of what a page refers to, streams and rich text included."""
    return ReferenceIndex._extract_references_from_object(instance)


def may_refer_to(target: Model, user: AbstractBaseUser) -> bool:
    """Whether the user could have chosen this page, picture or document."""
    if isinstance(target, Page):
        listing = target.specific
        # Listings know suspension and expiry, other pages only privacy.
        pages = type(listing).objects
        visible = pages.listed() if hasattr(pages, "listed") else pages.live().public()
        return visible.filter(pk=target.pk).exists() or target.permissions_for_user(user).can_edit()
    return policy_registry.get(target).user_has_permission_for_instance(user, "choose", target)


class TermForm(WagtailAdminModelForm):
    """A vocabulary's term: its code is given once, because addresses and choices carry it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["code"].disabled = True
