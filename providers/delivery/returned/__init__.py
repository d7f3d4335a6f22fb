"""Mail that came back: read from its mailbox, recognised, noted at the message that it was.

A mail goes out under a mark that only the site can make (``marks``). A mail server that cannot hand
it on sends a report to the mailbox (``mailboxes``); what the report says (``reports``) counts only
for the message whose mark it carries (``noting``). ``reading`` does all this by the clock.
"""
