"""The frame of the demonstration site: its names, deadlines and legal pages."""

from __future__ import annotations

from datetime import date

from catalog.models import ProgrammeSettings
from marketplace.models import ArticlePage, SiteFrame
from providers.models import ProviderIndexPage


def set_up_frame() -> None:
    """Name the demonstration site and set the plan's deadlines, once."""
    site = ProviderIndexPage.objects.get().get_site()
    frame, created = SiteFrame.objects.get_or_create(site=site)
    if created:
        frame.platform_name = "中小企业数字化转型服务平台"
        frame.subtitle = "“小快轻准”解决方案与服务商"
        frame.is_demo = True
        frame.draft_policy_notice = "政策内容依据征求意见稿整理，以正式文件为准。"
        frame.centre_name = "产业数字化赋能中心（演示）"
        frame.service_phone = "0797-00000000"
        frame.host = "演示主办单位"
        frame.technical_support = "演示技术支持单位"
        frame.save()
    targets, created = ProgrammeSettings.objects.get_or_create(site=site)
    if created:
        targets.first_batch_due = date(2026, 4, 30)
        targets.second_batch_due = date(2026, 12, 31)
        targets.show_countdown = True
        targets.save()


def link_legal_pages() -> None:
    """Tell the frame which articles hold the rules that the footer links to."""
    articles = {page.slug: page for page in ArticlePage.objects.all()}
    SiteFrame.objects.filter(privacy_page=None).update(
        privacy_page=articles["personal-information-rules"],
        accessibility_page=articles["accessibility-statement"],
    )
