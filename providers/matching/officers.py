"""Which officer may do what with requests, and for which side it acts (design: Roles)."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from providers.matching.models import MatchRequest, Side

# Bureau and zone committee: all requests with all their data.
SEES_ALL = "matching.view_matchrequest"
# The lead provider: requests without identifying data, and none in which it has a part.
OVERSEES = "matching.oversee_requests"
# The bureau's officers, who do the service centre's work: advise, verify, call.
ADVISES = "matching.change_matchrequest"


def oversees(user: AbstractBaseUser) -> bool:
    return user.has_perm(SEES_ALL) or user.has_perm(OVERSEES)


def side_of(user: AbstractBaseUser) -> Side:
    """For whom an officer writes; one that may do more than another stands for the higher."""
    if user.has_perm(ADVISES):
        return Side.BUREAU
    return Side.COMMITTEE if user.has_perm(SEES_ALL) else Side.LEAD


def visible_request(request: HttpRequest, reference: str) -> MatchRequest:
    """The request of that reference, if the officer may see it; 404 otherwise, existing or not."""
    rows = MatchRequest.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("industry", "level"), reference=reference)
