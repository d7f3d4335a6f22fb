"""Which admin addresses of this part a provider's member reaches."""

# Each looks for the member's own certificate or listing itself.
MEMBER_VIEWS = frozenset(
    {
        "qualifications",
        "qualification_add",
        "qualification_edit",
        "qualification_delete",
        "qualification_file",
        "evidence_list",
        "evidence_delete",
        "evidence_download",
    }
)
OFFICE_VIEWS = frozenset(
    {
        "qualification_checks",
        "qualification_checks_results",
        "qualification_check",
        "qualification_uncheck",
    }
)
