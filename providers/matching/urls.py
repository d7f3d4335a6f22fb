"""Addresses below /requests/."""

from django.urls import path, re_path

from providers.matching.views import drafts, own, steps

REFERENCE = r"(?P<reference>[2-9A-Z]{4}-[2-9A-Z]{4})"
INVITATION = r"(?P<invitation>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
TOKEN = r"(?P<token>[0-9a-f]{40})"  # noqa: S105 a pattern

urlpatterns = [
    path("", own.find, name="request_find"),
    path("new/", steps.need, name="request_new"),
    path("new/whom/", steps.whom, name="request_whom"),
    path("new/contact/", steps.contact, name="request_contact"),
    path("new/photo/", drafts.photo, name="request_draft_photo"),
    path("new/discard/", drafts.discard, name="request_discard"),
    path("new/resume/", drafts.choose, name="request_choose_draft"),
    re_path(rf"^new/resume/{TOKEN}/$", drafts.resume, name="request_resume"),
    re_path(rf"^mine/{REFERENCE}/$", own.page, name="request_page"),
    re_path(rf"^mine/{REFERENCE}/done/$", own.done, name="request_done"),
    re_path(rf"^mine/{REFERENCE}/enter/$", own.enter, name="request_enter"),
    re_path(rf"^mine/{REFERENCE}/leave/$", own.leave, name="request_leave"),
    re_path(rf"^mine/{REFERENCE}/edit/$", own.edit, name="request_edit"),
    re_path(rf"^mine/{REFERENCE}/send/$", own.send_at_once, name="request_send"),
    re_path(rf"^mine/{REFERENCE}/withdraw/$", own.withdraw, name="request_withdraw"),
    re_path(rf"^mine/{REFERENCE}/photo/$", own.photo, name="request_photo"),
    re_path(rf"^mine/{REFERENCE}/consent/{INVITATION}/$", own.consent, name="request_consent"),
    re_path(rf"^{TOKEN}/$", own.by_link, name="request_link"),
]
