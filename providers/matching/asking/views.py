"""The request form in its three steps. Each answer is stored before it is judged."""

from __future__ import annotations

import re
from collections import Counter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.uploads import plain_name
from providers.abuse import within_limit
from providers.headers import private
from providers.matching.answering.pauses import closed_among
from providers.matching.asking.attachments import (
    TooManyAttachmentsError,
    add_attachment,
    attachment_links,
    remove_attachments,
)
from providers.matching.asking.forms import ContactForm, NeedForm, WhomForm
from providers.matching.asking.prefill import MAX_ASKED, Prefill, prefill_from
from providers.matching.asking.progress import (
    CONTACT_TYPED,
    Progress,
    current_draft,
    progress_or_step,
    resume_address,
    sent_by_this_browser,
    start_draft,
)
from providers.matching.calling.assisting import assisted, submit_here
from providers.matching.free_text import names_enterprise
from providers.matching.keys import access
from providers.matching.lifecycle import (
    DuplicateError,
    MovedOnError,
    Submission,
    TooFastError,
    grace_period,
)
from providers.matching.limits import DRAFTS_AN_HOUR, SUBMISSIONS_AN_HOUR, UPLOADS_AN_HOUR
from providers.matching.models import MAX_ATTACHMENTS, MatchingTerms, RequestDraft
from providers.matching.personal_data.consent_texts import notice_text, recipient_text
from providers.matching.score.offers import Proposal, Proposals, need_of
from providers.matching.wording import plain_day
from providers.public_forms import KEPT_CHOICES, typed

SHOWN_PROPOSALS = 8
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# -- step 1 -------------------------------------------------------------------------------------


@private
def need(request: HttpRequest) -> HttpResponse:
    """What the trouble is."""
    draft = current_draft(request)
    prefill = prefill_from(request.GET)
    if request.method == "POST":
        return keep_need(request, draft, prefill)
    answers = draft.answers("need") if draft else {}
    merged = merged_need(answers, prefill)
    scenarios = merged.get("scenarios", [])
    if draft and answers and "check" in request.GET:
        has_files = draft.attachments.exists()
        form = NeedForm(merged, offered_scenarios=scenarios, has_files=has_files)
    else:
        form = NeedForm(initial=merged, offered_scenarios=scenarios)
    return render_need(request, form, draft)


def merged_need(answers: dict, prefill: Prefill) -> dict:
    """Typed answers first; what the page before fills in only completes them."""
    merged = {key: value for key, value in prefill.need.items() if value}
    merged.update({key: value for key, value in answers.items() if value})
    scenarios = [*prefill.need.get("scenarios", []), *answers.get("scenarios", [])]
    return {**merged, "scenarios": list(dict.fromkeys(scenarios))}


def keep_need(request: HttpRequest, draft: RequestDraft | None, prefill: Prefill) -> HttpResponse:
    answers = typed(NeedForm, request.POST)
    form = NeedForm(request.POST, request.FILES, offered_scenarios=answers["scenarios"])
    if draft is None:
        if not within_limit(request, "draft", DRAFTS_AN_HOUR):
            return render_need(request, form, None, too_many=True, status=429)
        draft = start_draft(request)
    if prefill.asked:
        kept = draft.answers("asked").get("keys", [])
        keys = list(dict.fromkeys([*prefill.asked, *kept]))[:MAX_ASKED]
        draft.steps = {**draft.steps, "asked": {"keys": keys}}
    if prefill.begun_on:
        begun = {"on": prefill.begun_on, "in": prefill.begun_in}
        draft.steps = {**draft.steps, "begun": begun}
    draft.keep("need", answers)
    drop_files(request, draft)
    refused = take_files(request, draft)
    form.has_files = bool(refused) or draft.attachments.exists()
    form.full_clean()
    for words in refused:
        form.add_error("files", words)
    if "stay" in request.POST:
        form.keep_errors_of("files")
    if form.errors:
        return render_need(request, form, draft, status=422)
    if "stay" in request.POST:
        count = draft.attachments.count()
        told = ngettext("Saved, with %(count)s file.", "Saved, with %(count)s files.", count)
        messages.success(request, told % {"count": count})
        return redirect("request_new")
    return redirect("request_whom")


def drop_files(request: HttpRequest, draft: RequestDraft) -> None:
    """Remove the files of the draft that were ticked."""
    ticked = [
        mark for mark in request.POST.getlist("remove")[:KEPT_CHOICES] if UUID.fullmatch(mark)
    ]
    if ticked:
        remove_attachments(draft.attachments.filter(public_id__in=ticked))


