"""Which of this part's admin addresses are a member's, and which the office's."""

MEMBER_VIEWS: frozenset[str] = frozenset()
OFFICE_VIEWS = frozenset(
    {
        "application_list",
        "application_list_results",
        "application_detail",
        "application_file",
        "application_take_back",
    }
)
