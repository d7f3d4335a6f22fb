"""Money, days and prices in the words of the reader's language."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from catalog import wording


def offer(low=None, high=None, on_request=False):
    as_decimal = [None if value is None else Decimal(value) for value in (low, high)]
    return SimpleNamespace(
        price_min_wan=as_decimal[0], price_max_wan=as_decimal[1], price_on_request=on_request
    )


@pytest.mark.parametrize(
    ("solution", "chinese", "english"),
    [
        (offer("1.8000", "4.8000"), "1.8–4.8 万元", "¥18,000–48,000"),
        (offer("12", "22"), "12–22 万元", "¥120,000–220,000"),
        (offer("0", "3.6"), "0–3.6 万元", "¥0–36,000"),
        (offer("30", "30"), "30 万元", "¥300,000"),
        (offer(None, "2.005"), "2.01 万元", "¥20,050"),
    ],
)
def test_a_price_band_reads_well_in_both_languages(solution, chinese, english):
    with translation.override("zh-hans"):
        assert wording.price(solution) == chinese
    with translation.override("en"):
        assert wording.price(solution) == english


def test_a_price_is_free_only_where_the_upper_end_is_nought():
    with translation.override("en"):
        assert wording.price(offer("0", "0")) == "free of charge"
        assert wording.price(offer("0", "3.6")) != "free of charge"


def test_an_unknown_price_is_on_request_whatever_else_is_stored():
    with translation.override("en"):
        assert wording.price(offer("1", "2", on_request=True)) == "on request"
        assert wording.price(offer()) == "on request"


@pytest.mark.parametrize(
    ("number", "text"), [("40", "40"), ("97.6000", "97.6"), ("0.0000", "0"), ("1200", "1200")]
)
def test_numbers_carry_no_trailing_zeros_and_no_exponent(number, text):
    assert wording.plain(Decimal(number)) == text


@pytest.mark.parametrize(("number", "text"), [("2.4", "+2.4"), ("-33.3", "−33.3"), ("0.0", "+0.0")])
def test_a_change_carries_its_sign_and_a_fall_a_true_minus(number, text):
    assert wording.signed(Decimal(number)) == text
    assert wording.figure(Decimal("-3.50")) == "−3.5"


def test_a_list_is_called_as_the_reader_speaks():
    page = SimpleNamespace(title="找方案", slug="solutions")
    with translation.override("zh-hans"):
        assert wording.section_name(page) == "找方案"
    with translation.override("en"):
        assert wording.section_name(page) == "Solutions"
        assert wording.section_name(SimpleNamespace(title="专题", slug="topic")) == "专题"


def test_items_are_the_lines_that_hold_something():
    assert wording.items("one\n\n  two  \n") == ["one", "two"]
