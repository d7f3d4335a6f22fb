"""Public notices move to the app that owns cases, with all that points at them.

The rows are copied, not the pages: a notice stays the page that it was. Its content type gets
another label, so that pages, revisions, log entries, permissions and references keep pointing at
the right model.
"""

from django.db import migrations

PLAIN = (
    "page_ptr_id",
    "summary",
    "published_on",
    "source",
    "body",
    "is_demo",
    "starts_on",
    "ends_on",
    "objection_contact",
)
# What the old table did not know.
ADDED = {"about": "other", "days": 5, "how_to_object": ""}


def move(apps, schema_editor):
    quote = schema_editor.quote_name
    names = [*PLAIN, *ADDED]
    columns = ", ".join(quote(name) for name in names)
    plain = ", ".join(quote(name) for name in PLAIN)
    added = ", ".join(["%s"] * len(ADDED))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote('cases_noticepage')} ({columns}) "  # noqa: S608 names of columns
            f"SELECT {plain}, {added} FROM {quote('marketplace_noticepage')}",
            list(ADDED.values()),
        )
        cursor.execute(
            f"INSERT INTO {quote('cases_noticerecord')} "  # noqa: S608 names of tables
            f"({quote('notice_id')}, {quote('published_at')}, {quote('withdrawal_reason')}) "
            f"SELECT page.{quote('id')}, page.{quote('first_published_at')}, %s "
            f"FROM {quote('wagtailcore_page')} page "
            f"JOIN {quote('cases_noticepage')} notice "
            f"ON notice.{quote('page_ptr_id')} = page.{quote('id')} "
            f"WHERE page.{quote('live')} AND page.{quote('first_published_at')} IS NOT NULL",
            [""],
        )


def relabel(apps, schema_editor):
    types = apps.get_model("contenttypes", "ContentType").objects.using(
        schema_editor.connection.alias
    )
    old = types.filter(app_label="marketplace", model="noticepage").first()
    if old is None:
        return
    # Where the apps were migrated one by one, an unused type stands in the way.
    new = types.filter(app_label="cases", model="noticepage").first()
    if new is not None:
        permissions = apps.get_model("auth", "Permission").objects.using(
            schema_editor.connection.alias
        )
        permissions.filter(content_type_id=new.pk).delete()
        types.filter(pk=new.pk)._raw_delete(schema_editor.connection.alias)
    old.app_label = "cases"
    old.save(update_fields=["app_label"])


class Migration(migrations.Migration):

    dependencies = [
        ("marketplace", "0001_initial"),
        ("cases", "0006_notices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(move),
        migrations.RunPython(relabel),
        migrations.DeleteModel(name="NoticePage"),
    ]
