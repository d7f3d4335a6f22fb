"""Which admin addresses of the scoring are a provider's member's: none; experts have their own."""

OFFICE_VIEWS = frozenset(
    {
        "scoring",
        "scoring_results",
        "scoring_new",
        "scoring_open",
        "scoring_round",
        "scoring_ask",
        "scoring_take_out",
        "scoring_discussion",
        "scoring_end_revising",
        "scoring_outcome",
        "scoring_stand",
        "scoring_ranking",
        "scoring_ranking_export",
        "scoring_own",
        "scoring_sheet",
        "scoring_submit",
        "scoring_keep",
        "scoring_decline",
        "scoring_reading",
        "scoring_reading_preview",
        "scoring_reading_proof",
        "scoring_experts",
        "scoring_experts_results",
        "scoring_expert_invite",
        "scoring_expert",
        "scoring_expert_again",
        "scoring_expert_end",
        "scoring_ties",
    }
)
