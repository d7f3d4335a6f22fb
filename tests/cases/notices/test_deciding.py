"""What the bureau does with objections: admission, answer, and who is kept from both."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import TaskState

from cases.models import (
    CaseProvider,
    DeclaredTies,
    Nomination,
    NominationMessage,
    NoticePage,
    Objection,
    ObjectionState,
    SubjectRecord,
)
from cases.nominating.wording import state_words
from cases.notices.deciding import admit, answer_objection, refuse_admission
from cases.notices.parties import objections_for, parties_of
from cases.stages import CaseStage, stage_of
from providers.models import Notice, NoticeKind
from providers.withdrawal.subtree import ActRefused
from tests.cases.notices.objecting import (
    NAME,
    PHONE,
    TEXT,
    account,
    admin,
    admitted,
    answered,
    case_on_notice,
    filed,
    open_notice,
)
from tests.pages import provider_of, signed_in

pytestmark = pytest.mark.usefixtures("demo_site")

ADMISSION = {"decision": "admit", "reason": "事实具体。", "text_for_parties": "台账不一致。"}
ANSWER = {"outcome": "dismissed", "answer": "已核实。", "public_answer": "口径已说明。", "fate": ""}


# -- admission ----------------------------------------------------------------------------------


def test_the_bureau_admits_an_objection_with_a_reason():
    objection = filed()
    answer = signed_in("bureau").post(admin("objection_admit", objection.reference), ADMISSION)
    assert answer.status_code == 302
    objection.refresh_from_db()
    assert objection.state() == ObjectionState.ADMITTED
    assert objection.admission_by == account("bureau")
    assert objection.text_for_parties == "台账不一致。"


def test_or_does_not_admit_it():
    objection = filed()
    typed = ADMISSION | {"decision": "refuse", "text_for_parties": ""}
    signed_in("bureau").post(admin("objection_admit", objection.reference), typed)
    objection.refresh_from_db()
    assert objection.state() == ObjectionState.NOT_ADMITTED
    assert objection.text_for_parties == ""
    assert not Objection.objects.blocking().filter(pk=objection.pk).exists()


@pytest.mark.parametrize("missing", [{"decision": ""}, {"reason": ""}, {"text_for_parties": ""}])
def test_an_admission_says_why_and_what_the_parties_read(missing):
    objection = filed()
    address = admin("objection_admit", objection.reference)
    assert signed_in("bureau").post(address, ADMISSION | missing).status_code == 422
    objection.refresh_from_db()
    assert objection.state() == ObjectionState.FILED


def test_nobody_decides_twice():
    objection = admitted()
    bureau = account("bureau")
    with pytest.raises(ActRefused):
        admit(objection, by=bureau, reason="又一次。", text_for_parties="台账。")
    with pytest.raises(ActRefused):
        refuse_admission(objection, by=bureau, reason="又一次。")
    answered(objection)
    with pytest.raises(ActRefused):
        answered(objection)


def test_the_parties_are_those_who_worked_on_it_in_any_version():
    case = case_on_notice()
    named = {row.provider_id for row in case.used_providers.all()}
    assert named <= parties_of([case.pk])[case.pk]
    draft = case.get_latest_revision_as_object()
    draft.used_providers = [CaseProvider(provider=provider_of("provider1"))]
    draft.save_revision()
    assert provider_of("provider1").pk in parties_of([case.pk])[case.pk]


# -- the answer ---------------------------------------------------------------------------------


def test_a_dismissed_objection_leaves_the_subject_on_the_notice():
    objection = admitted()
    address = admin("objection_answer", objection.reference)
    assert signed_in("bureau").post(address, ANSWER).status_code == 302
    objection.refresh_from_db()
    assert objection.state() == ObjectionState.DISMISSED
    assert SubjectRecord.objects.get(subject=objection.subject).taken_out_at is None


def test_an_enterprise_hears_that_its_case_goes_back():
    objection = admitted(filed())
    case = case_on_notice()
    if (review := case.current_workflow_state) is not None:
        review.cancel(user=account("bureau"))
    Nomination.objects.filter(case=case).update(side="enterprise", submitted_at=timezone.now())
    answer_objection(
        objection,
        by=account("bureau"),
        is_upheld=True,
        answer="成立。",
        public_answer="口径不一致。",
        fate=SubjectRecord.Fate.COMPLETE,
    )
    nomination = Nomination.objects.get(case=case)
    assert nomination.message == "口径不一致。"
    assert NominationMessage.objects.get().kind == "nomination_moved_on"
    # The bureau completes it: the enterprise has nothing to edit any more.
    assert state_words(nomination) == stage_of(case).label
    assert not nomination.is_editable


def test_upheld_its_subject_is_taken_out_and_goes_back_for_completion():
    objection, case = admitted(), case_on_notice()
    assert stage_of(case) in (CaseStage.ON_NOTICE, CaseStage.NOMINATED)
    typed = ANSWER | {"outcome": "upheld", "fate": "complete"}
    signed_in("bureau").post(admin("objection_answer", objection.reference), typed)
    record = SubjectRecord.objects.get(subject=objection.subject)
    assert record.taken_out_because == "口径已说明。"
    assert record.fate == SubjectRecord.Fate.COMPLETE
    state = TaskState.objects.filter(workflow_state__object_id=str(case.pk)).latest("pk")
    assert state.status == TaskState.STATUS_REJECTED
    assert state.comment == "口径已说明。"
    assert stage_of(case) != CaseStage.ON_NOTICE


def test_or_it_is_not_taken_up():
    objection, case = admitted(), case_on_notice()
    typed = ANSWER | {"outcome": "upheld", "fate": "reject"}
    signed_in("bureau").post(admin("objection_answer", objection.reference), typed)
    nomination = Nomination.objects.get(case=case)
    assert nomination.rejected_at
    assert nomination.message == "口径已说明。"
    assert stage_of(case) == CaseStage.REJECTED


def test_upholding_needs_a_decision_on_the_subject():
    objection = admitted()
    typed = ANSWER | {"outcome": "upheld"}
    address = admin("objection_answer", objection.reference)
    assert signed_in("bureau").post(address, typed).status_code == 422
    objection.refresh_from_db()
    assert objection.state() == ObjectionState.ADMITTED


def test_an_objection_that_is_not_admitted_is_not_answered():
    objection = filed()
    with pytest.raises(ActRefused):
        answered(objection)


@pytest.mark.parametrize(
    "broken",
    [
        {"admitted_at": timezone.now(), "not_admitted_at": timezone.now()},
        {"admitted_at": timezone.now(), "admission_reason": ""},
        {"answered_at": timezone.now()},
        {"is_upheld": True},
        {"phone": "", "email": ""},
        {"erased_at": timezone.now()},
    ],
)
def test_the_database_holds_to_the_rules(broken):
    objection = filed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(**broken)


# -- who may not --------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["lead", "provider1", "provider2"])
def test_the_register_does_not_exist_for_the_lead_provider_and_the_parties(username):
    objection = admitted()
    client = signed_in(username)
    for address in (
        admin("objections"),
        admin("objections_results"),
        admin("all"),
        admin("objection", objection.reference),
        admin("objection_admit", objection.reference),
        admin("objection_answer", objection.reference),
        admin("objection_statement", objection.reference),
        admin("notice", objection.notice_id),
        admin("result", objection.notice_id),
        admin("withdraw", objection.notice_id),
        admin("put"),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, ANSWER).status_code in (404, 405)


def test_the_committee_reads_and_does_not_decide():
    objection = filed()
    client = signed_in("committee")
    page = client.get(admin("objection", objection.reference)).content.decode()
    assert TEXT in page
    assert NAME not in page
    assert PHONE not in page
    for name in ("objection_admit", "objection_answer", "objection_statement"):
        address = admin(name, objection.reference)
        assert client.get(address).status_code == 404
        assert client.post(address, ADMISSION).status_code == 404
    with pytest.raises(PermissionDenied):
        admit(objection, by=account("committee"), reason="x", text_for_parties="x")


def test_the_bureau_is_shown_who_filed_it():
    objection = filed()
    page = signed_in("bureau").get(admin("objection", objection.reference)).content.decode()
    assert NAME in page
    assert PHONE in page


def tie(how: str) -> None:
    """Give the bureau's officer a part in the case that is on notice."""
    bureau, case = account("bureau"), case_on_notice()
    if how == "author":
        case.title += "（改）"
        case.save_revision(user=bureau)
    elif how == "nominator":
        Nomination.objects.filter(case=case).update(by=bureau)
    elif how == "member":
        provider = case.used_providers.first().provider
        bureau.groups.add(provider.team.group)
    else:
        declared = DeclaredTies.objects.create(user=bureau)
        declared.enterprises.add(case.enterprise)


