"""Indicators as open data and compared: below /indicators."""

from django.urls import path, re_path

from cases.indicator_data import views

urlpatterns = [
    path("indicators/", views.index, name="indicators"),
    path("indicators.csv", views.as_csv, name="indicators_csv"),
    path("indicators.json", views.as_json, name="indicators_json"),
    re_path(
        r"^indicators/(?P<code>[A-Za-z0-9_-]{1,40})/$", views.compare, name="indicator_compare"
    ),
]
