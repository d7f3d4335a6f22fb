"""Which admin addresses of this part a provider's member reaches."""

# Each looks for the member's own listing itself.
MEMBER_VIEWS = frozenset({"listing_withdraw", "removal_appeal"})
OFFICE_VIEWS = frozenset(
    {
        "held_listings",
        "held_listings_results",
        "listing_holds",
        "listing_suspend",
        "suspension_lift",
        "listing_remove",
        "appeals",
        "appeals_results",
        "appeal_answer",
    }
)
