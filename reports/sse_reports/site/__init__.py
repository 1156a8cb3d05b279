"""Many results as a static site: clauses against targets, the history of each, and the specification itself."""

from sse_reports.site.building import Built, build
from sse_reports.site.shelf import SiteError

__all__ = ["Built", "SiteError", "build"]
