"""StreamField blocks: the prose of listings and articles, where shape varies."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

PROSE_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link"]


class PictureBlock(blocks.StructBlock):
    """A picture; its alternative text is part of it, so it cannot be forgotten."""

    image = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("alternative text"),
        max_length=160,
        help_text=_("What someone who cannot see the picture should know."),
    )
    caption = blocks.CharBlock(label=_("caption"), max_length=160, required=False)

    class Meta:
        icon = "image"
        label = _("picture")
        template = "blocks/picture.html"


class FunctionBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("function"), max_length=40)
    text = blocks.TextBlock(label=_("what it does"), max_length=200)

    class Meta:
        icon = "cog"
        label = _("function")


class RequirementBlock(blocks.StructBlock):
    """What the customer must provide."""

    kind = blocks.ChoiceBlock(
        label=_("kind"),
        choices=[
            ("network", _("Network")),
            ("equipment", _("Equipment")),
            ("people", _("People")),
            ("data", _("Data")),
        ],
    )
    text = blocks.TextBlock(label=_("requirement"), max_length=200)

    class Meta:
        icon = "clipboard-list"
        label = _("requirement")


class DeliveryStepBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("delivery step"), max_length=40)
    days = blocks.IntegerBlock(label=_("days"), min_value=0, max_value=365)
    text = blocks.TextBlock(label=_("what happens"), max_length=200)

    class Meta:
        icon = "calendar-alt"
        label = _("delivery step")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=100)
    answer = blocks.TextBlock(label=_("answer"), max_length=400)

    class Meta:
        icon = "help"
        label = _("question and answer")


class TitledTextBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), max_length=40)
    text = blocks.TextBlock(label=_("text"), max_length=300)

    class Meta:
        icon = "title"
        label = _("text with a title")


class TableBlock(blocks.StructBlock):
    """A small table typed as lines: cells parted by a vertical bar, the head first."""

    caption = blocks.CharBlock(label=_("caption"), max_length=120, required=False)
    rows = blocks.TextBlock(
        label=_("rows"), help_text=_("One row a line, cells parted by |, the heading row first.")
    )

    def clean(self, value):
        cleaned = super().clean(value)
        if len({line.count("|") for line in cleaned["rows"].strip().splitlines()}) > 1:
            raise blocks.StructBlockValidationError(
                block_errors={"rows": ValidationError(_("Every row needs as many cells."))}
            )
        return cleaned

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        lines = [
            [cell.strip() for cell in line.split("|")]
            for line in value["rows"].strip().splitlines()
        ]
        context["head"], context["body"] = (lines[0], lines[1:]) if lines else ([], [])
        return context

    class Meta:
        icon = "table"
        label = _("table")
        template = "blocks/table.html"


class ArticleBody(blocks.StreamBlock):
    """The body of articles and notices."""

    heading = blocks.CharBlock(
        label=_("heading"), max_length=80, icon="title", template="blocks/heading.html"
    )
    paragraph = blocks.RichTextBlock(
        label=_("text"), features=PROSE_FEATURES, template="blocks/paragraph.html"
    )
    picture = PictureBlock()
    table = TableBlock()
