"""What stands beside the demonstration's cases: proofs, nominations, the enterprises' permissions.

Every paper is a stand-in that says so; the people who signed are invented.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from cases.models import CasePage, Nomination, PublicationPermission
from cases.models.permissions import fingerprint_of
from catalog.models import Evidence
from marketplace.demo.content import certificate
from providers.models import ProviderPage

FIRST_BATCH = 1
# How long before today the published cases were nominated.
NOMINATED = timedelta(days=60)
SIGNED_BY, SIGNED_ROLE = "演示联系人", "厂长"


def add_proofs(page: CasePage) -> None:
    """A file for each figure, and the acceptance review where the first batch needs it."""
    for row in page.indicators.select_related("indicator"):
        keep(page, f"{row.indicator.name}：{row.source}", indicator=row.indicator)
    if page.enterprise and page.enterprise.batch == FIRST_BATCH:
        keep(page, "验收评审意见", kind=Evidence.Kind.ACCEPTANCE)


def keep(page: CasePage, name: str, **what: object) -> None:
    proof = Evidence(page_id=page.pk, name=f"{name}（演示）"[:120], **what)
    proof.file.save("demo.txt", certificate(name), save=False)
    proof.save()


def nominate(page: CasePage, row: dict) -> None:
    """Put forward by the provider that worked on it, unless it is a draft still."""
    if row["status"] == "draft":
        return
    provider = ProviderPage.objects.get(pk=page.used_providers.first().provider_id)
    Nomination.objects.create(
        case=page,
        side=Nomination.Side.PROVIDER,
        provider=provider,
        submitted_at=timezone.now() - NOMINATED,
    )


def permit(page: CasePage, at: datetime | None = None) -> None:
    """The enterprise has agreed to the latest version in a signed paper."""
    now = at or timezone.now()
    revision = page.get_latest_revision()
    permission = PublicationPermission(
        case=page,
        revision=revision,
        content_mark=fingerprint_of(revision.content),
        is_anonymous=page.is_anonymous,
        asked_at=now,
        answer=PublicationPermission.Answer.AGREED,
        answered_at=now,
        agreed_by=SIGNED_BY,
        agreed_role=SIGNED_ROLE,
        checked_at=now,
    )
    permission.document.save("demo.txt", certificate("案例发布授权书"), save=False)
    permission.save()
