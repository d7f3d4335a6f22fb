from marketplace.models.frame import SiteFrame
from marketplace.models.pages import ArticleIndexPage, ArticlePage, HomePage

__all__ = ["ArticleIndexPage", "ArticlePage", "HomePage", "SiteFrame"]
