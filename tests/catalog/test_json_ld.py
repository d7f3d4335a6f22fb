"""Data for machines must be valid and must not break out of its element."""

import json

from catalog.json_ld import json_ld


def data_of(block: str) -> dict:
    return json.loads(
        block.removeprefix('<script type="application/ld+json">')[: -len("</script>")]
    )


def test_no_value_can_end_the_element():
    block = json_ld({"name": "</script><script>alert(1)</script> & co"})
    assert block.count("<") == 2
    assert data_of(block)["name"] == "</script><script>alert(1)</script> & co"


def test_gaps_are_left_out_at_every_depth():
    block = json_ld({"name": "a", "url": "", "offers": {"price": None}, "list": [{"x": None}]})
    assert set(data_of(block)) == {"@context", "name", "list"}


def test_chinese_stays_readable():
    assert "织演软件" in json_ld({"name": "织演软件"})
