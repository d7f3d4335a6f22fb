"""A site from before: its public notices stay the pages that they were, in the app of cases."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Written with the models as they were: one public notice with a revision and a line in its log,
# and one that is a draft.
BEFORE = """
import json
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

apps = MigrationLoader(connection).project_state([("marketplace", "0001_initial")]).apps
Notice = apps.get_model("marketplace", "NoticePage")
kind = apps.get_model("contenttypes", "ContentType").objects.get(
    app_label="marketplace", model="noticepage"
)
locale = apps.get_model("wagtailcore", "Locale").objects.get_or_create(language_code="zh-hans")[0]
for number, live in ((1, True), (2, False)):
    page = Notice.objects.create(
        title=f"Notice {number}", draft_title=f"Notice {number}", slug=f"notice-{number}",
        path=f"0009000{number}", depth=2, numchild=0, url_path=f"/notice-{number}/",
        content_type=kind, locale=locale, live=live,
        first_published_at=timezone.now() if live else None,
        summary="Summary", body=json.dumps([{"type": "heading", "value": "Text"}]),
        starts_on="2026-11-19", ends_on="2026-11-25", objection_contact="Room 2",
    )
    revision = apps.get_model("wagtailcore", "Revision").objects.create(
        content_type=kind, base_content_type=kind, object_id=str(page.pk),
        created_at=timezone.now(), object_str="Notice",
        content={"pk": page.pk, "title": "Notice", "content_type": kind.pk},
    )
    apps.get_model("wagtailcore", "PageLogEntry").objects.create(
        page=page.page_ptr, content_type=kind, label="Notice", action="wagtail.edit",
        timestamp=timezone.now(), revision=revision, data={},
    )
"""
AFTER = """
import json
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from wagtail.models import Page, PageLogEntry, Revision
from cases.models import NoticePage

public = NoticePage.objects.get(slug="notice-1")
draft = NoticePage.objects.get(slug="notice-2")
kinds = ContentType.objects.filter(model="noticepage")
print(json.dumps({
    "specific": type(Page.objects.get(pk=public.pk).specific)._meta.label,
    "body": str(public.body[0].value),
    "period": [str(public.starts_on), str(public.ends_on)],
    "contact": public.objection_contact,
    "public is on record": hasattr(public, "record"),
    "draft is on record": hasattr(draft, "record"),
    "types": [kind.app_label for kind in kinds],
    "permissions": Permission.objects.filter(codename="add_noticepage").count(),
    "revision": type(Revision.objects.get(object_id=str(public.pk)).content_object)._meta.label,
    "log": PageLogEntry.objects.get(page=public.pk).content_type.app_label,
    "old table": "marketplace_noticepage" in connection.introspection.table_names(),
}))
"""


@pytest.fixture
def old_site(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Run a command of manage.py on a database of its own; what it prints."""
    database = f"sqlite:///{tmp_path}/old.sqlite3"
    if request.param == "postgresql":
        database = request.getfixturevalue("fresh_database")()
    environment = os.environ | {
        "DATABASE_URL": database,
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "marketplace.settings",
        "DEBUG": "1",
    }

    def manage(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return manage


@pytest.mark.parametrize(
    ("old_site", "one_by_one"),
    [("sqlite", False), ("postgresql", True)],
    indirect=["old_site"],
)
def test_a_site_from_before_keeps_its_notices(
    old_site: Callable[..., str], one_by_one: bool
) -> None:
    old_site("migrate", "marketplace", "0001_initial", "--verbosity=0")
    old_site("shell", "--verbosity=0", "-c", BEFORE)
    if one_by_one:
        # The type of the new model is then made before the old one is given its label.
        old_site("migrate", "cases", "--verbosity=0")
    old_site("migrate", "--verbosity=0")

    assert json.loads(old_site("shell", "--verbosity=0", "-c", AFTER)) == {
        "specific": "cases.NoticePage",
        "body": "Text",
        "period": ["2026-11-19", "2026-11-25"],
        "contact": "Room 2",
        "public is on record": True,
        "draft is on record": False,
        "types": ["cases"],
        "permissions": 1,
        "revision": "cases.NoticePage",
        "log": "cases",
        "old table": False,
    }
