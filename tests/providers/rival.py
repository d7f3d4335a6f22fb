"""What a rival has that nobody else may see, one object of every kind, and a look at the database.

Everything secret carries the same mark, so that one search of an answer finds any leak.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.admin.models import EditingSession
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Comment, Workflow

from cases.models import (
    Nomination,
    NoticePage,
    NoticeRecord,
    NoticeSubject,
    Objection,
    SubjectRecord,
)
from catalog.models import (
    Appeal,
    Evidence,
    QualificationType,
    Removal,
    SolutionPage,
    publish_revision,
)
from marketplace.page_tree import notice_section
from marketplace.roles import REVIEW
from providers.matching.models import Attachment, Invitation
from providers.models import (
    Application,
    ApplicationFile,
    ChatRobot,
    ChatService,
    MemberInvitation,
    Notice,
    NoticeKind,
    ProviderPage,
    Qualification,
)
from tests.matching.asking import ask_and_send, offer_of
from tests.pages import complete_draft, provider_of
from tests.providers.applying import picture

SECRET = "对手机密七九三"
NOBODY = 99_999_999
# What an honest visit changes: sessions, counters of the cache, who looked when.
LIVELY = {"django_session", "shared_cache"}


@dataclass
class Rival:
    """Ids by kind; ``missing`` of the same kinds belong to nobody."""

    ids: dict[str, object] = field(default_factory=dict)

    def missing(self, kind: str) -> object:
        """An id of the kind that no row has."""
        existing = self.ids[kind]
        if isinstance(existing, int):
            return NOBODY
        text = str(existing)
        return text[:-1] + ("2" if text[-1] != "2" else "3")


def make_rival(username: str = "provider2") -> Rival:
    """One object of every kind for the provider of that member, each with the secret in it."""
    user = get_user_model().objects.get(username=username)
    provider = provider_of(username)
    draft = complete_draft(provider, slug="secret-draft")
    SolutionPage.objects.filter(pk=draft.pk).update(title=SECRET, draft_title=SECRET)
    draft.refresh_from_db()
    draft.problem = SECRET
    revision = draft.save_revision(user=user)
    comment = Comment.objects.create(page=draft, user=user, text=SECRET, contentpath="title")
    Workflow.objects.get(name=REVIEW).start(draft, user)
    state = draft.current_workflow_task_state
    collection = provider.team.collection
    image = get_image_model().objects.create(
        title=SECRET, description=SECRET, collection=collection, file=picture("secret.png")
    )
    document = get_document_model().objects.create(
        title=SECRET, collection=collection, file=ContentFile(b"%PDF-1.4", name="secret.pdf")
    )
    evidence = Evidence.objects.create(
        page=draft, name=SECRET, file=ContentFile(b"%PDF-1.4", name="a.pdf"), uploaded_by=user
    )
    qualification = Qualification.objects.create(
        provider=provider,
        type=QualificationType.objects.first(),
        number=SECRET,
        issuer=SECRET,
        valid_to=timezone.localdate() + timedelta(days=20),
        file=ContentFile(b"%PDF-1.4", name="q.pdf"),
    )
    application = Application.objects.create(
        state=Application.State.SUBMITTED, company=SECRET, uscc="", submitted_at=timezone.now()
    )
    application_file = ApplicationFile.objects.create(
        application=application,
        kind=ApplicationFile.Kind.LICENCE,
        name=SECRET,
        file=ContentFile(b"%PDF-1.4", name="l.pdf"),
    )
    # The lead provider of the demonstration has no solution of its own.
    removed = provider.solutions.last() or shown_solution(provider)
    # Asked for before it is removed.
    request = ask_and_send(Client(), offer_of(username), consent=(offer_of(username),))
    invitation = Invitation.objects.get(request=request)
    attachment = Attachment.objects.create(
        request=request,
        name=SECRET,
        is_picture=False,
        file=ContentFile(b"%PDF-1.4", name="r.pdf"),
    )
    removal = Removal.objects.create(
        page_id=removed.pk, reason=SECRET, appeal_until=timezone.localdate() + timedelta(days=9)
    )
    appeal = Appeal.objects.create(removal=removal, text=SECRET, filed_by=user)
    invited = MemberInvitation.objects.create(
        team=provider.team, email="rival@example.com", name=SECRET
    )
    robot = ChatRobot.objects.create(
        team=provider.team, service=ChatService.WECOM, token="secret-token", name=SECRET
    )
    notice = Notice.objects.create(
        key=SECRET, kind=NoticeKind.LISTING_PUBLISHED, user=user, page=draft.page_ptr
    )
    nomination = Nomination.objects.create(
        side=Nomination.Side.ENTERPRISE, company=SECRET, submitted_at=timezone.now()
    )
    objection = objection_to(draft)
    session = EditingSession.objects.create(
        user=user,
        content_type=draft.cached_content_type,
        object_id=str(draft.pk),
        last_seen_at=timezone.now(),
    )
    return Rival(
        {
            "page": draft.pk,
            "removed page": removed.pk,
            "revision": revision.pk,
            "comment": comment.pk,
            "task state": state.pk,
            "workflow state": state.workflow_state_id,
            "task": state.task_id,
            "image": image.pk,
            "document": document.pk,
            "evidence": evidence.pk,
            "qualification": qualification.pk,
            "application": application.pk,
            "application reference": application.reference,
            "application file": application_file.pk,
            "removal": removal.pk,
            "appeal": appeal.pk,
            "notice": notice.pk,
            "chat robot": robot.pk,
            "member": user.pk,
            "member invitation": invited.pk,
            "member invitation reference": invited.reference,
            "editing session": session.pk,
            "nomination": nomination.reference,
            "collection": collection.pk,
            "request": request.reference,
            "invitation": str(invitation.public_id),
            "attachment": str(attachment.public_id),
            "objection": objection.reference,
        }
    )


def objection_to(draft: SolutionPage) -> Objection:
    """One that was admitted and waits, to a page that is on a notice."""
    notice = NoticePage(
        title="Notice",
        slug="rivals-notice",
        starts_on=timezone.localdate(),
        body=[],
        objection_contact="Office",
        live=False,
    )
    notice_section().add_child(instance=notice)
    NoticeRecord.objects.create(notice=notice)
    subject = NoticeSubject.objects.create(notice=notice, page=draft)
    SubjectRecord.objects.create(subject=subject, title=SECRET)
    return Objection.objects.create(
        notice=notice,
        subject=subject,
        text=SECRET,
        name=SECRET,
        phone="13900007777",
        due_at=timezone.now() + timedelta(days=9),
        admitted_at=timezone.now(),
        admission_reason=SECRET,
        text_for_parties=SECRET,
    )


def shown_solution(provider: ProviderPage) -> SolutionPage:
    """A solution of the provider that the public sees, so that it can be asked for it."""
    draft = complete_draft(provider, slug="shown")
    publish_revision(draft.save_revision(), by=None)
    return draft


def contents() -> dict[str, str]:
    """A fingerprint of every table, to see that nothing was written."""
    found = {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - LIVELY
        for table in sorted(tables):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 its own tables
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed(before: dict[str, str]) -> list[str]:
    """The tables that differ from what they were."""
    now = contents()
    return [table for table in now if before.get(table) != now[table]]
