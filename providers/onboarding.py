"""Giving a provider its team: group, permissions on its own subtree, collection of pictures."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from providers.models import ProviderPage, ProviderTeam


@transaction.atomic
def create_team(provider: ProviderPage) -> ProviderTeam:
    """Create the provider's team once; members are the users of ``team.group``.

    Members may add and change below the provider's own page and put pictures into its own
    collection; nobody may publish there.
    """
    existing = ProviderTeam.objects.filter(provider=provider).first()
    if existing:
        return existing
    name = f"provider {provider.slug}"
    if Group.objects.filter(name=name).exists():
        # Left over from a provider of the same address that the operator deleted.
        name = f"{name} {provider.pk}"
    group = Group.objects.create(name=name)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for action in ("add", "change"):
        GroupPagePermission.objects.create(
            group=group, page_id=provider.pk, permission=permission_for(Page, action)
        )
    collection = Collection.get_first_root_node().add_child(name=name)
    for action in ("add", "choose"):
        GroupCollectionPermission.objects.create(
            group=group,
            collection=collection,
            permission=permission_for(get_image_model(), action),
        )
    return ProviderTeam.objects.create(provider=provider, group=group, collection=collection)


@transaction.atomic
def dissolve_team(team: ProviderTeam) -> None:
    """Undo ``create_team``: accounts are closed, group, collection and its pictures are gone.

    The operator's superuser only leaves the team; its account is the platform's.
    """
    # Held as an acceptance holds it: nobody comes in between the closing and the deletion.
    team = ProviderTeam.objects.select_for_update().get(pk=team.pk)
    group, collection = team.group, team.collection
    for member in group.user_set.filter(is_superuser=False):
        close_account(member)
    team.delete()
    group.delete()
    if collection is not None:
        collection.delete()


def close_account(user) -> None:
    """Nobody signs in with it any more, and open sessions end with their next request."""
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])


def permission_for(model, action: str) -> Permission:
    return Permission.objects.get(
        content_type=ContentType.objects.get_for_model(model),
        codename=f"{action}_{model._meta.model_name}",
    )
