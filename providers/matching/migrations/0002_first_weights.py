"""The weights that the score starts with; the bureau adds rows to change them."""

from datetime import date

from django.db import migrations

FIRST_WEIGHTS = {
    "effective_on": date(2025, 7, 1),
    "scenario": 30,
    "industry": 15,
    "level": 10,
    "budget": 15,
    "delivery": 10,
    "onsite": 5,
    "evidence": 10,
    "qualification": 5,
}


def add_first_weights(apps, schema_editor):
    weights = apps.get_model("matching", "ScoreWeights")
    if not weights.objects.exists():
        weights.objects.create(**FIRST_WEIGHTS)


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial")]

    operations = [migrations.RunPython(add_first_weights, migrations.RunPython.noop)]
