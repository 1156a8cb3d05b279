"""Pages in a real browser: Chromium, headless, with the network cut off and all its complaints noted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""What Chromium is called on the systems that have it; the variable CHROMIUM names another."""

WIDTH, HEIGHT = 1280, 900
"""Of a window on a desk, in CSS pixels."""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What the accessibility engine looks for: WCAG 2.2 up to AA, and its own best practice."""


class Visit:
    """A page that is open, and what became of it: requests for anything else, complaints in the console, exceptions."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.strays: list[str] = []
        self.complaints: list[str] = []
        self._address = address
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def guard(self, route: Route) -> None:
        """Let the file itself through, and nothing else."""
        if route.request.url.startswith(self._address):
            route.continue_()
        else:
            self.strays.append(route.request.url)
            route.abort()

    def violations(self) -> list[str]:
        """What the accessibility engine finds wrong with the page as it is now: rule, and the elements."""
        found = Axe().run(self.page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
        return [
            f"{one['id']}: {', '.join(str(node['target']) for node in one['nodes'][:5])}"
            for one in found.response["violations"]
        ]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, for all tests."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail(f"no Chromium: install one of {', '.join(PROGRAMS)}, or name it in the variable CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])  # root in a container
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture
def visit(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Visit]]:
    """Opens a page, `visit(page, fragment="", **settings)`: its HTML, or the path of its file.

    `settings` are those of a context of Playwright (`color_scheme`, `viewport`, `java_script_enabled`). At the end no
    page may have asked for anything but files of its own folder, or have complained.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_page(page: str | Path, fragment: str = "", **settings: Any) -> Visit:
        path = page
        if isinstance(page, str):
            path = tmp_path / f"page{len(visits)}.html"
            path.write_text(page, encoding="utf-8")
        assert isinstance(path, Path)
        settings.setdefault("viewport", {"width": WIDTH, "height": HEIGHT})
        context = chromium.new_context(**settings)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened = Visit(context.new_page(), path.parent.as_uri())
        visits.append(opened)
        context.route("**/*", opened.guard)
        opened.page.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        return opened

    try:
        yield open_page
        for one in visits:
            assert one.strays == []
            assert one.complaints == []
    finally:
        for context in contexts:
            context.close()
