"""A case is first published as it was scored, or with the bureau's word that the scores stand."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases.models import CasePage, ScoresStand, ScoringRound
from cases.scoring import outcome, publication
from cases.scoring.publication import scored_and_shortlisted
from catalog.models import PublicationRefused, publish_revision
from providers.withdrawal.subtree import ActRefused
from tests.cases.scoring.making import another, complete_case, nominated, opened, scored, user
from tests.pages import page_text, signed_in

pytestmark = pytest.mark.usefixtures("site_with_a_nomination")


def settled(to: str = "shortlisted", page: CasePage | None = None) -> ScoringRound:
    scoring = scored(90, 80, page=page)
    outcome.settle(scoring, to, reason="理由", by=user("bureau"))
    return ScoringRound.objects.get(pk=scoring.pk)


def latest(scoring: ScoringRound) -> CasePage:
    return CasePage.objects.get(pk=scoring.case_id).get_latest_revision_as_object()


def against(page: CasePage) -> list[str]:
    """What the scoring has against publishing the latest version."""
    draft = CasePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return [str(said) for said in scored_and_shortlisted(CasePage, draft)]


def change(page: CasePage, by: str = "provider1", **fields) -> None:
    draft = CasePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision(user=user(by))


def test_without_a_scoring_nothing_is_published():
    page = complete_case()
    assert len(against(page)) == 1
    with pytest.raises(PublicationRefused) as refused:
        publish_revision(page.get_latest_revision(), by=user("bureau"))
    assert against(page)[0] in [str(said) for said in refused.value.blockers]
    assert not CasePage.objects.get(pk=page.pk).live


def test_nor_while_it_is_scored():
    scoring = opened()
    assert against(scoring.case)


@pytest.mark.parametrize("to", ["complete", "rejected"])
def test_nor_after_another_outcome(to):
    assert against(settled(to).case)


def test_shortlisted_the_scored_version_is_free():
    assert against(settled().case) == []


def test_a_newer_scoring_counts_and_not_an_older_one():
    scoring = settled()
    assert against(scoring.case) == []
    ScoringRound.objects.create(case=scoring.case, scheme=scoring.scheme, revision=scoring.revision)
    assert against(scoring.case)


def test_the_bureaus_override_with_a_reason_stays_possible():
    page = complete_case()
    publish_revision(page.get_latest_revision(), by=user("bureau"), override_reason="县里急用")
    assert CasePage.objects.get(pk=page.pk).live


def test_a_later_edit_of_a_published_case_is_not_scored_again():
    page = CasePage.objects.live().first()
    change(page, summary="后来改的一句。")
    assert against(page) == []


def test_what_was_changed_since_is_said_field_by_field():
    scoring = settled()
    change(scoring.case, summary="换了说法。", payback_months=99)
    (said,) = against(scoring.case)
    labels = publication.changed_fields(scoring, latest(scoring))
    assert len(labels) == 2
    assert all(str(label) in said for label in labels)


def test_what_search_engines_read_and_saving_without_a_change_do_not_count():
    scoring = settled()
    change(scoring.case, search_description="给搜索引擎的一句。")
    assert against(scoring.case) == []
    CasePage.objects.get(pk=scoring.case_id).get_latest_revision_as_object().save_revision()
    assert against(scoring.case) == []


def test_the_bureau_confirms_just_one_content_with_a_reason():
    scoring = settled()
    change(scoring.case, summary="换了说法。")
    with pytest.raises(ActRefused):
        publication.confirm(scoring, reason="  ", by=user("bureau"))
    publication.confirm(scoring, reason="只改了措辞", by=user("bureau"))
    assert against(scoring.case) == []
    change(scoring.case, summary="又换了说法。")
    assert against(scoring.case)
    change(scoring.case, summary="换了说法。")
    assert against(scoring.case) == []


def test_there_is_nothing_to_confirm_where_nothing_changed_or_nothing_is_shortlisted():
    scoring = settled()
    with pytest.raises(ActRefused):
        publication.confirm(scoring, reason="没改", by=user("bureau"))
    other = settled("rejected", nominated("other"))
    with pytest.raises(ActRefused):
        publication.confirm(other, reason="没改", by=user("bureau"))


def test_nobody_confirms_what_they_changed():
    scoring = settled()
    change(scoring.case, by="bureau", summary="局里改的。")
    with pytest.raises(ActRefused):
        publication.confirm(scoring, reason="只改了措辞", by=user("bureau"))
    publication.confirm(scoring, reason="只改了措辞", by=another("colleague"))


def test_the_screen_names_the_fields_and_takes_the_reason():
    scoring = settled()
    change(scoring.case, summary="换了说法。")
    client = signed_in("bureau")
    labels = publication.changed_fields(scoring, latest(scoring))
    for name in ("scoring_round", "scoring_stand"):
        assert str(labels[0]) in page_text(client.get(reverse(name, args=[scoring.pk])))
    address = reverse("scoring_stand", args=[scoring.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "只改了措辞"}).status_code == 302
    assert against(scoring.case) == []
    assert "只改了措辞" in page_text(client.get(reverse("scoring_round", args=[scoring.pk])))


def test_a_confirmation_is_one_a_content_and_has_a_reason():
    scoring = settled()
    row = {"round": scoring, "fingerprint": "a" * 64}
    ScoresStand.objects.create(**row, reason="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoresStand.objects.create(**row, reason="y")
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoresStand.objects.create(round=scoring, fingerprint="b" * 64, reason="")