def take_files(request: HttpRequest, draft: RequestDraft) -> list[str]:
    """Keep the files that are right; a sentence for each that is not."""
    refused = []
    for upload in request.FILES.getlist("files"):
        named = {"name": plain_name(upload.name or "")}
        try:
            if not within_limit(request, "request-upload", UPLOADS_AN_HOUR):
                refused.append(_("Too many files from this address. Please go on in an hour."))
                break
            add_attachment(draft, upload)
        except ValidationError as error:
            words = "".join(str(message) for message in error.messages)
            refused.append(_("“%(name)s” was not taken: %(reason)s") % {**named, "reason": words})
        except TooManyAttachmentsError:
            refused.append(
                _("“%(name)s” was not taken: there are %(most)s files already.")
                % {**named, "most": MAX_ATTACHMENTS}
            )
    return refused


def render_need(
    request: HttpRequest,
    form: NeedForm,
    draft: RequestDraft | None,
    *,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "draft": draft, "step": 1, "too_many": too_many}
    if draft:
        context["resume_url"] = resume_address(request)
        context["attachments"] = own_files(draft)
    return render(request, "requests/need.html", context, status=status)


def own_files(draft: RequestDraft) -> list[dict]:
    return attachment_links(
        draft.attachments.all(), lambda row: reverse("request_draft_file", args=[row.public_id])
    )


# -- step 2 -------------------------------------------------------------------------------------


@private
def whom(request: HttpRequest) -> HttpResponse:
    """Who shall answer: explained proposals, or the centre's advice."""
    progress, elsewhere = progress_or_step(request)
    if progress is None:
        return elsewhere
    status = 200
    if request.method == "POST":
        answers = typed(WhomForm, request.POST)
        answers["texts"] = progress.consent_hashes(answers["consent"])
        progress.draft.steps = {**progress.draft.steps, "asked": {}}
        progress.draft.keep("whom", answers)
        form = progress.whom_form(answers)
        if form.is_valid():
            return redirect("request_contact")
        status = 422
    elif "check" in request.GET and progress.draft.answers("whom"):
        form = progress.whom_form(progress.draft.answers("whom"))
        form.is_valid()
    else:
        form = progress.whom_form()
    show_all = "all" in request.GET
    return render(
        request,
        "requests/whom.html",
        {
            "form": form,
            "step": 2,
            "proposals": progress.proposals,
            "closed": closed_among(progress.draft.answers("asked").get("keys", [])),
            "advice_days": MatchingTerms.current().advice_days,
            "rows": proposal_rows(form, progress.proposals, show_all),
            "show_all": show_all,
            "hidden_count": 0
            if show_all
            else max(0, len(progress.proposals.items) - SHOWN_PROPOSALS),
        },
        status=status,
    )


def proposal_rows(form: WhomForm, proposals: Proposals, show_all: bool) -> list[dict]:
    """The proposals shown, each with its tick; chosen ones are never left out.

    The consent for a provider stands once, at its first offer shown.
    """
    chosen, consented = form["choose"].value() or [], form["consent"].value() or []
    shown = [
        proposal
        for proposal in proposals.items
        if show_all or proposal.position < SHOWN_PROPOSALS or proposal.key in chosen
    ]
    offers = Counter(proposal.provider_key for proposal in shown)
    first: dict[str, Proposal] = {}
    return [
        {
            "proposal": proposal,
            "is_chosen": proposal.key in chosen,
            "first": first.setdefault(proposal.provider_key, proposal),
            "has_consent_box": first[proposal.provider_key] is proposal,
            "is_shared": offers[proposal.provider_key] > 1,
            "is_consented": proposal.provider_key in consented,
            "consent_text": recipient_text(proposal.provider),
        }
        for proposal in shown
    ]


# -- step 3 -------------------------------------------------------------------------------------


@private
def contact(request: HttpRequest) -> HttpResponse:
    """Who asks; then it is sent."""
    progress, elsewhere = progress_or_step(request)
    if progress is None:
        # A second click of "send" finds the request that the first one made.
        made = sent_by_this_browser(request)
        return redirect("request_done", made.reference) if made else elsewhere
    draft = progress.draft
    whom_form = progress.whom_form(draft.answers("whom"))
    if not draft.answers("whom") or not whom_form.is_valid() or not progress.texts_unchanged():
        return redirect(reverse("request_whom") + "?check=1")
    if request.method != "POST":
        # Contact data show only in the browser in which they were typed.
        typed_here = request.session.get(CONTACT_TYPED) == draft.reference
        initial = draft.answers("contact") if typed_here else {}
        return render_contact(request, progress, whom_form, ContactForm(initial=initial))
    answers = typed(ContactForm, request.POST)
    draft.keep("contact", {key: value for key, value in answers.items() if key not in UNKEPT})
    request.session[CONTACT_TYPED] = draft.reference
    form = ContactForm(request.POST)
    if not form.is_valid():
        return render_contact(request, progress, whom_form, form, status=422)
    return send(request, progress, whom_form, form)


