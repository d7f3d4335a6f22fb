"""Addresses below /requests/."""

from django.urls import path, re_path

from providers.matching.advising import own_views as office_help
from providers.matching.answering import own_views as replies
from providers.matching.asking import draft_views as drafts
from providers.matching.asking import views as steps
from providers.matching.calling import views as calls
from providers.matching.choosing import circle_views as circle
from providers.matching.choosing import views as choosing
from providers.matching.keys import views as keys
from providers.matching.own_page import views as own
from providers.matching.personal_data import views as data
from providers.matching.score import views as score
from providers.matching.working import own_views as work

REFERENCE = r"(?P<reference>[2-9A-Z]{4}-[2-9A-Z]{4})"
INVITATION = r"(?P<invitation>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
ATTACHMENT = r"(?P<attachment>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
DOCUMENT = r"(?P<document>[0-9a-f]{32})"
TOKEN = r"(?P<token>[0-9a-f]{40})"  # noqa: S105 a pattern

urlpatterns = [
    path("", own.find, name="request_find"),
    path("lost/", keys.lost, name="request_lost"),
    path("lost/code/", keys.lost_code, name="request_lost_code"),
    path("score/", score.rule, name="score_rule"),
    path("new/", steps.need, name="request_new"),
    path("new/whom/", steps.whom, name="request_whom"),
    path("new/contact/", steps.contact, name="request_contact"),
    path("new/files/<uuid:attachment>/", drafts.file, name="request_draft_file"),
    path("new/discard/", drafts.discard, name="request_discard"),
    path("new/resume/", drafts.choose, name="request_choose_draft"),
    re_path(rf"^new/resume/{TOKEN}/$", drafts.resume, name="request_resume"),
    re_path(rf"^mine/{REFERENCE}/$", own.page, name="request_page"),
    re_path(rf"^mine/{REFERENCE}/done/$", own.done, name="request_done"),
    re_path(rf"^mine/{REFERENCE}/enter/$", own.enter, name="request_enter"),
    re_path(rf"^mine/{REFERENCE}/leave/$", own.leave, name="request_leave"),
    re_path(rf"^mine/{REFERENCE}/edit/$", own.edit, name="request_edit"),
    re_path(rf"^mine/{REFERENCE}/send/$", own.send_at_once, name="request_send"),
    re_path(rf"^mine/{REFERENCE}/keys/$", keys.renew, name="request_keys"),
    re_path(rf"^mine/{REFERENCE}/copy/$", keys.copy, name="request_copy"),
    re_path(rf"^mine/{REFERENCE}/withdraw/$", own.withdraw, name="request_withdraw"),
    re_path(rf"^mine/{REFERENCE}/files/{ATTACHMENT}/$", own.file, name="request_file"),
    re_path(rf"^mine/{REFERENCE}/consent/{INVITATION}/$", own.consent, name="request_consent"),
    path("call/", calls.call, name="request_call"),
    path("call/asked/", calls.asked, name="request_call_asked"),
    re_path(rf"^mine/{REFERENCE}/advice/$", office_help.answer_proposals, name="request_advice"),
    re_path(
        rf"^mine/{REFERENCE}/help/(?P<offer>[0-9]{{1,9}})/$",
        office_help.answer_offer,
        name="request_help",
    ),
    re_path(rf"^mine/{REFERENCE}/work/criteria/$", work.criteria, name="request_work_criteria"),
    re_path(rf"^mine/{REFERENCE}/work/agree/$", work.agree, name="request_work_agree"),
    re_path(rf"^mine/{REFERENCE}/work/confirm/$", work.confirm, name="request_work_confirm"),
    re_path(rf"^mine/{REFERENCE}/work/refuse/$", work.refuse, name="request_work_refuse"),
    re_path(rf"^mine/{REFERENCE}/work/dispute/$", work.dispute, name="request_work_dispute"),
    re_path(rf"^mine/{REFERENCE}/work/view/$", work.view, name="request_work_view"),
    re_path(rf"^mine/{REFERENCE}/work/documents/$", work.documents, name="request_work_documents"),
    re_path(
        rf"^mine/{REFERENCE}/work/documents/add/(?P<kind>[a-z]{{1,12}})/$",
        work.documents,
        name="request_work_document_add",
    ),
    re_path(
        rf"^mine/{REFERENCE}/work/documents/{DOCUMENT}/$",
        work.document,
        name="request_work_document",
    ),
    re_path(
        rf"^mine/{REFERENCE}/work/documents/{DOCUMENT}/remove/$",
        work.document_remove,
        name="request_work_document_remove",
    ),
    re_path(rf"^mine/{REFERENCE}/work/rating/$", work.rating, name="request_work_rating"),
    re_path(rf"^mine/{REFERENCE}/choose/{INVITATION}/$", choosing.choose, name="request_choose"),
    re_path(rf"^mine/{REFERENCE}/none/$", choosing.none, name="request_none"),
    re_path(rf"^mine/{REFERENCE}/cancel/$", choosing.cancel, name="request_cancel"),
    re_path(rf"^mine/{REFERENCE}/fall/{INVITATION}/$", choosing.fall, name="request_fall"),
    re_path(rf"^mine/{REFERENCE}/widen/$", circle.ask_further, name="request_widen"),
    re_path(rf"^mine/{REFERENCE}/ask-centre/$", circle.ask_centre, name="request_ask_centre"),
    re_path(
        rf"^mine/{REFERENCE}/questions/(?P<number>[0-9]{{1,4}})/$",
        replies.answer,
        name="request_question",
    ),
    re_path(
        rf"^mine/{REFERENCE}/quotes/{INVITATION}/(?P<number>[0-9]{{1,3}})/$",
        replies.quote_file,
        name="request_quote_file",
    ),
    re_path(rf"^mine/{REFERENCE}/consents/$", data.consents, name="request_consents"),
    re_path(
        rf"^mine/{REFERENCE}/consents/text/$", data.consents_file, name="request_consents_file"
    ),
    re_path(rf"^mine/{REFERENCE}/export/$", data.export, name="request_export"),
    re_path(rf"^mine/{REFERENCE}/erase/$", data.erase, name="request_erase"),
    re_path(rf"^{TOKEN}/$", own.by_link, name="request_link"),
]
