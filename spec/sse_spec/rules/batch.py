"""When a batch job can copy an object, and how its copy is encrypted where it differs from the source.

What the copy gets is decided by the chapters on new objects.
"""

from __future__ import annotations

from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Decided, Objection
from sse_spec.rules.kms import KeyChoice
from sse_spec.situation import NOT_A_KEY, UNUSABLE, Situation, State

__all__ = ["copy_bucket_key", "copy_encryption", "job_checks"]

ANY_CODE: tuple[str, ...] = ()


def job_checks(s: Situation, law: Law, choice: KeyChoice) -> Checks:
    """Can a job make a copy under this key?"""
    if s.header_algorithm is not None:
        yield accept(law, "BAT-01")
    states: dict[str, State] = {"header": s.header_key_state, "default": s.default_key_state}
    state = states.get(choice.by, "enabled")
    if state in UNUSABLE:
        if law.holds("BAT-05"):
            yield Objection(400, ANY_CODE, ("BAT-05",))
    elif state in NOT_A_KEY or state == "foreign":
        yield Objection(400, ANY_CODE, (), may=True)  # not reached: no clause decides, so the cover does not ask


def copy_encryption(s: Situation, law: Law) -> Decided[bool]:
    """Whether the copy is encrypted as the job, or else its bucket, says; who does not heed that keeps the source's."""
    if (s.object_algorithm, s.object_key_label) == (s.before_algorithm, s.before_key_label):
        return Decided(True, ())  # not reached: a copy encrypted as its source was proves nothing, and is not asked for
    clause = "BAT-02" if s.changed == "job" else "BAT-03"
    return Decided(law.holds(clause), (clause,))


def copy_bucket_key(s: Situation, law: Law) -> Decided[bool]:
    """The use of a bucket key by the copy."""
    if s.asked_bucket_key is None or s.object_algorithm != "aws:kms":
        return Decided(s.object_bucket_key, ())
    if law.holds("BAT-04"):
        return Decided(s.object_bucket_key, ("BAT-04",))
    return Decided(s.bucket_key_before and not s.asked_bucket_key, ("BAT-04",))