# Consent and trap are answered anew each time.
UNKEPT = frozenset({"notice", "homepage"})


def send(
    request: HttpRequest, progress: Progress, whom_form: WhomForm, form: ContactForm
) -> HttpResponse:
    """Hand everything to the request's life; whatever it objects to is said on the form."""
    need_cleaned = progress.need_form.cleaned_data
    said = f"{need_cleaned['sentence']} {need_cleaned['township']}"
    if names_enterprise(said, form.cleaned_data["company"], form.cleaned_data["uscc"]):
        form.add_error(None, NAMED_EARLIER)
        return render_contact(request, progress, whom_form, form, status=422)
    helps = assisted(request, progress.draft.reference)
    if not helps and not within_limit(request, "submit", SUBMISSIONS_AN_HOUR):
        return render_contact(request, progress, whom_form, form, too_many=True, status=429)
    submission = Submission(
        need=need_cleaned,
        contact=form.cleaned_data,
        scenarios=tuple(need_of(need_cleaned).scenarios),
        chosen=whom_form.chosen(),
        consented=frozenset(whom_form.cleaned_data["consent"]),
        wants_advice=whom_form.cleaned_data["route"] == WhomForm.CENTRE,
        begun=progress.draft.answers("begun"),
    )
    try:
        made = submit_here(
            request,
            progress.draft,
            submission,
            despite_duplicate="send_anyway" in request.POST,
        )
    except TooFastError:
        form.add_error(None, _("That was very quick. Please check your answers and send again."))
        return render_contact(request, progress, whom_form, form, status=422)
    except DuplicateError:
        return render_contact(request, progress, whom_form, form, duplicate=True, status=409)
    except MovedOnError:
        return render(request, "requests/too_late.html", status=409)
    access.hand_over(request, made)
    request.session.pop(CONTACT_TYPED, None)
    return redirect("request_done", made.reference)


NAMED_EARLIER = gettext_lazy(
    "What you wrote in the first step names your company. Providers that may not see who asks would"
    " read it: please go back and leave the name out."
)


def render_contact(
    request: HttpRequest,
    progress: Progress,
    whom_form: WhomForm,
    form: ContactForm,
    *,
    duplicate: bool = False,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    need_cleaned = progress.need_form.cleaned_data
    context = {
        "form": form,
        "step": 3,
        "need": need_cleaned,
        "scenarios": need_of(need_cleaned).scenarios.values(),
        **own_words(progress.need_form),
        "attachments": own_files(progress.draft),
        "fitting_count": progress.proposals.fitting_count,
        "is_arranged": progress.is_arranged,
        "chosen": chosen_providers(whom_form),
        "wants_advice": whom_form.cleaned_data["route"] == WhomForm.CENTRE,
        "notice_text": notice_text(),
        "grace_minutes": int(grace_period().total_seconds() // 60),
        "sent_at": timezone.now() + grace_period(),
        "duplicate": duplicate,
        "too_many": too_many,
        "limit": SUBMISSIONS_AN_HOUR,
    }
    return render(request, "requests/contact.html", context, status=status)


def own_words(form: NeedForm) -> dict[str, str]:
    """What the first step says of company and budget, in two lines of the summary."""
    need = form.cleaned_data
    labels = {name: dict(form.fields[name].choices) for name in ("headcount_band", "budget_band")}
    company = [
        need["industry"] and need["industry"].name,
        labels["headcount_band"][need["headcount_band"]],
        need["township"],
        need["level"] and need["level"].pk,
    ]
    budget = [
        labels["budget_band"][need["budget_band"]],
        need["start_on"] and plain_day(need["start_on"]),
    ]
    between = _(", ")
    return {
        "kind": dict(form.fields["kind"].choices)[need["kind"]],
        "company_line": between.join(str(word) for word in company if word),
        "budget_line": between.join(str(word) for word in budget if word),
    }


def chosen_providers(form: WhomForm) -> list[dict]:
    """Each provider that is asked, with what is asked about and whether it sees who asks."""
    consented = form.cleaned_data["consent"]
    rows: dict[str, dict] = {}
    for proposal in form.chosen():
        row = rows.setdefault(
            proposal.provider_key,
            {
                "provider": proposal.provider,
                "titles": [],
                "with_contact": proposal.provider_key in consented,
            },
        )
        if proposal.solution:
            row["titles"].append(proposal.title)
    return [{**row, "titles": _(", ").join(row["titles"])} for row in rows.values()]
