"""What tests about requests share."""

import pytest


@pytest.fixture(autouse=True)
def unhurried(settings) -> None:
    """Tests fill in forms faster than people; the one about speed sets this itself."""
    settings.REQUEST_MIN_SECONDS = 0
