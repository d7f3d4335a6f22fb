"""How the index outside the site's database comes to equal it, whatever fails on the way.

1. A change writes a row for each document and target in its own transaction (``outbox``). Targets
   are rows as well, read under a lock that registering one waits for (``targets``).
2. A worker draws a document's version when it reads it, not when it was changed (``versions``):
   ids of rows are drawn in another order than changes are committed. Only rows that it took before
   that reading are deleted after the acknowledgement (``worker``). So any number of workers may
   overlap and stall.
3. What is gone is written as a tombstone of ours; the cluster's own ones expire.
4. A new index is registered first, filled by the same worker, compared, and then takes the alias
   (``reindex``). Writers name existing indices, so no index makes itself.
5. What the database holds and what a target holds is compared by content (``comparison``).
"""
