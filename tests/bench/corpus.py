"""Solutions in any number, the same for the same number: text, facets and cards as listings have.

Words follow Zipf's law, as words do: a few stand in most texts, most in a few. A text mixes filler
words of common characters with terms of the trade and Latin acronyms; a body is some 500
characters in four paragraphs.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import accumulate, pairwise

from catalog.seeding import SEEDS
from search.entries import Entry
from search.facets import FACETS, GENERAL, YES

SEED = 20260401
# Words of the filler vocabulary.
FILLER_WORDS = 20_000
# From this rank on a filler word is rare: it stands in few texts.
RARE_RANK = 4_000
# Providers of a large site; a small one has one for every two solutions.
MOST_PROVIDERS = 500

TERMS = (
    "追溯 排产 质量 设备 能耗 采购 仓储 库存 工艺 图纸 订单 交期 计件 工资 检验 报工 看板 预警 "
    "巡检 维保 点检 备件 模具 刀具 物料 条码 批次 返工 良率 产能 节拍 齐套 外协 委外 成本 核算 "
    "财务 人事 考勤 绩效 审批 协同 合同 客户 售后 报价 打样 版本 配方 溯源 安全 隐患 危废 排放 "
    "碳核算 用电 空压 光伏 数采 网关 边缘计算 云平台 大数据 人工智能 机器视觉 数字孪生 "
    "工业互联网 低代码 看板大屏 移动端 小程序 私有化部署 云端部署 轻量化 模块化 生产管控 "
    "制造执行 高级排程 仓库管理 质量追溯 设备联网 能源管理 供应链协同 产品设计 工艺设计 营销管理 "
    "售后服务 采购管理 物流配送 决策支持 财务管理 人力资源 安全生产 计划排程 在线检测"
).split()
ACRONYMS = (
    "MES ERP WMS APS QMS PLM SCADA SRM CRM EAM EMS PDM OEE IoT SaaS BOM RFID AGV 5G API".split()
)
LEGAL_SUFFIX = "（虚构）软件有限公司"

# Share of the words of a text that are terms of the trade, and that are acronyms.
_TERM_SHARE = 0.09
_ACRONYM_SHARE = 0.012
_BODY_WORDS = 205
_PARAGRAPHS = 4
# Words between two commas, and commas' parts in a sentence, run through this rhythm.
_RHYTHM = (5, 7, 4, 6, 8, 5)
_FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)
_KIND = "solution"
_SEEDS_OF = {
    "industry": "industry_chains",
    "scenario": "scenarios",
    "deployment": "deployment_modes",
    "pricing": "pricing_models",
    "level": "levels",
    "size": "company_sizes",
    "goal": "value_goals",
}


def zipf(count: int, exponent: float = 1.0) -> list[float]:
    """Cumulative weights of ``count`` ranks."""
    return list(accumulate(1 / (rank + 2.7) ** exponent for rank in range(count)))


@cache
def filler() -> tuple[str, ...]:
    """The filler vocabulary, most frequent first: words of two or three common characters."""
    # The first level of GB 2312 holds the 3,755 characters that texts are written with.
    cells = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    common = b"".join(cells).decode("gb2312", errors="ignore")
    chance = random.Random(SEED)
    known = set(TERMS)
    words: dict[str, None] = {}
    while len(words) < FILLER_WORDS:
        word = "".join(chance.choices(common, k=2 if chance.random() < 0.8 else 3))
        if word not in known:
            words[word] = None
    return tuple(words)


@cache
def codes_of(facet: str) -> tuple[str, ...]:
    """The values that a facet has without the providers: from the programme's seeds, or fixed."""
    if facet not in _SEEDS_OF:
        return tuple(code for code, _label in FACETS[facet].choices)
    rows = json.loads(SEEDS.read_text(encoding="utf-8"))[_SEEDS_OF[facet]]
    return tuple(row["code"] for row in rows)


