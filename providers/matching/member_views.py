"""Which of the addresses in the back office a member reaches, and which the office alone."""

# Scoped by their own querysets.
MEMBER_VIEWS = frozenset(
    {
        "matching_inbox",
        "matching_inbox_results",
        "matching_inbox_pause",
        "matching_inbox_reopen",
        "matching_invitation",
        "matching_quote_file",
        "matching_reply_withdraw",
        "matching_attachment",
        "matching_work",
        "matching_work_document",
        "matching_work_document_remove",
        # For the lead provider, which oversees; each checks that, and for other members it is 404.
        "matching_disputes",
        "matching_disputes_results",
        "matching_dispute",
        "matching_requests",
        "matching_requests_results",
        "matching_request",
        "matching_requests_export",
        "matching_requests_late",
        "matching_requests_waiting",
        "matching_request_note",
        "matching_request_help",
        "matching_request_help_done",
    }
)
# Files and keys of a request are of those who see all; the lead provider does not.
OFFICE_VIEWS = frozenset(
    {
        "matching_request_attachment",
        "matching_request_keys",
        "matching_objection",
        "matching_objections",
        "matching_objections_results",
        "matching_dispute_document",
        "matching_ratings",
        "matching_rating",
        "matching_prices",
        "matching_prices_results",
        "matching_prices_export",
        "matching_advice",
        "matching_advice_results",
        "matching_calls",
        "matching_call_deed",
        "matching_call_done",
        "matching_call_request",
        "matching_call_handed",
        "matching_request_advise",
        "matching_request_told",
        "matching_request_verify_phone",
        "matching_request_verify_company",
    }
)
