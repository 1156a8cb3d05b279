"""What the HTML pages share: values on their way into a page, and the policy that keeps what they say from acting."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup
from sse_spec.clauses import Bound

from sse_reports.text import inert

__all__ = ["address", "anchor", "environment", "policy"]


def environment(package: str, **filters: Any) -> jinja2.Environment:
    """What renders the templates of a package: every value is made inert on its way into a page, and then escaped.

    Besides `filters` the templates have `address`, `anchor` and `day`, which is a day on which a clause begins or ends
    to hold. A name that is not known is an error.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        finalize=_harmless,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"address": address, "anchor": anchor, "day": _day, **filters}
    return made


def _harmless(value: object) -> object:
    """What Jinja2 does to every value before it escapes it (`finalize`)."""
    return inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def address(text: str | None) -> str:
    """The text where it is an address that a page may link to, else nothing: no `javascript:` from a ledger."""
    return text if text is not None and text.startswith(("https://", "http://")) else ""


def anchor(name: str) -> str:
    """The part of a link after `#`, for an element whose `id` is `name` as the page shows it."""
    return quote(inert(name), safe="")


def _day(bound: Bound) -> str:
    """A day in words; a pair is a change known only to lie between two days."""
    if isinstance(bound, tuple):
        return f"some day between {bound[0].isoformat()} and {bound[1].isoformat()}"
    return bound.isoformat()


def policy(*, style: str, script: str) -> str:
    """A content security policy that lets this style and this script act, and nothing else; nothing is loaded."""

    def fingerprint(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{fingerprint(style)}'; script-src 'sha256-{fingerprint(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