def provider_count(size: int) -> int:
    return min(MOST_PROVIDERS, max(1, size // 2))


def provider_name(number: int) -> str:
    return f"{filler()[number * 7]}{filler()[number * 11 + 3]}科技{number + 1}"


def provider_slug(number: int) -> str:
    return f"provider-{number + 1:03d}"


class Corpus:
    """``size`` solutions; ``entries()`` makes them anew each time, so none has to be held."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.providers = provider_count(size)
        self._provider_weights = zipf(self.providers)
        self._filler_weights = zipf(FILLER_WORDS)
        self._term_weights = zipf(len(TERMS), 0.7)

    def values_of(self, facet: str) -> Sequence[str]:
        """Every value of a facet that a visitor could choose."""
        if facet == "provider":
            return [provider_slug(number) for number in range(self.providers)]
        return codes_of(facet)

    def entries(self, numbers: Sequence[int] | None = None) -> Iterator[Entry]:
        for number in range(1, self.size + 1) if numbers is None else numbers:
            yield self._entry(number)

    def _entry(self, number: int) -> Entry:
        chance = random.Random(SEED * 1_000_003 + number)
        words = self._words(chance)
        title = "".join((*words[:2], chance.choice(TERMS), "轻应用"))
        provider = chance.choices(range(self.providers), cum_weights=self._provider_weights, k=1)[0]
        name = provider_name(provider)
        highest = Decimal(chance.choice((0, 2, 3, 5, 8, 12, 18, 24, 36))).quantize(
            Decimal("0.0001")
        )
        days = chance.choice((5, 7, 10, 15, 20, 30, 45, 60))
        cases = chance.choices((0, 1, 2, 5), weights=(70, 18, 9, 3), k=1)[0]
        first, last = sorted(chance.sample(range(2, 9), 2))
        batch = chance.choice((None, 1, 2))
        return Entry(
            key=f"{_KIND}:{number}",
            title=title,
            url=f"/providers/{provider_slug(provider)}/solution-{number}/",
            summary=_sentence(words[2:14]),
            body="\n".join((*_paragraphs(words[14:]), name, f"{name}{LEGAL_SUFFIX}")),
            unquoted="Production planning\nQuality management",
            values={
                "industry": _some(chance, codes_of("industry"), 2)
                | (frozenset((GENERAL,)) if chance.random() < 0.1 else frozenset()),
                "scenario": _some(chance, codes_of("scenario"), 3),
                "deployment": _some(chance, codes_of("deployment"), 2),
                "pricing": _some(chance, codes_of("pricing"), 1),
                "level": frozenset((f"L{last}",)),
                "size": _some(chance, codes_of("size"), 3),
                "goal": _some(chance, codes_of("goal"), 3),
                "provider": frozenset((provider_slug(provider),)),
                "batch": frozenset((str(batch),)) if batch else frozenset(),
                "evidence": frozenset((YES,)) if cases else frozenset(),
                "local": frozenset((YES,)) if chance.random() < 0.4 else frozenset(),
            },
            first_published_at=_FIRST_DAY + timedelta(minutes=chance.randrange(600_000)),
            delivery_days=days,
            price_max_wan=highest,
            evidence=cases,
            suggestions=(title,),
            card={
                "price": {"min_wan": f"{highest / 2:f}", "max_wan": f"{highest:f}"},
                "delivery_days": days,
                "level_from": f"L{first}",
                "level_to": f"L{last}",
                "batch": batch,
                "cases": cases,
                "figure": _FIGURE if cases else None,
                "provider": {
                    "name": name,
                    "url": f"/providers/{provider_slug(provider)}/",
                    "slug": provider_slug(provider),
                    "local_team_size": provider % 7,
                },
            },
        )

    def _words(self, chance: random.Random) -> list[str]:
        words = chance.choices(filler(), cum_weights=self._filler_weights, k=_BODY_WORDS + 14)
        for known, share, weights in (
            (TERMS, _TERM_SHARE, self._term_weights),
            (ACRONYMS, _ACRONYM_SHARE, None),
        ):
            places = chance.sample(range(len(words)), round(len(words) * share))
            drawn = chance.choices(known, cum_weights=weights, k=len(places))
            for place, word in zip(places, drawn, strict=True):
                words[place] = word
        return words


_FIGURE = {
    "indicator": "pass_rate",
    "label": "月均产品合格率",
    "label_en": "Monthly product pass rate",
    "unit": "%",
    "direction": "up",
    "before": "95.1",
    "after": "97.5",
}


def _some(chance: random.Random, codes: Sequence[str], most: int) -> frozenset[str]:
    return frozenset(chance.sample(codes, chance.randint(1, most)))


def _sentence(words: Sequence[str]) -> str:
    ends = [0, *(end for end in accumulate(_RHYTHM) if end < len(words)), len(words)]
    return "，".join("".join(words[start:end]) for start, end in pairwise(ends)) + "。"


def _paragraphs(words: Sequence[str]) -> Iterator[str]:
    length = -(-len(words) // _PARAGRAPHS)
    for start in range(0, len(words), length):
        part = words[start : start + length]
        yield _sentence(part[: length // 2]) + _sentence(part[length // 2 :])
