"""Three hundred strings that are hard to cut into words, made of the ingredients listed here."""

from __future__ import annotations

import random

from search.words import LINE_END

INGREDIENTS = (
    # What people type.
    "工业互联网",
    "追溯",
    "云",
    "制造执行系统",
    "5G",
    "MES",
    "C++",
    "C#",
    "F#",
    "3#厂房",
    "c+++",
    "3.5万",
    "3,500",
    "99.9%",
    "v2.0.1",
    "R&D",
    "it's",
    "a_b",
    "X光",
    "C端",
    "OPC UA",
    "IEC61499",
    "L3→L5",
    "https://例子.cn/?q=云&a=1#x",
    # Other widths and shapes of the same.
    "ＭＥＳ",
    "Ｃ＋＋",
    "３．５％",
    "①②⑳㊿",
    "㈱㍿㎡㏑",
    "ⅣⅫ½²",
    "ﬁﬂĳ",
    "﨑豈﫚",
    "⼀⼭⺟",
    "𝐌𝐄𝐒𝟓",
    # Han beyond the common block, and what is written among Han.
    "〇",
    "二〇二六",
    "人々",
    "〆切",
    "〡〢〣",
    "㐀䶵",
    "𠀀𠮷𪚥",
    "𫝀𬺰𰀀𱍊",
    "吉𠮷野家",
    "ㄅㄆㄇ",
    # Kana and Hangul, whole, half-width and in parts.
    "カタカナ・メモリー",
    "ひらがなゝゞ",
    "ｶﾞｷﾞｸﾞﾊﾟ",
    "か\u3099き\u3099",
    "스마트 공장",
    "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "ﾡﾢﾣ",
    "ㄱㄴㅏ",
    # Letters with marks and other scripts.
    "café",
    "cafe\u0301",
    "Straße ΣΊΣΥΦΟΣ ς",
    "İIıi",
    "нефть Ё",
    "हिन्दी",
    "ภาษาไทย",
    "العربية ٣٫٥ ٣.٥",
    "עִבְרִית",
    "a\u0300\u0301\u0302\u0303b",
    "葛\U000e0100城",
    "᠊ᠮᠣᠩ\u180eᠭᠣᠯ",
    # Symbols, invisible characters and white space.
    "🏭",
    "👨\u200d👩\u200d👧",
    "🇨🇳1\ufe0f\u20e3",
    "℃Ω™©",
    "\u200b\ufeff\u00ad\u2060",
    "软\u200b件\u00ad平台",
    "上\u3000云\u00a0端",
    "行\u2028段\u2029页\x0c栏\x85尾",
    "第一行\n第二行\r\n第三行",
    "网\x00络\x1f层",
    # What means something to an engine.
    '"AND" OR NOT NEAR(a b, 2) * ^title:',
    "+must -not (a | b) ~2 a* ?b \\ / {!} [1 TO 2]",
    "title : 追溯*",
    "<b>云</b> &amp; <script>",
    f"行末{LINE_END}行首",
    "%_ 100%",
    "''; DROP TABLE",
)
JOINTS = ("", "", "", "+", "-", ".", "·", " ", "，", "/", "（", "\n", "\u3000")
# Runs of a thousand characters and more without a space.
LONG = (
    "追" * 1000,
    "追溯云平台" * 200,
    "a" * 1000,
    "MES5G" * 200,
    "𠀀𠮷" * 500,
    "한국어" * 334,
    "ﾊﾟ" * 500,
    "e\u0301" * 500,
    "云a" * 500,
    "3." * 500,
)
COUNT = 300


def hard_strings() -> list[str]:
    """The same strings each time: every ingredient, the long runs, and mixtures."""
    chance = random.Random(300)
    found = dict.fromkeys((*INGREDIENTS, *LONG))
    while len(found) < COUNT:
        parts = [chance.choice(INGREDIENTS) for _ in range(chance.randint(2, 5))]
        found["".join(part + chance.choice(JOINTS) for part in parts)] = None
    return list(found)
