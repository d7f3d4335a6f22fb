"""The demonstration's articles and its public notice."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

from cases.models import NoticePage
from cases.notices.recording import put_on_record
from marketplace.demo.content import day, lines, struct
from marketplace.models import ArticleIndexPage, ArticlePage


def load_article(row: dict) -> None:
    section = ArticleIndexPage.objects.get(section=row["section"])
    if section.get_children().filter(slug=row["slug"]).exists():
        return
    fields = {
        "title": row["title"],
        "slug": row["slug"],
        "summary": row["summary"],
        "search_description": row["summary"],
        "published_on": day(row["date"]),
        "source": "演示内容",
        "body": [article_block(block) for block in row["body"]],
        "is_demo": True,
        "live": False,
    }
    if row["section"] == "notice":
        page = NoticePage(
            starts_on=day(row["starts_on"]),
            objection_contact=row["objection_contact"],
            **fields,
        )
    else:
        page = ArticlePage(**fields)
    section.refresh_from_db()
    section.add_child(instance=page)
    if isinstance(page, NoticePage):
        # It was published on its first day, which may have passed.
        put_on_record(page, at=morning_of(page.starts_on))
    page.save_revision().publish()


def morning_of(day: date) -> datetime:
    """When the office opens."""
    return datetime.combine(day, time(8, 30), tzinfo=timezone.get_default_timezone())


def article_block(block: dict) -> dict:
    kind, value = block["type"], block["value"]
    if kind == "list":
        items = "".join(f"<li>{item}</li>" for item in value)
        return struct("paragraph", f"<ul>{items}</ul>")
    if kind == "table":
        rows = [value["columns"], *value["rows"]]
        text = lines(" | ".join(cells) for cells in rows)
        return struct("table", {"caption": value.get("caption", ""), "rows": text})
    if kind == "paragraph":
        return struct("paragraph", f"<p>{value}</p>")
    return struct(kind, value)
