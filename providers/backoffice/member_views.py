"""Which of Wagtail's and of this part's admin addresses are a member's, and which the office's.

Each part of the back office has such a module for its own addresses; ``access`` collects them. An
address named in neither list is closed to members, and a test fails on it.
"""

from __future__ import annotations

# Show a member nothing but its own, or carry no object.
MEMBER_VIEWS = frozenset(
    {
        "wagtailadmin_home",
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "wagtailadmin_account",
        "wagtailadmin_sprite",
        "wagtailadmin_javascript_catalog",
        "wagtailadmin_dismissibles",
        "wagtailadmin_block_preview",
        "wagtailimages_chooser:choose",
        "wagtailimages_chooser:choose_results",
        "wagtailimages_chooser:create",
        "own_listings",
        "own_listing_copy",
        "own_listing_submit",
        "own_pictures",
        "own_picture",
        "own_picture_delete",
        "own_figures",
    }
)
# Carry pages, each of which must be the member's own.
PAGE_VIEWS = frozenset(
    {
        "wagtailadmin_explore",
        "wagtailadmin_explore_results",
        *(
            f"wagtailadmin_pages:{name}"
            for name in (
                "add",
                "add_subpage",
                "preview_on_add",
                "edit",
                "preview_on_edit",
                "view_draft",
                "history",
                "history_results",
                "workflow_history",
                "workflow_history_detail",
                "revisions_view",
                "revisions_compare",
                "revisions_revert",
                "confirm_workflow_cancellation",
            )
        ),
    }
)
IMAGE_VIEWS = frozenset({"wagtailimages_chooser:chosen", "wagtailimages_chooser:select_format"})
SESSION_PING = "wagtailadmin_editing_sessions:ping"
SESSION_RELEASE = "wagtailadmin_editing_sessions:release"
# The search box of the side bar; a member searches below its own page.
SITE_SEARCH = "wagtailadmin_pages:search"

# Wagtail lets whoever may enter look at pages, pictures, files and tasks through some of these.
EDITORS_NAMESPACES = (
    "wagtailadmin_api:",
    "wagtailadmin_choose_page",
    "wagtailadmin_pages:",
    "wagtailadmin_workflows:",
    "wagtaildocs:",
    "wagtaildocs_chooser:",
    "wagtailimages:",
    "wagtailimages_chooser:",
)
# Among what the reader may explore: for others they find nothing.
SEARCHES = frozenset({SITE_SEARCH, "wagtailadmin_pages:search_results"})

OFFICE_VIEWS = frozenset(
    {
        "wagtailadmin_error_test",
        "wagtailadmin_explore_root",
        "wagtail_bulk_action",
        "wagtailadmin_choose_page",
        "wagtailadmin_choose_page_child",
        "wagtailadmin_choose_page_search",
        "wagtailadmin_choose_page_chosen_multiple",
        "wagtailadmin_choose_page_external_link",
        "wagtailadmin_choose_page_email_link",
        "wagtailadmin_choose_page_phone_link",
        "wagtailadmin_choose_page_anchor_link",
        "wagtailadmin_tag_autocomplete",
        "wagtailadmin_tag_model_autocomplete",
        "wagtailadmin_password_reset",
        "wagtailadmin_password_reset_done",
        "wagtailadmin_password_reset_confirm",
        "wagtailadmin_password_reset_complete",
        "wagtailimages_chooser:chosen_multiple",
        *(
            f"wagtailadmin_pages:{name}"
            for name in (
                "type_use",
                "type_use_results",
                "choose_parent",
                "usage",
                "delete",
                "unpublish",
                "convert_alias",
                "search_results",
                "move",
                "move_confirm",
                "set_page_position",
                "copy",
                "workflow_action",
                "collect_workflow_action_data",
                "workflow_preview",
                "set_privacy",
                "lock",
                "unlock",
                "revisions_index",
                "revisions_unschedule",
            )
        ),
    }
)
# Whole parts of Wagtail that members do not enter, whatever a new version adds to them.
OFFICE_NAMESPACES = (
    "wagtailadmin_api:",
    "wagtailadmin_collections:",
    "wagtailadmin_reports:",
    "wagtailadmin_workflows:",
    "wagtaildocs:",
    "wagtaildocs_chooser:",
    "wagtailembeds:",
    "wagtailimages:",
    "wagtailredirects:",
    "wagtailsettings:",
    "wagtailsites:",
    "wagtailsnippetchoosers_",
    "wagtailsnippets:",
    "wagtailsnippets_",
    "wagtailusers_groups:",
    "wagtailusers_users:",
)
