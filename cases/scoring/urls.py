"""Addresses below /scoring/: the rule for everybody, and an invited expert's way in."""

from django.urls import path, re_path

from cases.scoring import rule_page
from cases.scoring.views import invitation

TOKEN = r"(?P<token>[0-9a-f]{40})"  # noqa: S105 a pattern

urlpatterns = [
    path("", rule_page.rule, name="case_score_rule"),
    path("invitation/", invitation.accept_page, name="expert_accept"),
    re_path(rf"^invitation/{TOKEN}/$", invitation.by_link, name="expert_invitation"),
]
