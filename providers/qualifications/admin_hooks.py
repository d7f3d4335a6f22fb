"""Certificates and proofs in the back office: addresses, menu, log."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from providers.menu_items import PermittedMenuItem
from providers.qualifications import evidence_views, office_views, views


@hooks.register("register_admin_urls")
def qualification_urls() -> list:
    checks = office_views.QualificationChecksView
    return [
        path("qualifications/", views.qualifications, name="qualifications"),
        path("qualifications/add/", views.qualification_add, name="qualification_add"),
        path("qualifications/<int:pk>/", views.qualification_edit, name="qualification_edit"),
        path(
            "qualifications/<int:pk>/delete/",
            views.qualification_delete,
            name="qualification_delete",
        ),
        path("qualifications/<int:pk>/file/", views.qualification_file, name="qualification_file"),
        path("qualifications/checks/", checks.as_view(), name="qualification_checks"),
        path(
            "qualifications/checks/results/",
            checks.as_view(results_only=True),
            name="qualification_checks_results",
        ),
        path(
            "qualifications/checks/<int:pk>/",
            office_views.qualification_check,
            name="qualification_check",
        ),
        path(
            "qualifications/checks/<int:pk>/refuse/",
            office_views.qualification_uncheck,
            name="qualification_uncheck",
        ),
        path("evidence/<int:page_id>/", evidence_views.evidence_list, name="evidence_list"),
        path(
            "evidence/proofs/<int:pk>/delete/",
            evidence_views.evidence_delete,
            name="evidence_delete",
        ),
        path(
            "evidence/proofs/<int:pk>/file/",
            evidence_views.evidence_download,
            name="evidence_download",
        ),
    ]


@hooks.register("register_admin_menu_item")
def qualification_checks_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Qualifications"),
        reverse_lazy("qualification_checks"),
        name="qualification-checks",
        icon_name="clipboard-list",
        order=512,
        permission=views.CHECKS,
    )


@hooks.register("register_log_actions")
def qualification_log_actions(actions) -> None:
    for name, label, message in (
        ("keep_qualification", _("Keep a qualification"), _("Qualification entered or changed")),
        ("drop_qualification", _("Delete a qualification"), _("Qualification deleted")),
        ("confirm_qualification", _("Confirm a qualification"), _("Qualification confirmed")),
        ("refuse_qualification", _("Refuse a qualification"), _("Qualification not confirmed")),
        ("add_evidence", _("Add a proof"), _("Proof added")),
        ("drop_evidence", _("Delete a proof"), _("Proof deleted")),
    ):
        actions.register_action(f"providers.{name}", label, message)
