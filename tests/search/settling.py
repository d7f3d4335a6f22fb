"""Bringing every index up to what the test's own transaction holds.

After a commit the site does this by itself; a test that will be rolled back never commits.
"""

from search.indexing import outbox
from search.indexing.worker import drain
from search.indexing.writers import IndexWriter, writer_for
from search.models import IndexTarget


def settle() -> None:
    """Tell every index of everything that waits for it."""
    outbox.record_due()
    for target in IndexTarget.objects.order_by("pk"):
        writer = writer_for(target)
        assert writer is not None, target
        done = drain(target, writer, eager=True)
        assert (done.failed, done.refused, done.stopped) == (0, 0, "")
        if isinstance(writer, IndexWriter):
            writer.indices.refresh(target.name)
