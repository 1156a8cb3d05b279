"""What moto before 5.0 needs of the carrier: it answers some requests as no server would."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ProxyConnectionError

from sse_adapters.calls import Call
from sse_adapters.carrier import Carrier, Login
from sse_adapters.documents import Answer

__all__ = ["EarlyCarrier"]


class EarlyCarrier(Carrier):
    """Carries actions to a moto in this process, of a release before 5.0."""

    def send(self, call: Call) -> Answer:
        """Send a call. What moto does not know it lets through, to the dead end; a later one answers as here."""
        try:
            return super().send(call)
        except ProxyConnectionError:
            return Answer(501, {}, b"")

    def _take_over(self, client: Any, login: Login) -> None:
        client.meta.events.register_first("before-parse.*.*", _drop_length)
        super()._take_over(client, login)


def _drop_length(response_dict: dict[str, Any], **_: Any) -> None:
    """The empty answer to a write has the length of the request; inside a process nothing is cut."""
    if response_dict["body"] == b"":
        response_dict["headers"].pop("content-length", None)
