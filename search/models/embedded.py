"""Tables of the embedded engine: in the site's own database, or in a file of its own beside it.

Beside them stands the full-text table ``search_words``, which a migration makes on SQLite.
"""

from django.db import models


class IndexedEntry(models.Model):
    """An entry as it is indexed. Its primary key is its slot in the bitmaps, never used again."""

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)
    # What filters and sorts, read by every process; small.
    facts = models.TextField()
    # The entry itself, read for the results of one page.
    content = models.TextField()
    digest = models.CharField(max_length=64)
    stale_on = models.DateTimeField(null=True, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class IndexChange(models.Model):
    """A slot changed. The number alone could come again after a roll-back; ``nonce`` could not."""

    generation = models.BigAutoField(primary_key=True)
    nonce = models.BigIntegerField()
    slot = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.generation}: {self.slot}"


class TypedForm(models.Model):
    """What a keyboard may type for an entry's title: full pinyin or initials."""

    entry = models.ForeignKey(IndexedEntry, models.CASCADE, related_name="typed_forms")
    form = models.CharField(max_length=160, db_index=True)
    text = models.CharField(max_length=255)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.form
