"""Addresses below /visit/."""

from django.urls import path

from cases.visiting import views

urlpatterns = [
    path("", views.asked, name="case_visit_asked"),
    path("<slug:slug>/", views.visit, name="case_visit"),
]
