"""Puts the vocabularies of the programme into an empty database.

What is there already is left as it is: labels, order and flags belong to the bureau.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.db import transaction

from catalog import models

SEEDS = Path(__file__).parent / "data" / "vocabularies.json"
WORDS = Path(__file__).parent / "data" / "advertising.json"

MODELS: dict[str, type[models.Term]] = {
    "scenario_groups": models.ScenarioGroup,
    "scenarios": models.Scenario,
    "industry_chains": models.IndustryChain,
    "levels": models.ProvincialLevel,
    "pain_points": models.PainPoint,
    "deployment_modes": models.DeploymentMode,
    "pricing_models": models.PricingModel,
    "company_sizes": models.CompanySize,
    "value_goals": models.ValueGoal,
    "provider_kinds": models.ProviderKind,
    "service_categories": models.ServiceCategory,
    "qualification_types": models.QualificationType,
    "indicators": models.Indicator,
    "transformation_modes": models.TransformationMode,
}


@transaction.atomic
def seed_vocabularies() -> int:
    """Create what is missing of terms, synonyms, the reward policy and advertising words.

    Returns how many were made.
    """
    seeds = json.loads(SEEDS.read_text(encoding="utf-8"))
    made = sum(seed_term(model, row) for key, model in MODELS.items() for row in seeds[key])
    for row in seeds["synonyms"]:
        _group, created = models.Synonym.objects.get_or_create(
            code=row["code"], defaults={"words": "\n".join(row["words"])}
        )
        made += created
    return made + seed_reward_policy(seeds["reward_policy"]) + seed_advertising_words()


def seed_reward_policy(values: dict) -> int:
    """Create the first version of the reward's rules; later ones are the bureau's."""
    if models.RewardPolicy.objects.exists():
        return 0
    tiers = [models.RewardTier(**tier) for tier in values["tiers"]]
    policy = models.RewardPolicy(**{key: values[key] for key in values if key != "tiers"})
    policy.tiers = tiers
    policy.save()
    return 1 + len(tiers)


def seed_advertising_words() -> int:
    """Create every missing advertising word; returns how many were made."""
    made = 0
    for row in json.loads(WORDS.read_text(encoding="utf-8")):
        values = {key: row[key] for key in ("effect", "advice")}
        _word, created = models.AdvertisingWord.objects.get_or_create(
            pattern=row["pattern"],
            defaults={"exceptions": "\n".join(row["exceptions"]), **values},
        )
        made += created
    return made


def seed_term(model: type[models.Term], row: dict) -> bool:
    """Create one term from its seed; False where the code exists."""
    values = dict(row)
    code = values.pop("code")
    if model.objects.filter(code=code).exists():
        return False
    scenarios = values.pop("scenarios", [])
    if "group" in values:
        values["group_id"] = values.pop("group")
    values = {
        key: " ".join(value) if isinstance(value, list) else value for key, value in values.items()
    }
    term = model.objects.create(code=code, **values)
    if scenarios:
        term.scenarios.set(scenarios)
    return True
