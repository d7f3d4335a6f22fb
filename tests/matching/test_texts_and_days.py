"""Free text without contact data, and deadlines in working days."""

from datetime import UTC, datetime
from time import perf_counter

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog.workdays import answer_deadline
from providers.matching.free_text import refuse_contact_data


@pytest.mark.parametrize(
    "text",
    [
        "详见 https://example.com/a",
        "看 www.example.cn",
        "官网 example.com.cn 有介绍",
        "发到 wang@example.com",
        "电话13900001234",
        "电话 139 0000 1234",
        "电话１３９００００１２３４",
        "一三九零零零零一二三四",
        "座机 0797-5300000",
        "热线 400-800-1234",
        "微信 wang_2024",
        "加V信：abc12345",
        "vx: abc12345",
        "QQ号 1234567",
        "+86 13900001234",
        "电话139\u200b0000\u20601234",
        "www\u200b.example.com",
        "微\u200d信 wang_2024",
        "电话 138、0013、8000",
        "电话 138/0013/8000",
        "电话 138_0013_8000",
    ],
)
def test_ways_of_contact_are_refused(text):
    with pytest.raises(ValidationError):
        refuse_contact_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 之前想上线，预算 5-20 万元",
        "月产 200000 件，返工 3.5%",
        "用过微信报工，不好用",
        "ISO 9001:2015 已通过，设备 36 台",
        "一班三十人，二班四十人",
        "钉钉和QQ群里报数，容易漏",
    ],
)
def test_ordinary_sentences_pass(text):
    refuse_contact_data(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "deadline"),
    [
        ("2026-11-23 09:00", "2026-11-26 23:59"),  # Monday to Thursday
        ("2026-11-25 23:30", "2026-11-30 23:59"),  # Wednesday to Monday
        ("2026-11-28 12:00", "2026-12-02 23:59"),  # Saturday to Wednesday
    ],
)
def test_three_working_days_end_at_the_end_of_the_third(sent, deadline):
    zone = timezone.get_default_timezone()
    sent_at = datetime.strptime(sent, "%Y-%m-%d %H:%M").replace(tzinfo=zone).astimezone(UTC)
    found = answer_deadline(sent_at)
    assert found.tzinfo == UTC
    assert timezone.localtime(found).strftime("%Y-%m-%d %H:%M") == deadline


@pytest.mark.parametrize("text", ["x" * 200_000, "1 " * 100_000, "a-" * 100_000, "微信 " * 70_000])
def test_long_texts_are_read_at_once(text):
    started = perf_counter()
    refuse_contact_data(text)
    assert perf_counter() - started < 1
