"""Addresses below /nominate/."""

from django.urls import path, re_path

from cases.nominating import own_views, views

REFERENCE = r"(?P<reference>[2-9A-Z]{4}-[2-9A-Z]{4})"
TOKEN = r"(?P<token>[0-9a-f]{40})"  # noqa: S105 a pattern

urlpatterns = [
    path("", views.start, name="nomination_start"),
    path("new/", views.new, name="nomination_new"),
    re_path(rf"^from/{REFERENCE}/$", own_views.from_request, name="nomination_from_request"),
    re_path(rf"^mine/{REFERENCE}/$", own_views.page, name="nomination_page"),
    re_path(rf"^mine/{REFERENCE}/withdraw/$", own_views.withdraw, name="nomination_withdraw"),
    re_path(rf"^mine/{REFERENCE}/erase/$", own_views.erase, name="nomination_erase"),
    re_path(rf"^mine/{REFERENCE}/leave/$", own_views.leave, name="nomination_leave"),
    re_path(
        rf"^mine/{REFERENCE}/permission/(?P<pk>[0-9]{{1,9}})/$",
        own_views.question,
        name="nomination_question",
    ),
    re_path(
        rf"^mine/{REFERENCE}/files/(?P<pk>[0-9]{{1,9}})/$", views.download, name="nomination_file"
    ),
    re_path(rf"^mine/{REFERENCE}/(?P<name>[a-z]{{1,10}})/$", views.step, name="nomination_step"),
    re_path(rf"^{TOKEN}/$", own_views.by_link, name="nomination_link"),
]
