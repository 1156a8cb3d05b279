"""When a copy is legal. How it is encrypted is decided as for every new object, by the other chapters."""

from __future__ import annotations

from sse_spec.actions import DSSE, SSE_C
from sse_spec.checks import Acceptance, Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Objection
from sse_spec.rules import sse_c
from sse_spec.rules.kms import KeyChoice
from sse_spec.situation import NOT_A_KEY, UNUSABLE, Situation

__all__ = ["in_place_checks", "source_checks"]


def source_checks(s: Situation, law: Law) -> Checks:
    """The source must be there, and readable."""
    if s.object == "no-bucket":
        yield Objection(404, ("NoSuchBucket",), ())
    elif s.object == "missing":
        yield Objection(404, ("NoSuchKey",), ())
    else:
        if s.object_algorithm == SSE_C or s.source_customer is not None:
            yield from sse_c.source_checks(s, law)
        if s.object_key_state in NOT_A_KEY:
            yield Objection(400, (), (), may=True)  # not reached: only a wrong S3 stores an object so
        elif s.object_key_state in UNUSABLE and law.holds("CPY-16"):
            yield Objection(400, (), ("CPY-16",))


def in_place_checks(s: Situation, law: Law, algorithm: str | None, choice: KeyChoice, bucket_key: bool) -> Checks:
    """A copy of an object onto itself must change something, or name an encryption, or find a default configured."""
    if not s.in_place:
        return
    if not {SSE_C, DSSE}.isdisjoint((algorithm, s.object_algorithm)):
        yield Objection(400, ("InvalidRequest",), (), may=True)  # not reached: recorded for SSE-S3 and SSE-KMS only
    else:
        yield from _in_place_checks(s, law, algorithm, choice, bucket_key)


def _in_place_checks(s: Situation, law: Law, algorithm: str | None, choice: KeyChoice, bucket_key: bool) -> Checks:
    differs = (algorithm, choice.label, bucket_key) != (s.object_algorithm, s.object_key_label, s.object_bucket_key)
    if s.header_algorithm is not None:
        yield accept(law, "CPY-05")
    elif s.changes_metadata:
        yield accept(law, "CPY-06")
    elif s.source_version:
        yield accept(law, "CPY-12")
    elif s.default_algorithm is not None:
        yield from _configured_default_checks(s, law, differs)
    elif s.configured and law.holds("CPY-09"):
        yield Acceptance("CPY-09")  # one of two candidates: the deleted default still counts as configured
    elif differs:
        yield from _different_result_checks(law)
    elif s.header_bucket_key is not None or s.header_context is not None:
        yield Objection(400, ("InvalidRequest",), (), may=True)  # not reached: a header, but it names no encryption
    elif law.holds("CPY-04"):
        yield Objection(400, ("InvalidRequest",), ("CPY-04",))


def _configured_default_checks(s: Situation, law: Law, differs: bool) -> Checks:
    if s.default_algorithm == "AES256":
        yield accept(law, "CPY-07")
    elif differs:
        yield accept(law, "CPY-17")
    elif law.holds("CPY-08"):
        yield Objection(400, ("InvalidRequest",), ("CPY-08",), may=True)


def _different_result_checks(law: Law) -> Checks:
    legal, by = law.succession("CPY-11", "CPY-10")
    if legal:
        yield accept(law, by)
    else:
        yield Objection(400, ("InvalidRequest",), (by,), may=by == "CPY-11")
