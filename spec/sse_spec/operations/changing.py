"""Changing the encryption of what is there: by a batch job, by an update, and as the reads after them show it."""

from __future__ import annotations

from collections.abc import Sequence

from sse_spec.law import Law
from sse_spec.operations.answering import OPEN, answer, distinct
from sse_spec.outcomes import Decided, Field, KeyArn, Outcome, Prediction, Want, Written
from sse_spec.rules.record import Rules
from sse_spec.situation import Label, Situation

__all__ = ["after_changes", "batch_copy", "update_object_encryption"]


def batch_copy(s: Situation, law: Law, rules: Rules) -> Prediction:
    """A job that copies one object. Its answer shows nothing of the copy."""
    algorithm = rules.algorithm(s, law)
    outcomes: list[Outcome] = []
    for choice in rules.key(s, law, algorithm.value):
        checks = tuple(rules.job_checks(s, law, choice.value))
        for flag in rules.bucket_key(s, law, algorithm.value):
            written = Written(algorithm.value, choice.value.label, flag.value)
            outcomes += answer(checks, Outcome(None, (), (), written)).outcomes
    return Prediction(distinct(tuple(outcomes)))


def update_object_encryption(s: Situation, law: Law, rules: Rules) -> Prediction:
    """An update of an object where it is. Its answer is empty."""
    if not rules.updates_exist(law):
        return OPEN  # not reached: what no document describes yet is not asked
    written = Written("aws:kms", s.header_key_label, bool(s.asked_bucket_key))
    tag = rules.updated_etag(law)
    fields = (Field("etag", "kept-if-shown", tag.clauses),) if tag.value == "kept" else ()
    return answer(rules.update_checks(s, law), Outcome(None, (), fields, written))


def after_changes(s: Situation, law: Law, rules: Rules, fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields of a read, with what a job or an update decides of them."""
    if s.changed is None and s.beside_key_label is None:
        return tuple(fields)
    found = {field.name: field for field in fields}
    if s.changed == "update" and rules.updates_exist(law):
        _encrypted(s, found, rules.updated_encryption(s, law), rules.updated_bucket_key(s, law))
        tag = rules.updated_etag(law)
        # The rule that reads show the ETag of the write is the more general one, and not to be suspected first.
        found["etag"] = Field("etag", found["etag"].want if tag.value == "kept" else tag.value, tag.clauses)
        if s.numbered:
            version = rules.updated_version(law)
            found["version_id"] = Field("version_id", version.value, version.clauses)
    elif s.changed in {"job", "job-default"}:
        _encrypted(s, found, rules.copy_encryption(s, law), rules.copy_bucket_key(s, law))
    if s.beside_key_label is not None and rules.updates_exist(law):
        apart = rules.kept_beside(s, law)
        _decided(found, "algorithm", apart.clauses, *(() if apart.value else ("aws:kms",)))
        _decided(found, "kms_key", apart.clauses, *(() if apart.value else (_named(s.beside_key_label),)))
    return tuple(found.values())


def _encrypted(s: Situation, found: dict[str, Field], heeded: Decided[bool], flag: Decided[bool]) -> None:
    """Let clauses decide the encryption: who does not heed the request leaves what was there before."""
    _decided(found, "algorithm", heeded.clauses, *(() if heeded.value else (s.before_algorithm,)))
    _decided(found, "kms_key", heeded.clauses, *(() if heeded.value else (_named(s.before_key_label),)))
    _decided(found, "bucket_key", flag.clauses, *(() if flag.value == s.object_bucket_key else (flag.value,)))


def _named(label: Label | None) -> Want:
    return None if label is None else KeyArn(label)


def _decided(found: dict[str, Field], name: str, clauses: tuple[str, ...], *instead: Want) -> None:
    """Let clauses decide a field: as every read shows it, or instead to be this."""
    field = found.get(name)
    if clauses and field is not None:
        found[name] = Field(name, instead[0] if instead else field.want, (*clauses, *field.clauses))
