"""When a qualification counts: one rule, for the database and for what is already read."""

from datetime import date, timedelta

import pytest

from catalog.models import QualificationType
from providers.models import ProviderPage, Qualification

pytestmark = pytest.mark.usefixtures("demo_site")
DAY = date(2026, 11, 23)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("dates", "valid"),
    [
        ({}, True),
        ({"valid_from": DAY, "valid_to": DAY}, True),
        ({"valid_from": AFTER}, False),
        ({"valid_to": BEFORE}, False),
        ({"checked_on": None}, False),
    ],
)
def test_queryset_and_predicate_agree(dates, valid):
    row = Qualification.objects.create(
        provider=ProviderPage.objects.first(),
        type=QualificationType.objects.first(),
        number="演示 1",
        issuer="演示机构",
        **{"checked_on": BEFORE, **dates},
    )
    assert row.is_valid_on(DAY) is valid
    assert Qualification.objects.valid(DAY).filter(pk=row.pk).exists() is valid
