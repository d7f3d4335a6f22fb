"""What a listing says, field by field, as text: one reading for differences and for the words.

A field is a list of rows: one for a text or a figure, one for each block of a stream, each child
row and each chosen term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.documents.models import AbstractDocument
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from catalog.wording import plain

# Fields of every page that its author fills in.
PAGE_FIELDS = ("title", "slug", "seo_title", "search_description")
# Names, numbers and addresses are not the author's wording.
NOT_WORDING = frozenset(
    "slug legal_name uscc enterprise_name enterprise number gbt4754 local_office_address "
    "contact_name contact_phone contact_email public_phone website video_url product_url".split()
)
# Stands for each letter that is not the author's wording; it parts sentences.
NO_WORDING = "\n"


@dataclass
class Row:
    """Text as it is shown, and, letter for letter, the part of it that is the author's wording."""

    text: str = ""
    wording: str = ""

    def add(self, text: str, *, is_wording: bool) -> None:
        self.text += text
        self.wording += text if is_wording else NO_WORDING * len(text)

    def add_row(self, other: Row) -> None:
        self.text, self.wording = self.text + other.text, self.wording + other.wording


@dataclass(frozen=True)
class Content:
    """One field of a listing; ``is_list`` tells several rows from one text."""

    name: str
    label: str
    rows: list[Row] = field(default_factory=list)
    is_list: bool = False

    @property
    def texts(self) -> list[str]:
        return [row.text for row in self.rows]


def contents_of(page: Page, *, with_withheld: bool = True) -> list[Content]:
    """Every field that the author fills in, in the order of the editing form.

    Without ``with_withheld`` nothing is told that the page itself keeps from its public
    (``withheld`` of the page and of its child rows).
    """
    kept_back = frozenset() if with_withheld else withheld_by(page)
    return [
        content_of(page, name, with_withheld=with_withheld)
        for name in field_names(type(page))
        if name not in kept_back
    ]


def withheld_by(instance: models.Model) -> frozenset[str]:
    """The fields of a page or a child row that only its author and the office may read."""
    return getattr(instance, "withheld", frozenset())


def field_names(model: type[Page]) -> list[str]:
    """The names of a listing type's own fields and child rows, in the order of its form."""
    own = [
        each.name
        for each in (*model._meta.fields, *model._meta.many_to_many)
        if each.model is model and each.editable and each != model._meta.pk
    ]
    children = [
        relation.get_accessor_name()
        for relation in get_all_child_relations(model)
        if relation.field.model._meta.app_label == model._meta.app_label
    ]
    names = [*PAGE_FIELDS, *own, *children]
    # The title's panel is a placeholder without a name until the form is built.
    shown = ["title", *panel_names(model.content_panels)]
    order = {name: place for place, name in enumerate(shown)}
    return sorted(names, key=lambda name: order.get(name, len(order)))


def panel_names(panels: list) -> Iterator[str]:
    """The fields and child rows that panels edit, however deep they are grouped."""
    for panel in panels:
        if isinstance(panel, str):
            yield panel
        elif hasattr(panel, "children"):
            yield from panel_names(panel.children)
        else:
            name = getattr(panel, "field_name", "") or getattr(panel, "relation_name", "")
            if name:
                yield name


def content_of(page: Page, name: str, *, with_withheld: bool = True) -> Content:
    """One field with its rows; empty rows are left out."""
    try:
        described = page._meta.get_field(name)
    except FieldDoesNotExist:
        described = None
    if described is None or described.auto_created:
        rows = [
            child_row(row, frozenset() if with_withheld else withheld_by(row))
            for row in getattr(page, name).all()
        ]
        label = getattr(page, name).model._meta.verbose_name
        return Content(name, capfirst(label), rows, is_list=True)
    label = capfirst(described.verbose_name)
    if isinstance(described, StreamField):
        rows = [block_row(child.block, child.value) for child in getattr(page, name)]
        return Content(name, label, [row for row in rows if row.text], is_list=True)
    if isinstance(described, ParentalManyToManyField):
        terms = [Row(str(term)) for term in getattr(page, name).all()]
        return Content(name, label, terms, is_list=True)
    row = value_row(page, described)
    return Content(name, label, [row] if row.text else [])


def is_wording(described: models.Field) -> bool:
    """Whether a field holds sentences of its author."""
    texts = (models.CharField, models.TextField, RichTextField)
    return (
        isinstance(described, texts) and not described.choices and described.name not in NOT_WORDING
    )


def value_row(instance: models.Model, described: models.Field) -> Row:
    """A field's value as its reader writes it."""
    value = getattr(instance, described.name)
    if value is None or value == "":
        return Row()
    if isinstance(described, RichTextField):
        return rich_text_row(value)
    row = Row()
    # Browsers send line ends of two characters; that is no change of the text.
    text = plain_text(value).replace("\r\n", "\n")
    if described.choices:
        text = str(getattr(instance, f"get_{described.name}_display")())
    row.add(text, is_wording=is_wording(described))
    return row


def rich_text_row(source: str) -> Row:
    """The text, and behind it where its links lead: a link moved elsewhere is a change too."""
    row = Row()
    row.add(get_text_for_indexing(source).strip(), is_wording=True)
    links = BeautifulSoup(source, "html.parser").find_all("a") if "<a" in source else ()
    for link in links:
        target = link.get("href") or f"{link.get('linktype', '')} {link.get('id', '')}".strip()
        row.add(f" [{target}]", is_wording=False)
    return row


def plain_text(value: Any) -> str:
    """Booleans in words, decimals without idle zeros, days as year-month-day.

    A file has its number beside its title: two may bear the same title.
    """
    if isinstance(value, AbstractImage | AbstractDocument):
        return f"{value} (#{value.pk})"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def child_row(instance: models.Model, withheld: frozenset[str] = frozenset()) -> Row:
    """A child row as one line: each field that its form shows, with its label.

    Of ``withheld`` fields it tells only that there is something.
    """
    row = Row()
    for name in panel_names(instance.panels):
        described = instance._meta.get_field(name)
        part = value_row(instance, described)
        if part.text and name in withheld:
            part = Row()
            part.add(_("Name withheld"), is_wording=False)
        if part.text:
            add_labelled(row, capfirst(described.verbose_name), part)
    return row


def block_row(block: blocks.Block, value: Any) -> Row:
    """A block of a stream: its own text, or each of its parts with its label."""
    row = Row()
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            part = block_row(child, value.get(name))
            if part.text:
                add_labelled(row, capfirst(child.label), part)
        return row
    if isinstance(block, blocks.ListBlock | blocks.StreamBlock):
        parts = [
            block_row(child.block if hasattr(child, "block") else block.child_block, child.value)
            for child in getattr(value, "bound_blocks", value or [])
        ]
        for part in parts:
            row.add("\n" if row.text else "", is_wording=False)
            row.add_row(part)
        return row
    if isinstance(block, blocks.RichTextBlock):
        return rich_text_row(value.source) if value else row
    text = block_text(block, value)
    written = (blocks.CharBlock, blocks.TextBlock)
    row.add(text, is_wording=isinstance(block, written))
    return row


def block_text(block: blocks.Block, value: Any) -> str:
    """The text of a block that has no parts."""
    if value is None or value == "":
        return ""
    if isinstance(block, blocks.ChoiceBlock):
        return str(dict(block.field.choices).get(value, value))
    return plain_text(value)


def add_labelled(row: Row, label: str, part: Row) -> None:
    separator = _("%(label)s: %(value)s") % {"label": label, "value": "\0"}
    row.add((_("; ") if row.text else "") + separator.split("\0")[0], is_wording=False)
    row.add_row(part)
