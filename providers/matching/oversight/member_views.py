"""Which of the office's addresses on requests the lead provider reaches, and which it does not."""

# Each checks that the officer oversees the request; for other members they do not exist.
MEMBER_VIEWS = frozenset(
    {
        "matching_requests_export",
        "matching_requests_late",
        "matching_requests_waiting",
        "matching_request_note",
        "matching_request_help",
        "matching_request_help_done",
    }
)
OFFICE_VIEWS = frozenset(
    {
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
