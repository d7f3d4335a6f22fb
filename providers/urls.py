"""Addresses below /join/: the application of a provider, and a member's invitation."""

from django.urls import path, re_path

from providers.joining import file_views, own_views, views
from providers.members import invitation_views

REFERENCE = r"(?P<reference>[2-9A-Z]{4}-[2-9A-Z]{4})"
TOKEN = r"(?P<token>[0-9a-f]{40})"  # noqa: S105 a pattern

urlpatterns = [
    path("", views.start, name="join_start"),
    path("new/", views.new, name="join_new"),
    re_path(rf"^mine/{REFERENCE}/$", own_views.page, name="join_page"),
    re_path(rf"^mine/{REFERENCE}/company/$", views.company, name="join_company"),
    re_path(rf"^mine/{REFERENCE}/offer/$", views.offer, name="join_offer"),
    re_path(rf"^mine/{REFERENCE}/files/$", file_views.files, name="join_files"),
    re_path(
        rf"^mine/{REFERENCE}/files/(?P<pk>[0-9]{{1,18}})/$", file_views.download, name="join_file"
    ),
    re_path(rf"^mine/{REFERENCE}/contact/$", views.contact, name="join_contact"),
    re_path(rf"^mine/{REFERENCE}/withdraw/$", own_views.withdraw, name="join_withdraw"),
    re_path(rf"^mine/{REFERENCE}/leave/$", own_views.leave, name="join_leave"),
    path("invitation/", invitation_views.accept_page, name="join_accept"),
    re_path(rf"^invitation/{TOKEN}/$", invitation_views.by_link, name="join_invitation"),
    re_path(rf"^{TOKEN}/$", own_views.by_link, name="join_application"),
]
