"""The rival: the same facets with modelsearch, Wagtail's own search, on the same cluster."""
