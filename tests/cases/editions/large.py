"""A large edition for the press, made without the site's own cases."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter

from cases.editions.document import write_folder
from cases.editions.pictures import IN_TEXT, QUALITY

CHARACTERS = "数字化改造让车间的订单、质量与设备数据连成一条线，企业按工序看到进度和成本。"
PART = 2000 // 5


def prose(chance: random.Random, length: int) -> str:
    """So many characters in paragraphs of some eighty."""
    text = "".join(chance.choices(CHARACTERS, k=length))
    return "".join(f"<p>{text[start : start + 80]}</p>" for start in range(0, length, 80))


def photograph(chance: random.Random) -> bytes:
    """A JPEG with as much detail as a photograph, in the size in which editions keep pictures."""
    noise = Image.frombytes("RGB", (250, 167), chance.randbytes(250 * 167 * 3))
    large = noise.resize((IN_TEXT, 667), Image.Resampling.BICUBIC)
    written = BytesIO()
    large.filter(ImageFilter.GaussianBlur(1)).save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()


def case(chance: random.Random, number: int, keys: list[str]) -> dict:
    """A frozen case whose prose has 2,000 characters, as ``cases.editions.freezing`` writes it."""
    return {
        "title": f"第{number}个案例：一家企业的数字化改造",
        "slug": f"case-{number}",
        "summary": "从一个最急的问题入手，四个月见效。",
        "enterprise": f"演示企业{number}",
        "is_benchmark": number % 5 == 0,
        "note": "编者按：值得同类企业先读。" if number % 3 == 0 else "",
        "figures": [
            {
                "name": f"指标{item}",
                "unit": "%",
                "direction": "up",
                "before": str(chance.randint(20, 60)),
                "after": str(chance.randint(61, 99)),
                "period": "2026年1月—6月",
                "source": "系统导出",
            }
            for item in range(5)
        ],
        "industries": ["纺织服装"],
        "modes": ["产线级"],
        "level_before": "L4",
        "level_after": "L6",
        "investment": "46 万元",
        "software_wan": "28.5",
        "hardware_wan": "17.5",
        "investment_note": "",
        "months": 4,
        "completed_on": "2026-06-30",
        "payback_months": 14,
        "main_products": "针织服装",
        "headcount": "100–299人",
        "revenue": "2000–5000万元",
        "profile": prose(chance, PART),
        "pain_points": ["交期不稳", "质量追溯难"],
        "needs": prose(chance, PART),
        "timeline": [{"when": f"2026年{month}月", "what": "完成一个阶段"} for month in range(1, 5)],
        "path": prose(chance, PART),
        "data_and_integration": "",
        "solutions": [{"title": "演示方案", "address": "/providers/a/b/"}],
        "providers": [{"title": "演示服务商", "address": ""}],
        "results": prose(chance, PART),
        "fits": "百人上下的离散制造企业",
        "preconditions": ["有稳定的网络", "有一名专人"],
        "entry_threshold": "二十万元起",
        "pitfalls": ["一次上得太多"],
        "next_steps": prose(chance, PART),
        "quotes": [{"text": "先做一件事。", "speaker": "演示厂长", "role": ""}],
        "pictures": [
            {"key": key, "alt": "车间", "caption": "车间", "width": 1000, "height": 667}
            for key in keys
        ],
        "address": "/cases/x/",
    }


def write_large(folder: Path, *, cases: int = 30, pictures: int = 3) -> list[str]:
    """Write the folder of an edition for the press; the titles of its cases in order."""
    chance = random.Random(7)
    rows = []
    for number in range(1, cases + 1):
        keys = [f"{number:03}{picture:03}" for picture in range(pictures)]
        for key in keys:
            (folder / f"{key}.jpg").write_bytes(photograph(chance))
        rows.append((number, case(chance, number, keys)))
    content = {
        "title": "大案例集",
        "subtitle": "",
        "cover": None,
        "preface": "<p>前言。</p>",
        "chapters": [
            {"title": f"第{start}组", "places": list(range(start, min(start + 10, cases + 1)))}
            for start in range(1, cases + 1, 10)
        ],
        "editor": "演示编辑部",
        "dated_on": "2026-11-20",
        "contact": "0797-00000000",
        "disclaimers": ["虚构。"],
        "platform": "演示平台",
        "is_demo": True,
    }
    write_folder(folder, content=content, cases=rows, absent={}, mark="0" * 64, issue=None)
    return [row["title"] for _place, row in rows]
