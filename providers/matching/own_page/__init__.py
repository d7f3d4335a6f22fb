"""A request as its enterprise sees it: where it stands, what comes next, what has happened."""
