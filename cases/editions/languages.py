"""Words that vocabularies and code give, kept in every language of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def said(text: Callable[[], object]) -> dict[str, str]:
    """What ``text`` says in each language: ``{"zh-hans": "纺织服装", "en": "Textiles"}``."""
    spoken = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            spoken[language] = str(text())
    return spoken


def in_words(stored: Any) -> Any:
    """Stored content with each text that ``said`` kept replaced by the one for the reader."""
    if isinstance(stored, list):
        return [in_words(item) for item in stored]
    if not isinstance(stored, dict):
        return stored
    if settings.LANGUAGE_CODE in stored:
        return stored.get(get_language() or "", stored[settings.LANGUAGE_CODE])
    return {key: in_words(value) for key, value in stored.items()}
