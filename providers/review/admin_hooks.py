"""The review in the back office: addresses and menu."""

from django.urls import path
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.backoffice.menu import ReviewMenuItem
from providers.review import views


@hooks.register("register_admin_urls")
def review_urls() -> list:
    return [
        path("review/", views.queue, name="review_queue"),
        path("review/<int:pk>/", views.detail, name="review_detail"),
        path("review/<int:pk>/preview/", views.preview, name="review_preview"),
    ]


@hooks.register("register_admin_menu_item")
def review_menu_item() -> MenuItem:
    return ReviewMenuItem()
