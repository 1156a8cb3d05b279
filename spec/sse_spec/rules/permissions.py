"""Who may configure a bucket, and what it takes to write and to read.

Rights on S3 itself are taken for granted but for encryption configurations and for what a bucket policy demands.
"""

from __future__ import annotations

from sse_spec.checks import Checks, accept
from sse_spec.law import Law
from sse_spec.outcomes import Objection
from sse_spec.rules.kms import KeyChoice
from sse_spec.situation import MANAGED, Situation

__all__ = ["configuring_checks", "part_checks", "policy_checks", "read_right_checks", "write_right_checks"]

DENIED = ("AccessDenied",)
CONFIGURING = {"PutBucketEncryption": "PRM-01", "DeleteBucketEncryption": "PRM-02", "GetBucketEncryption": "PRM-03"}


def configuring_checks(s: Situation, law: Law) -> Checks:
    """May the requester read or change the configuration, and is the bucket whose it is thought to be?"""
    clause = CONFIGURING.get(s.action)
    if not s.may_configure and clause is not None and law.holds(clause):
        yield Objection(403, DENIED, (clause,))
    if s.expected_owner == "wrong" and law.holds("PRM-04"):
        yield Objection(403, DENIED, ("PRM-04",))
    elif s.expected_owner == "right":
        yield accept(law, "PRM-05")


def policy_checks(s: Situation, law: Law) -> Checks:
    """Has a write the header that the bucket policy demands? A default does not make up for it."""
    if s.policy is None:
        return
    wanting = s.header_algorithm is None if s.policy == "require-header" else s.header_algorithm != "aws:kms"
    if s.action not in {"PutObject", "CopyObject"} or s.header_algorithm == "":
        yield Objection(403, DENIED, (), may=True)  # not reached: the documents speak of these two alone
    elif not wanting:
        yield accept(law, "PRM-15")
    elif s.policy == "require-header":
        if law.holds("PRM-14"):
            yield Objection(403, DENIED, ("PRM-14",))
    elif law.holds("PRM-16"):
        yield Objection(403, DENIED, ("PRM-16",))


def write_right_checks(s: Situation, law: Law, choice: KeyChoice) -> Checks:
    """Has the requester the rights on the chosen key that a write needs? It is the requester who needs them."""
    if (s.may_generate and s.may_decrypt) or s.action == "CompleteMultipartUpload":
        return  # for the end of an upload see `part_checks`
    if choice.by == "nobody":
        yield accept(law, "PRM-13")
    elif choice.label == MANAGED:
        yield from _open_point(law, "PRM-11")
    elif not s.may_generate:
        clause = _generating(s, choice)
        if law.holds(clause):
            yield Objection(403, DENIED, (clause,))
    else:
        yield from _open_point(law, "PRM-09")


def _generating(s: Situation, choice: KeyChoice) -> str:
    if s.action == "CreateMultipartUpload":
        return "PRM-17"
    return "PRM-06" if choice.by == "header" else "PRM-07"


def read_right_checks(s: Situation, law: Law) -> Checks:
    """Has the requester the rights on the key of the object that a read, or a copy from it, needs?"""
    if s.action == "HeadObject":
        if s.object_key_label is not None and (not s.may_decrypt or s.object_key_state == "foreign"):
            yield from _open_point(law, "PRM-12")  # it needs no key, by what the documents imply
        return
    if s.may_generate and s.may_decrypt:
        return
    if s.object_key_label is None:
        yield accept(law, "PRM-13")
    elif s.object_key_label == MANAGED:
        yield from _open_point(law, "PRM-11")
    elif s.may_decrypt:
        yield from _open_point(law, "PRM-10")
    elif law.holds("PRM-08"):
        yield Objection(403, DENIED, ("PRM-08",))


def part_checks(s: Situation, law: Law) -> Checks:
    """May the requester go on with a multipart upload?"""
    if s.policy is not None:
        # not reached: no document says whether a part counts as having the header
        yield Objection(403, DENIED, (), may=True)
    lacking = not s.may_decrypt or not s.may_generate
    if s.action == "UploadPartCopy" and s.source_algorithm is not None and (lacking or s.source_key_state == "foreign"):
        yield Objection(403, DENIED, (), may=True)  # not reached: no clause decides, so the cover does not ask
    if s.object_key_label is None:
        return
    if s.object_key_label == MANAGED and lacking:
        yield from _open_point(law, "PRM-11")  # not reached: no upload of the cover is under aws/s3
    elif not s.may_decrypt and s.action in {"UploadPart", "UploadPartCopy"}:
        if law.holds("PRM-18"):
            yield Objection(403, DENIED, ("PRM-18",))
    elif lacking or s.object_key_state == "foreign":
        yield Objection(403, DENIED, (), may=True)  # not reached: no clause decides, so the cover does not ask


def _open_point(law: Law, clause: str) -> Checks:
    """The documents leave open whether this is refused."""
    if law.holds(clause):
        yield Objection(403, DENIED, (clause,), may=True)
