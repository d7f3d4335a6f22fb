"""Which of this part's admin addresses are a member's, and which the office's."""

# The reader's own messages and choices; the robots of the owner's own team.
MEMBER_VIEWS = frozenset(
    {
        "own_messages",
        "own_messages_read",
        "own_message",
        "message_choices",
        "chat_robots",
        "chat_robot_key",
        "chat_robot_remove",
        "chat_robot_try",
    }
)
OFFICE_VIEWS = frozenset(
    {
        "undelivered",
        "undelivered_results",
        "undelivered_try",
        "undelivered_handled",
        "office_robots",
        "office_robot_key",
        "office_robot_remove",
        "office_robot_try",
    }
)
