"""The editing form of every listing."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy


class ListingPageForm(WagtailAdminPageForm):
    """Refuses references to objects that the editor may not choose.

    Choosers are scoped, but a forged POST may carry any id; a competitor's picture or unpublished
    page would then appear in the editor's own preview.
    """

    def clean(self) -> dict:
        cleaned = super().clean()
        user = self.for_user
        if user is None or user.is_superuser or self.errors:
            return cleaned
        self._apply_for_inspection()
        foreign = [
            str(target)
            for target in self._referenced_objects()
            if not self._may_refer_to(target, user)
        ]
        if foreign:
            raise ValidationError(
                _("This page refers to pictures or pages that you may not use."),
                code="foreign_reference",
            )
        return cleaned

    def _apply_for_inspection(self) -> None:
        for name, value in self.cleaned_data.items():
            field = next((f for f in self.instance._meta.fields if f.name == name), None)
            if field is not None:
                setattr(self.instance, name, value)

    def _referenced_objects(self):
        references = ReferenceIndex._extract_references_from_object(self.instance)
        for content_type_id, object_id, *_path in references:
            model = self._model_for(content_type_id)
            if model is get_image_model() or issubclass(model, Page):
                target = model._base_manager.filter(pk=object_id).first()
                if target is not None and target.pk != self.instance.pk:
                    yield target

    @staticmethod
    def _model_for(content_type_id: int):
        from django.contrib.contenttypes.models import ContentType

        return ContentType.objects.get_for_id(content_type_id).model_class()

    def _may_refer_to(self, target, user) -> bool:
        if isinstance(target, Page):
            return target.live or target.permissions_for_user(user).can_edit()
        policy = CollectionOwnershipPermissionPolicy(
            type(target), owner_field_name="uploaded_by_user"
        )
        return policy.user_has_permission_for_instance(user, "choose", target) or (
            policy.user_has_permission_for_instance(user, "change", target)
        )


class TermForm(WagtailAdminModelForm):
    """A vocabulary's term: its code is given once, because addresses and choices carry it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["code"].disabled = True
