"""Addresses below /objections/."""

from django.urls import path, re_path

from cases.notices.views import following
from providers.matching.urls import REFERENCE, TOKEN

urlpatterns = [
    path("", following.find, name="objection_find"),
    re_path(rf"^o/{TOKEN}/$", following.by_link, name="objection_link"),
    re_path(rf"^mine/{REFERENCE}/$", following.page, name="objection_page"),
    re_path(rf"^mine/{REFERENCE}/done/$", following.done, name="objection_done"),
    re_path(rf"^mine/{REFERENCE}/enter/$", following.enter, name="objection_enter"),
    re_path(rf"^mine/{REFERENCE}/withdraw/$", following.withdraw, name="objection_withdraw"),
    re_path(rf"^mine/{REFERENCE}/leave/$", following.leave, name="objection_leave"),
]
