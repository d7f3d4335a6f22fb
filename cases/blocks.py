"""Blocks that only cases use."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class PathStageBlock(blocks.StructBlock):
    when = blocks.CharBlock(label=_("when"), max_length=40)
    what = blocks.TextBlock(label=_("what was done"), max_length=200)

    class Meta:
        icon = "calendar-alt"
        label = _("stage")


class QuoteBlock(blocks.StructBlock):
    """Words quoted with permission."""

    text = blocks.TextBlock(label=_("quotation"), max_length=300)
    speaker = blocks.CharBlock(label=_("speaker"), max_length=40)
    role = blocks.CharBlock(label=_("role"), max_length=60, required=False)

    class Meta:
        icon = "openquote"
        label = _("quotation")
        template = "blocks/quote.html"