@pytest.mark.parametrize("how", ["author", "nominator", "member", "declared"])
@pytest.mark.parametrize("whole", [False, True])
def test_an_officer_with_a_part_in_the_subject_is_refused(how, whole):
    objection = filed(subject=None) if whole else filed()
    bureau = account("bureau")
    assert objections_for(bureau).filter(pk=objection.pk).exists()
    tie(how)
    assert not objections_for(bureau).filter(pk=objection.pk).exists()
    with pytest.raises(PermissionDenied):
        admit(objection, by=bureau, reason="x", text_for_parties="x")
    with pytest.raises(PermissionDenied):
        answer_objection(objection, by=bureau, is_upheld=False, answer="x", public_answer="x")
    if how != "member":  # whose whole back office is another one
        client = signed_in("bureau")
        assert client.get(admin("objection", objection.reference)).status_code == 404
        assert objection.reference not in client.get(admin("objections")).content.decode()
        for name in ("result", "withdraw"):
            assert client.get(admin(name, objection.notice_id)).status_code == 404


def test_who_reviews_for_the_lead_provider_sees_none():
    filed()
    lead = account("lead")
    lead.user_permissions.add(Permission.objects.get(codename="view_objection"))
    assert not objections_for(account("lead")).exists()


def test_a_tied_officer_is_not_told():
    tie("nominator")
    filed()
    told = Notice.objects.filter(kind=NoticeKind.NOTICE_OBJECTION)
    assert {notice.user.username for notice in told} == {"committee"}


