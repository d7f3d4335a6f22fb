"""Which of this part's admin addresses are a member's, and which the office's."""

# Closed by themselves to members who are no owners, and scoped to the owner's own team.
MEMBER_VIEWS = frozenset(
    {
        "members",
        "members_invite",
        "members_send_again",
        "members_take_back",
        "members_owner",
        "members_remove",
    }
)
OFFICE_VIEWS = frozenset(
    {
        "teams",
        "teams_results",
        "team",
        "team_send_again",
        "team_take_back",
        "team_owner",
        "team_remove",
    }
)
