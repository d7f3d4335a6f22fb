"""A listing with all that lies below it, held while an act decides on it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, TaskState

from catalog.models import ListingPage, line_of_paths
from providers.models import ProviderPage


class ActRefused(Exception):
    """An act cannot be done as things stand; ``sentences`` say why, in the reader's language."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(str(sentence) for sentence in sentences))


def hold_subtree(page: Page) -> list[ListingPage]:
    """The listing and those below it as they are now, held until the transaction ends.

    Running steps of their reviews are taken first, then the pages from the top down: decisions
    and the editor take them in the same order, so that neither waits for the other for ever.

    Raises:
        ActRefused: the page was deleted meanwhile.
    """
    below = Page.objects.filter(path__startswith=page.path).order_by("path")
    steps = TaskState.objects.select_for_update().filter(
        status=TaskState.STATUS_IN_PROGRESS,
        workflow_state__object_id__in=[str(pk) for pk in below.values_list("pk", flat=True)],
    )
    list(steps.order_by("pk").values_list("pk", flat=True))
    list(below.select_for_update().values_list("pk", flat=True))
    found = listings_below(page)
    if not found or found[0].pk != page.pk:
        raise ActRefused([_("This page does not exist any more.")])
    return found


def listings_below(page: Page) -> list[ListingPage]:
    """The listing and those below it, from the top down."""
    below = Page.objects.filter(path__startswith=page.path).order_by("path")
    return [each for each in below.specific() if isinstance(each, ListingPage)]


def end_review(listing: ListingPage, by: AbstractBaseUser | None) -> None:
    """Cancel what runs of the listing's review."""
    if review := listing.current_workflow_state:
        review.cancel(user=by)


def unpublish(listing: ListingPage, by: AbstractBaseUser | None) -> None:
    """Take one live listing off the site; the act that does it writes its own log."""
    action = UnpublishPageAction(listing, user=by, log_action=False)
    action.execute(skip_permission_checks=True)


def provider_above(page: Page) -> ProviderPage | None:
    """The provider whose subtree the page lies in; its own page included."""
    return ProviderPage.objects.filter(path__in=line_of_paths(page)).first()
