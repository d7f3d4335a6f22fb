"""The demonstration's articles."""

from __future__ import annotations

from marketplace.demo.content import day, lines, struct
from marketplace.models import ArticleIndexPage, ArticlePage


def load_article(row: dict) -> None:
    section = ArticleIndexPage.objects.get(section=row["section"])
    if section.get_children().filter(slug=row["slug"]).exists():
        return
    page = ArticlePage(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        search_description=row["summary"],
        published_on=day(row["date"]),
        source="演示内容",
        body=[article_block(block) for block in row["body"]],
        is_demo=True,
        live=False,
    )
    section.refresh_from_db()
    section.add_child(instance=page)
    page.save_revision().publish()


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
