"""What the calls of a run took, in words."""

from __future__ import annotations

from sse_reports.result import Result

__all__ = ["traffic"]

_UNITS = ("bytes", "kB", "MB", "GB")
_THOUSAND = 1000


def traffic(result: Result) -> str:
    """How many calls the cover took, their mean time, and the bytes on the wire; what is not known is left out."""
    cover, run = result.cover, result.run
    told = [f"{cover.setup_calls + cover.decisive_calls + cover.read_backs:,} calls"]
    if run.call_seconds is not None:
        told[0] += f" of {1000 * run.call_seconds:.1f} ms"
    if run.sent is not None and run.received is not None:
        told += [f"{_amount(run.sent)} sent", f"{_amount(run.received)} received"]
    return ", ".join(told)


def _amount(size: float) -> str:
    for unit in _UNITS[:-1]:
        if size < _THOUSAND:
            return f"{size:.3g} {unit}"
        size /= _THOUSAND
    return f"{size:.3g} {_UNITS[-1]}"
