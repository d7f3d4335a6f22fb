from django.db import migrations

# "ascii" takes every character beyond ASCII as part of a word, so newer Han survives any version
# of SQLite; the words are cut and folded before they come here.
CREATE_WORDS = """
CREATE VIRTUAL TABLE search_words USING fts5(
    title, summary, body, prefix='1', tokenize="ascii tokenchars '.+#'"
)
"""


def create_words(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(CREATE_WORDS)


def drop_words(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE search_words")


class Migration(migrations.Migration):
    """The embedded engine's full-text table, which only SQLite can hold."""

    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create_words, drop_words, hints={"embedded": True})]
