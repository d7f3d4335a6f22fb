"""Which admin addresses of this part a provider's member reaches."""

# Closed by their own check to all but reviewers, whom the lead provider's members may be; a recall
# looks for the member's own page itself.
MEMBER_VIEWS = frozenset(
    {
        "review_queue",
        "review_queue_results",
        "review_export",
        "review_detail",
        "review_preview",
        "review_recall",
    }
)
OFFICE_VIEWS: frozenset[str] = frozenset()
