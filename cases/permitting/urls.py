"""Addresses below /permission/."""

from django.urls import re_path

from cases.nominating.urls import REFERENCE, TOKEN
from cases.permitting import views

urlpatterns = [
    re_path(rf"^{TOKEN}/$", views.by_link, name="permission_link"),
    re_path(rf"^{REFERENCE}/$", views.page, name="permission_page"),
    re_path(rf"^{REFERENCE}/version/$", views.preview, name="permission_preview"),
    re_path(rf"^{REFERENCE}/withdraw/$", views.take_back, name="permission_withdraw"),
]
