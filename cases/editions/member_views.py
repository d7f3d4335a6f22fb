"""The addresses of editions in the back office: all of them the office's."""

OFFICE_VIEWS = frozenset(
    {
        "editions",
        "editions_results",
        "edition_file",
        "edition_issue",
        "edition_withdraw",
        "edition_draft_booklet",
        "edition_draft_pdf",
        "edition_rebuild",
    }
)
