from marketplace.models.frame import SiteFrame
from marketplace.models.pages import ArticleIndexPage, ArticlePage, HomePage, NoticePage

__all__ = ["ArticleIndexPage", "ArticlePage", "HomePage", "NoticePage", "SiteFrame"]
