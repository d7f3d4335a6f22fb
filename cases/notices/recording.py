"""What of its subjects a notice puts before the public, noted when the notice is published."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Page, Revision

from cases.models import CasePage, NoticePage, NoticeRecord, NoticeSubject, SubjectRecord
from catalog.models import ProvincialLevel, SolutionPage
from catalog.models.content import BOOKKEEPING, comparable
from providers.models import ProviderPage

# Where the page lies says nothing of what was on notice.
ADDRESS = frozenset({"slug"})


def put_on_record(notice: NoticePage, at: datetime | None = None) -> None:
    """Note that the notice is public, since when, and what it shows of each subject.

    Until it opens it is noted anew each time that it is published.
    """
    NoticeRecord.objects.get_or_create(
        notice=notice, defaults={"published_at": at or timezone.now()}
    )
    for subject in NoticeSubject.objects.filter(notice=notice).select_related("page"):
        SubjectRecord.objects.update_or_create(subject=subject, defaults=shown_of(subject))


def forget_record(notice: NoticePage) -> None:
    """A notice that was taken back before it opened was never one."""
    NoticeRecord.objects.filter(notice=notice, withdrawn_at=None).delete()
    SubjectRecord.objects.filter(subject__notice=notice).delete()


def shown_of(subject: NoticeSubject) -> dict:
    """Title, facts and fingerprint of a subject as it is now."""
    if not subject.page_id:
        return {"title": subject.text, "facts": {}, "content_hash": ""}
    version = version_on_notice(subject.page)
    # What is kept speaks the site's language, not the officer's.
    with override(settings.LANGUAGE_CODE):
        facts = facts_of(version)
    return {
        "title": version.title,
        "facts": facts,
        "content_hash": said_hash(version),
    }


def version_on_notice(page: Page) -> Page:
    """The version that is under review; without a review the public one, else the latest."""
    return revision_on_notice(page).as_object()


def revision_on_notice(page: Page) -> Revision:
    listing = page.specific
    if (state := listing.current_workflow_task_state) is not None:
        return state.revision
    return (listing.live and listing.live_revision) or listing.get_latest_revision()


def said_hash(version: Page) -> str:
    """A fingerprint of what a version says, without its book-keeping."""
    content = json.loads(json.dumps(version.serializable_data(), cls=DjangoJSONEncoder))
    said = comparable(content, type(version))
    kept = {key: value for key, value in said.items() if key not in BOOKKEEPING | ADDRESS}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def facts_of(version: Page) -> dict:
    """What the public reads of a version that may not be public yet; never evidence.

    Keys: ``summary``, ``enterprise``, ``providers``, ``level_before``, ``level_after``; each only
    where there is something.
    """
    reading = FACTS.get(type(version), {})
    facts = {name: read(version) for name, read in reading.items()}
    return {name: value for name, value in facts.items() if value}


def case_providers(case: CasePage) -> list[str]:
    return [
        row.provider.title if row.provider_id else row.text for row in case.used_providers.all()
    ]


def level_code(level: ProvincialLevel | None) -> str:
    """Codes, not labels: they stand for themselves in every language."""
    return level.code if level else ""


FACTS = {
    CasePage: {
        "summary": lambda case: case.summary,
        "enterprise": lambda case: case.shown_enterprise,
        "providers": case_providers,
        "level_before": lambda case: level_code(case.level_before),
        "level_after": lambda case: level_code(case.level_after),
    },
    SolutionPage: {
        "summary": lambda solution: solution.tagline,
        "providers": lambda solution: [solution.get_parent().title],
        "level_before": lambda solution: level_code(solution.level_from),
        "level_after": lambda solution: level_code(solution.level_to),
    },
    ProviderPage: {
        "summary": lambda provider: provider.summary,
        "enterprise": lambda provider: provider.legal_name,
    },
}