def test_a_text_that_tells_who_filed_it_is_not_let_through():
    objection = filed()
    bureau = account("bureau")
    for text in (f"{NAME}反映", "1 3 9-0000-8888 来电", "致 QIAN.SHOUZHENG@EXAMPLE.COM"):
        with pytest.raises(ValidationError):
            admit(objection, by=bureau, reason="x", text_for_parties=text)
    answer = signed_in("bureau").post(
        admin("objection_admit", objection.reference),
        ADMISSION | {"text_for_parties": f"{NAME}反映台账不一致。"},
    )
    assert answer.status_code == 422
    row = admitted(objection)
    with pytest.raises(ValidationError):
        answer_objection(row, by=bureau, is_upheld=False, answer="x", public_answer=f"感谢{NAME}。")


# -- the register -------------------------------------------------------------------------------


def test_the_register_shows_what_is_overdue_and_filters_it():
    late, fresh = filed(), filed(text="另一条理由。")
    Objection.objects.filter(pk=late.pk).update(due_at=timezone.now())
    client = signed_in("bureau")
    both = client.get(admin("objections")).content.decode()
    assert late.reference in both
    assert fresh.reference in both
    only = client.get(admin("objections"), {"state": "late"}).content.decode()
    assert late.reference in only
    assert fresh.reference not in only
    assert NAME not in both


def test_the_register_costs_the_same_however_long_it_is(django_assert_max_num_queries):
    client = signed_in("bureau")
    filed()
    client.get(admin("objections"))
    with django_assert_max_num_queries(200) as few:
        client.get(admin("objections"))
    for number in range(4):
        filed(text=f"理由{number}", phone=f"1390000000{number}")
    with django_assert_max_num_queries(len(few)):
        client.get(admin("objections"))


def test_files_are_the_bureaus_alone(client):
    from django.core.files.base import ContentFile

    objection = filed(files=[("证据", ContentFile(b"\xff\xd8\xff fake", name="a.jpg"))])
    file = objection.files.get()
    address = admin("objection_file", objection.reference, file.public_id)
    taken = signed_in("bureau").get(address)
    assert taken.status_code == 200
    assert "attachment" in taken["Content-Disposition"]
    for username in ("committee", "lead", "provider1"):
        assert signed_in(username).get(address).status_code == 404
    other = filed(text="另一条。", phone="13900000002")
    foreign = admin("objection_file", other.reference, file.public_id)
    assert signed_in("bureau").get(foreign).status_code == 404


def test_the_office_list_names_states_and_counts():
    notice = open_notice()
    filed(notice)
    page = signed_in("bureau").get(admin("all"))
    assert page.status_code == 200
    assert notice.title in page.content.decode()
    row = NoticePage.objects.with_counts().get(pk=notice.pk)
    assert (row.filed, row.waiting) == (1, 1)
