"""Addresses below /adoptions/."""

from django.urls import re_path

from cases.adopting import views
from cases.nominating.urls import REFERENCE

urlpatterns = [re_path(rf"^{REFERENCE}/name/$", views.naming, name="adoption_naming")]
