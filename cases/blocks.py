"""Blocks that only cases use."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from catalog.blocks import PictureBlock


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


class CasePictureBlock(PictureBlock):
    """A picture of a case, with what must be settled before it is shown.

    Who can be recognised has to agree (Civil Code, arts. 1018 and 1019); a screen may show
    customers, prices and names.
    """

    NOBODY, RELEASED = "nobody", "released"
    NO_SCREEN, CLEARED = "no_screen", "cleared"
    PEOPLE = (
        (NOBODY, _("nobody can be recognised")),
        (RELEASED, _("whoever can be recognised has agreed in writing")),
    )
    SCREENS = (
        (NO_SCREEN, _("no screen or paper can be read")),
        (CLEARED, _("what can be read was checked and may be shown")),
    )

    people = blocks.ChoiceBlock(
        label=_("people"),
        choices=PEOPLE,
        required=False,
        help_text=_("Put the written release among the proofs of this case."),
    )
    screens = blocks.ChoiceBlock(
        label=_("screens"),
        choices=SCREENS,
        required=False,
        help_text=_("Look for customers, prices, names and numbers."),
    )
