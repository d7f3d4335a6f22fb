"""Search over all kinds, suggestions, and the public read API."""

from django.urls import path

from search.api import api
from search.views import search_page, suggestion_options

urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/suggest/", suggestion_options, name="suggest"),
    path("api/", api.urls),
]
