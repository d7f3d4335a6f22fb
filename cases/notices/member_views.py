"""What of the notices a provider's member reaches in the back office."""

# Scoped by the provider that the member works for.
MEMBER_VIEWS = frozenset({"notices_statements", "notices_statement"})
OFFICE_VIEWS = frozenset(
    {
        "notices_all",
        "notices_all_results",
        "notices_notice",
        "notices_result",
        "notices_withdraw",
        "notices_subject_out",
        "notices_put",
        "notices_objections",
        "notices_objections_results",
        "notices_objection",
        "notices_objection_admit",
        "notices_objection_answer",
        "notices_objection_statement",
        "notices_objection_file",
    }
)
