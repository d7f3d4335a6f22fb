"""Certificates: kept by members, checked by the bureau, badges while valid, reminders once."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from catalog.models import QualificationType
from marketplace.due import remind
from providers.models import Notice, Qualification
from providers.qualifications.keeping import confirm, version_of
from search import Question, get_engine
from tests.pages import provider_of, signed_in
from tests.search.settling import settle

pytestmark = pytest.mark.usefixtures("demo_site")
NUMBER = "演示-2026-0099"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def kind() -> QualificationType:
    """A type that the provider does not hold yet."""
    held = provider_of("provider1").qualifications.values("type")
    return QualificationType.objects.offered().exclude(pk__in=held).first()


@pytest.fixture
def checked(kind, today) -> Qualification:
    return Qualification.objects.create(
        provider=provider_of("provider1"),
        type=kind,
        number=NUMBER,
        issuer="演示机构",
        valid_from=today - timedelta(days=300),
        valid_to=today + timedelta(days=45),
        checked_on=today,
        checked_by=get_user_model().objects.get(username="bureau"),
    )


def posted(row: Qualification, **changed) -> dict:
    return {
        "type": row.type_id,
        "level": row.level,
        "number": row.number,
        "issuer": row.issuer,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        **changed,
    }


def pdf() -> SimpleUploadedFile:
    from io import BytesIO

    from pypdf import PdfWriter

    made, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(made)
    return SimpleUploadedFile("证书.exe", made.getvalue())


def shown(client) -> str:
    return client.get(provider_of("provider1").url).content.decode()


def in_facet(kind) -> bool:
    settle()
    answer = get_engine().ask(Question(kind="provider", chosen={"qualification": (kind.pk,)}))
    return any(hit.entry.url == provider_of("provider1").url for hit in answer.hits)


def test_a_member_adds_one_the_bureau_checks_it_and_it_is_a_badge(client, kind, today):
    browser, bureau = signed_in("provider1"), signed_in("bureau")
    fields = {
        "type": kind.pk,
        "number": NUMBER,
        "issuer": "演示机构",
        "valid_to": today + timedelta(days=300),
        "file": pdf(),
    }
    assert browser.post(reverse("qualification_add"), fields).status_code == 302
    row = Qualification.objects.get(number=NUMBER)
    assert (row.provider, row.checked_on) == (provider_of("provider1"), None)
    assert row.file.name.endswith(".pdf")
    assert NUMBER not in shown(client)
    assert not in_facet(kind)
    waiting = bureau.get(reverse("qualification_checks"), {"state": "unchecked"})
    assert NUMBER in waiting.content.decode()
    address = reverse("qualification_check", args=[row.pk])
    seen = bureau.get(address).context["form"].initial["seen"]
    assert bureau.post(address, {"seen": "older"}).status_code == 422
    assert bureau.post(address, {"seen": seen}).status_code == 302
    row.refresh_from_db()
    assert (row.checked_on, row.checked_by.username) == (today, "bureau")
    assert NUMBER in shown(client)
    assert in_facet(kind)


def test_a_change_takes_the_check_back_and_no_change_does_not(client, checked, today):
    browser, address = signed_in("provider1"), reverse("qualification_edit", args=[checked.pk])
    assert browser.post(address, posted(checked)).status_code == 302
    checked.refresh_from_db()
    assert checked.checked_on == today
    assert browser.post(address, posted(checked, level="三级")).status_code == 302
    checked.refresh_from_db()
    assert (checked.checked_on, checked.checked_by) == (None, None)
    assert NUMBER not in shown(client)


def test_an_older_form_does_not_write_over_a_colleagues_change(checked):
    browser, address = signed_in("provider1"), reverse("qualification_edit", args=[checked.pk])
    page = browser.get(address)
    seen = page.context["form"]["seen"].value()
    assert f'name="seen" value="{seen}"' in page.content.decode()
    own = posted(checked, number="甲-1", seen=seen)
    assert browser.post(address, own).status_code == 302
    answer = browser.post(address, posted(checked, level="三级", seen=seen))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    checked.refresh_from_db()
    assert (checked.number, checked.level) == ("甲-1", "")


def test_the_bureau_takes_its_check_back_with_a_reason(client, checked):
    bureau, address = signed_in("bureau"), reverse("qualification_uncheck", args=[checked.pk])
    assert bureau.post(address, {"reason": ""}).status_code == 422
    assert bureau.post(address, {"reason": "编号查无此证"}).status_code == 302
    assert NUMBER not in shown(client)
    listed = signed_in("provider1").get(reverse("qualifications")).content.decode()
    assert "编号查无此证" in listed


def test_the_badge_goes_the_day_after(client, checked, today):
    Qualification.objects.filter(pk=checked.pk).update(valid_to=today)
    assert NUMBER in shown(client)
    Qualification.objects.filter(pk=checked.pk).update(valid_to=today - timedelta(days=1))
    assert NUMBER not in shown(client)


def test_a_member_deletes_its_own(checked):
    browser, address = signed_in("provider1"), reverse("qualification_delete", args=[checked.pk])
    assert browser.get(address).status_code == 200
    assert Qualification.objects.filter(pk=checked.pk).exists()
    assert browser.post(address).status_code == 302
    assert not Qualification.objects.filter(pk=checked.pk).exists()


@pytest.mark.parametrize(
    "name",
    [
        "qualification_edit",
        "qualification_delete",
        "qualification_file",
        "qualification_check",
        "qualification_uncheck",
    ],
)
def test_another_provider_finds_nothing(name, checked):
    for pk in (checked.pk, 10**12):
        address = reverse(name, args=[pk])
        assert signed_in("provider2").get(address).status_code == 404
        answer = signed_in("provider2").post(address, posted(checked))
        assert answer.status_code in {404, 405}
    assert Qualification.objects.filter(pk=checked.pk, checked_on__isnull=False).exists()


def test_the_file_goes_to_members_and_the_bureau_as_a_download(checked):
    browser, address = signed_in("provider1"), reverse("qualification_edit", args=[checked.pk])
    browser.post(address, posted(checked, file=pdf()))
    file = reverse("qualification_file", args=[checked.pk])
    for username in ("provider1", "bureau"):
        response = signed_in(username).get(file)
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment")
    for username in ("provider2", "committee", "lead"):
        assert signed_in(username).get(file).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", SimpleUploadedFile("a.pdf", b"<script>alert(1)</script>")),
        ("number", "a\0b"),
        ("number", ""),
        ("valid_to", "1999-01-01"),
        ("type", "no-such"),
    ],
)
def test_what_cannot_be_is_refused_in_the_form(field, value, checked):
    address = reverse("qualification_edit", args=[checked.pk])
    response = signed_in("provider1").post(address, posted(checked, **{field: value}))
    assert response.status_code == 422
    checked.refresh_from_db()
    assert checked.checked_on is not None


def test_one_without_a_foreseeable_end_is_confirmed_and_indexed(checked):
    checked.valid_to = date.max
    checked.save()
    Qualification.objects.filter(pk=checked.pk).update(checked_on=None)
    checked.refresh_from_db()
    officer = get_user_model().objects.get(username="bureau")
    confirm(checked, by=officer, seen=version_of(checked))
    settle()
    asked = Question(kind="provider", chosen={"qualification": (checked.type_id,)})
    found = {hit.entry.url for hit in get_engine().ask(asked).hits}
    assert provider_of("provider1").url in found


# -- reminders ----------------------------------------------------------------------------------


def kinds() -> list[str]:
    rows = Notice.objects.filter(kind__startswith="qualification", user__username="provider1")
    return list(rows.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def alone(checked) -> Qualification:
    """The only certificate that ends."""
    Qualification.objects.exclude(pk=checked.pk).update(valid_to=None)
    return checked


def test_each_threshold_is_told_once_whatever_the_number_of_runs(alone):
    end = alone.valid_to
    now = timezone.now()
    for left, expected in ((61, 0), (60, 1), (59, 1), (30, 2), (29, 2), (0, 3), (-1, 4), (-9, 4)):
        moment = now + (end - timezone.localdate()) - timedelta(days=left)
        remind(moment)
        remind(moment)
        assert len(kinds()) == expected, left
    assert kinds() == ["qualification_expires"] * 3 + ["qualification_expired"]


def test_a_late_run_tells_the_nearest_threshold_only(alone):
    now = timezone.now() + timedelta(days=(alone.valid_to - timezone.localdate()).days - 3)
    assert remind(now) == 1
    assert kinds() == ["qualification_expires"]
    assert remind(now) == 0


def test_a_renewed_one_is_reminded_of_anew_and_an_unchecked_one_never(alone, today):
    assert remind(timezone.now()) == 1
    alone.valid_to = today + timedelta(days=20)
    alone.save()
    assert remind(timezone.now()) == 1
    Qualification.objects.update(checked_on=None, reminded="")
    assert remind(timezone.now()) == 0
