"""What carries changes to indices that lie outside the site's own database."""

from django.db import models
from django.utils import timezone


class IndexTarget(models.Model):
    """A place that must hold every public entry: an index of the cluster, or one host's file.

    Writers read this table under a shared lock, so that no change can miss a target that is being
    registered: see ``search.indexing.targets``.
    """

    class Kind(models.TextChoices):
        ELASTICSEARCH = "elasticsearch"
        EMBEDDED = "embedded"

    class State(models.TextChoices):
        # Not yet complete; nobody searches it.
        FILLING = "filling"
        LIVE = "live"
        # Kept up to date for a roll-back.
        PREVIOUS = "previous"

    # Of an index its name; of a host's file the host and the file's own number.
    name = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.FILLING)
    created_at = models.DateTimeField(default=timezone.now)
    # The last sign of life of the process that fills it.
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class OutboxRow(models.Model):
    """One document that one target must be told of, written in the change's own transaction.

    ``key`` is an entry's key, or a key of ``search.fan_out`` that stands for many. Its id is no
    version: ids are drawn in another order than transactions are committed.
    """

    target = models.ForeignKey(IndexTarget, models.CASCADE, related_name="rows")
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=timezone.now)
    # Nobody takes the row before: it is being worked on, or waits after a failure.
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    # The last failure, in the cluster's words.
    error = models.TextField(blank=True)
    # Set aside: the target refuses this document itself.
    is_poison = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["target", "key"])]

    def __str__(self) -> str:
        return f"{self.key} → {self.target_id}"


class SearchVersion(models.Model):
    """The version under which an entry was last read. Rows are never deleted."""

    key = models.CharField(max_length=40, primary_key=True)
    # Microseconds since 1970 (UTC), or one more than the version before.
    version = models.BigIntegerField()
    # From this moment the entry must be read again, whoever changed nothing.
    stale_on = models.DateTimeField(null=True, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.key}: {self.version}"
