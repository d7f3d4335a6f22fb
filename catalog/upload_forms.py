"""Wagtail's own upload forms, for members and office alike: files judged by their content.

Named in the settings as the base of its forms for pictures and documents.
"""

from __future__ import annotations

from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.forms import FileField
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from catalog.uploads import clean_pdf, clean_site_picture


class PictureField(WagtailImageField):
    """A JPEG, PNG, WebP or HEIC picture by its content; what is kept is made anew."""

    def to_python(self, data: UploadedFile | None) -> ContentFile | None:
        upload = FileField.to_python(self, data)
        return None if upload is None else clean_site_picture(upload)


class PdfField(WagtailDocumentField):
    """A PDF by its content, under the name it was given."""

    def to_python(self, data: UploadedFile | None) -> ContentFile | None:
        upload = super().to_python(data)
        if upload is None:
            return None
        cleaned = clean_pdf(upload)
        # The leading letter is taken off again: Django refuses a name of which nothing is left.
        stem = PurePath(get_valid_filename(f"x{upload.name}")).stem[1:81]
        cleaned.name = f"{stem.strip('.') or 'document'}.pdf"
        return cleaned


class WholeFormMixin:
    """Takes the file only with everything else in order.

    Wagtail's upload of several files would otherwise keep the raw file aside, in the public
    folder, until the rest is mended.
    """

    file_field_class: type[FileField]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            given = self.fields["file"]
            self.fields["file"] = self.file_field_class(
                label=given.label, required=given.required, widget=given.widget
            )

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.errors and "file" in self.cleaned_data and "file" in self.changed_data:
            self.add_error("file", _("Mend the other fields, then choose the file again."))
        return cleaned


class PictureForm(WholeFormMixin, BaseImageForm):
    file_field_class = PictureField


class DocumentForm(WholeFormMixin, BaseDocumentForm):
    file_field_class = PdfField
