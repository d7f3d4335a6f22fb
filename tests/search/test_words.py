"""The rule of words, on what people really type."""

import random

import pytest

from search.words import (
    LINE_END,
    _folded_with_origin,
    excerpt,
    fold,
    highlight,
    phrase,
    phrases,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("追溯系统", ["追溯", "溯系", "系统", "统"]),
        ("云", ["云"]),
        ("5G+工业互联网", ["5g", "工业", "业互", "互联", "联网", "网"]),
        ("C++ 与 C# 和 F#", ["c++", "与", "c#", "和", "f#"]),
        ("C+++", ["c"]),
        ("3#厂房", ["3", "厂房", "房"]),
        ("3.5万", ["3.5", "万"]),
        ("3.5.", ["3.5"]),
        (".5 v2.0", ["5", "v2.0"]),
        ("3,500", ["3", "500"]),
        ("ＭＥＳ（２．０）", ["mes", "2.0"]),
        ("①质量②㎡", ["1", "质量", "量", "2m2"]),
        ("人々〇二", ["人々", "々〇", "〇二", "二"]),
        ("𠮷野家㐂", ["𠮷野", "野家", "家㐂", "㐂"]),
        ("\U00031350\U000323af", ["\U00031350\U000323af", "\U000323af"]),
        ("カタカナ・ひらがな", ["カタ", "タカ", "カナ", "ナ", "ひら", "らが", "がな", "な"]),
        ("ｶﾞｽ", ["ガス", "ス"]),
        ("한국어", ["한국", "국어", "어"]),
        ("\u1112\u1161\u11ab국", ["한국", "국"]),
        ("café cafe\u0301", ["café", "café"]),
        ("x\u0302y", ["xy"]),
        ("葛\U000e0100城", ["葛城", "城"]),
        ("质\u200b量", ["质量", "量"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("👩‍🔧质量👍🏽", ["质量", "量"]),
        ("R&D a_b it's", ["r", "d", "a", "b", "it", "s"]),
        ("İstanbul ΟΔΟΣ", ["istanbul", "οδοσ"]),
        ("X光C端", ["x", "光", "c", "端"]),
        ("第一行MES\n平台", ["第一", "一行", "行", "mes", LINE_END, "平台", "台"]),
        ("a\x00b\ud800", ["a", "b"]),
    ],
)
def test_words_of_hard_strings(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_thousand_characters_without_a_space() -> None:
    assert len(words("追" * 1000)) == 1000
    assert words("a" * 1000) == ["a" * 64]
    assert len(phrases("追溯" * 500)[0].terms) == 999


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("！？…👍", []),
        ("追溯 MES", [["追溯"], ["mes"]]),
        ("质量、追溯/MES", [["质量"], ["追溯"], ["mes"]]),
        ("5G+工业互联网", [["5g", "工业", "业互", "互联", "联网"]]),
        ("质量MES平台", [["质量", "量", "mes", "平台"]]),
        ("X光", [["x", "光"]]),
        ("云MES", [["云", "mes"]]),
        ("质量 质量 質量", [["质量"], ["質量"]]),
        ("OPC-UA", [["opc", "ua"]]),
    ],
)
def test_phrases_of_a_question(text: str, expected: list[list[str]]) -> None:
    assert [found.terms for found in phrases(text)] == expected


def test_only_a_trailing_single_han_is_a_prefix() -> None:
    by_text = {text: phrases(text)[0].is_prefix for text in ("云", "X光", "云MES", "云端", "MES")}
    assert by_text == {"云": True, "X光": True, "云MES": False, "云端": False, "MES": False}


def test_a_phrase_of_several_words() -> None:
    assert phrase("OPC UA").terms == ["opc", "ua"]
    assert phrase("…") is None


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("质量追溯MES平台", "追溯", "质量<mark>追溯</mark>MES平台"),
        ("质量追溯ＭＥＳ平台", "mes平台", "质量追溯<mark>ＭＥＳ平台</mark>"),
        ("MESH 与 MES", "mes", "MESH 与 <mark>MES</mark>"),
        ("上云平台", "云", "上<mark>云</mark>平台"),
        ("<b>&质量</b>", "质量", "&lt;b&gt;&amp;<mark>质量</mark>&lt;/b&gt;"),
        ("追溯溯追溯", "追溯 溯追", "<mark>追溯溯追溯</mark>"),
        ("①质量", "1质量", "<mark>①质量</mark>"),
        ("cafe\u0301吧", "café", "<mark>cafe\u0301</mark>吧"),
        ("ｶﾞｽ漏れ", "ガス", "<mark>ｶﾞｽ</mark>漏れ"),
        ("用 C++ 写", "c++", "用 <mark>C++</mark> 写"),
        ("3.5万元与13.5万元", "3.5万", "<mark>3.5万</mark>元与13.5万元"),
        ("5G+工业互联网", "5G工业", "<mark>5G+工业</mark>互联网"),
        ("MES\n平台", "MES平台", "MES\n平台"),
        ("质\u200b量高", "质量", "<mark>质\u200b量</mark>高"),
        ("没有", "质量", "没有"),
    ],
)
def test_highlight_marks_the_original_text(text: str, asked: str, expected: str) -> None:
    assert highlight(text, phrases(asked)) == expected


def test_excerpt_stands_in_its_line() -> None:
    body = "第一行没有\n" + "前" * 60 + "追溯" + "后" * 60
    assert excerpt(body, phrases("追溯"), around=3) == "…前前前<mark>追溯</mark>后后后…"
    assert excerpt(body, phrases("缺席")) == ""


ALPHABET = (
    "质量追溯云〇々𠮷㐂ぁガｶﾞﾟ한ㄱㅏ\u1100\u1161\u11a8MESmesＭ３．５3.5,+#&_-/、。 \n\t①½㎡ﬁßΣςİé"
    "\u0301\u0302\u200b\u00ad\ufe0f\U000e0100👍\x00\u2028\u0e01\u0e34\u09c7\u09be\u0344Ⅻ"
)


def test_folding_by_pieces_equals_folding_the_whole() -> None:
    """Otherwise a mark could stand beside what was found."""
    chance = random.Random(20)
    for _ in range(5000):
        text = "".join(chance.choices(ALPHABET, k=chance.randint(0, 12)))
        pieces, origin = _folded_with_origin(text)
        assert pieces == fold(text), ascii(text)
        assert len(pieces) == len(origin)


def test_no_string_breaks_the_rule() -> None:
    chance = random.Random(21)
    for _ in range(3000):
        codes = [chance.choice((0x3000, 0x110000)) for _ in range(8)]
        text = "".join(chr(chance.randrange(limit)) for limit in codes)
        asked = phrases(text)
        marked = highlight(text, asked)
        assert ("<mark>" in marked) == bool(asked)
        assert all(" " not in word and word for word in words(text))
