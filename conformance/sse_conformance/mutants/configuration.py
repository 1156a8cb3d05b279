"""Mutants that put, show or delete the default of a bucket wrongly."""

from __future__ import annotations

from sse_spec.clauses import FIRST_DAY
from sse_spec.law import Law
from sse_spec.outcomes import Field, Refusal, Want
from sse_spec.rules import configuration
from sse_spec.rules.record import Rules
from sse_spec.situation import Situation

from sse_conformance.mutants.mutant import Mutant, Where, always, disregarding, replacing

__all__ = ["MUTANTS"]

Shown = Refusal | tuple[Field, ...]
"""What GetBucketEncryption answers."""


def _showing(name: str, want: Want, where: Where = always) -> Rules:
    """The rules of an S3 that shows one field of the default as this, in the situations `where` it does."""

    def shown(s: Situation, law: Law) -> Shown:
        right = configuration.shown_default(s, law)
        if isinstance(right, Refusal) or not where(s):
            return right
        return tuple(Field(name, want, field.clauses) if field.name == name else field for field in right)

    return replacing("shown_default", shown)


def _refusing(code: str, where: Where) -> Rules:
    """The rules of an S3 that answers GetBucketEncryption with 404 and this code, in the situations `where` it does."""

    def shown(s: Situation, law: Law) -> Shown:
        return Refusal(404, (code,)) if where(s) else configuration.shown_default(s, law)

    return replacing("shown_default", shown)


def _answered_with_200(_: Law) -> Field:
    return Field("status", "200", ("CFG-06",))


def _without_default(s: Situation) -> bool:
    return s.default_algorithm is None


def _deleted(s: Situation) -> bool:
    return s.default_algorithm is None and s.previous_algorithm is not None


def _aes256_default(s: Situation) -> bool:
    return s.default_algorithm == "AES256"


def _kms_default(s: Situation) -> bool:
    return s.default_algorithm == "aws:kms"


def _copying(s: Situation) -> bool:
    return s.action == "CopyObject"


_VALIDITY = (
    Mutant(
        "RefusesAES256Default",
        "CFG-01",
        "It refuses AES256 as a default, since that is the baseline anyway.",
        disregarding("put_checks", "CFG-01", lambda s: s.new_algorithm == "AES256"),
    ),
    Mutant(
        "RefusesKeyIdInKmsDefault",
        "CFG-01",
        "It refuses an aws:kms default that names its key by a bare key id.",
        disregarding("put_checks", "CFG-01", lambda s: s.new_algorithm == "aws:kms" and s.new_key == "id"),
    ),
    Mutant(
        "AcceptsConfigurationWithoutRules",
        "CFG-09",
        "It accepts a configuration of no rule.",
        disregarding("put_checks", "CFG-09"),
    ),
    Mutant(
        "AcceptsTwoRules",
        "CFG-10",
        "It accepts a configuration of two rules.",
        disregarding("put_checks", "CFG-10"),
    ),
    Mutant(
        "AcceptsUnknownAlgorithmInDefault",
        "CFG-11",
        "It accepts a default with an algorithm that it does not know.",
        disregarding("put_checks", "CFG-11"),
    ),
    Mutant(
        "AcceptsRuleWithoutAlgorithm",
        "CFG-12",
        "It accepts a rule that names no algorithm.",
        disregarding("put_checks", "CFG-12"),
    ),
    Mutant(
        "AcceptsKeyInAES256Default",
        "CFG-14",
        "It accepts a KMS key in a default of AES256.",
        disregarding("put_checks", "CFG-14"),
    ),
    Mutant(
        "AcceptsEmptyKeyInDefault",
        "CFG-15",
        "It takes an empty key in an aws:kms default for no key.",
        disregarding("put_checks", "CFG-15"),
    ),
    Mutant(
        "LooksUpKeyOfDefault",
        "CFG-16",
        "It refuses an aws:kms default whose key cannot be used.",
        disregarding("put_checks", "CFG-16"),
    ),
    Mutant(
        "RefusesDefaultUnderDisabledKey",
        "CFG-16",
        "It refuses an aws:kms default whose key is disabled.",
        disregarding("put_checks", "CFG-16", lambda s: s.new_key_state == "disabled"),
    ),
    Mutant(
        "RefusesDefaultUnderMissingAlias",
        "CFG-16",
        "It refuses an aws:kms default whose alias leads to no key.",
        disregarding("put_checks", "CFG-16", lambda s: s.new_key in {"alias", "alias-arn"}),
    ),
    Mutant(
        "RequiresKeyInKmsDefault",
        "CFG-18",
        "It refuses an aws:kms default that names no key.",
        disregarding("put_checks", "CFG-18"),
    ),
    Mutant(
        "RefusesBucketKeyInAES256Default",
        "CFG-20",
        "It refuses BucketKeyEnabled true in a default of AES256.",
        disregarding("put_checks", "CFG-20"),
    ),
    Mutant(
        "ConfiguresMissingBucket",
        "CFG-22",
        "It puts, shows and deletes the default of a bucket that does not exist.",
        disregarding("bucket_checks", "CFG-22"),
    ),
    Mutant(
        "ShowsDefaultOfMissingBucket",
        "CFG-22",
        "It shows the baseline as the default of a bucket that does not exist.",
        disregarding("bucket_checks", "CFG-22", lambda s: s.action == "GetBucketEncryption"),
    ),
    Mutant(
        "LooksAtBodyBeforeBucket",
        "CFG-22",
        "It answers an invalid configuration of a missing bucket with what is wrong with the configuration.",
        disregarding("bucket_checks", "CFG-22", lambda s: s.rules != "one"),
    ),
    Mutant(
        "AcceptsBodyThatIsNoXML",
        "CFG-23",
        "It accepts a configuration that is no XML.",
        disregarding("put_checks", "CFG-23"),
    ),
)
"""What is accepted as a default."""

_SHOWN = (
    Mutant(
        "ShowsBucketKeyOfFormerDefault",
        "CFG-02",
        "It shows the BucketKeyEnabled of the former default where the new one leaves it out.",
        disregarding("shown_default", "CFG-02"),
    ),
    Mutant(
        "ShowsFormerBucketKeyWithAES256",
        "CFG-02",
        "It shows the BucketKeyEnabled of a former aws:kms default with the AES256 that replaced it.",
        disregarding("shown_default", "CFG-02", _aes256_default),
    ),
    Mutant(
        "ShowsDefaultWithoutAlgorithm",
        "CFG-03",
        "It leaves the algorithm of a default out of GetBucketEncryption.",
        disregarding("shown_default", "CFG-03"),
    ),
    Mutant(
        "ShowsKmsDefaultAsAES256",
        "CFG-03",
        "It shows the baseline where the default is aws:kms.",
        _showing("default_algorithm", "AES256", _kms_default),
    ),
    Mutant(
        "HidesAES256Default",
        "CFG-03",
        "It answers GetBucketEncryption with 404 where the default is AES256, as if that were none.",
        _refusing(configuration.NOT_FOUND, _aes256_default),
    ),
    Mutant(
        "ShowsBaselineBeforeItsDay",
        "CFG-04",
        "It shows SSE-S3 for a bucket without a default, before the day of the baseline.",
        disregarding("shown_default", "CFG-04"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "AnswersMissingDefaultAsMissingBucket",
        "CFG-04",
        "It answers GetBucketEncryption of a bucket without a default with NoSuchBucket.",
        _refusing("NoSuchBucket", _without_default),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "ShowsNoBaseline",
        "CFG-05",
        "It answers GetBucketEncryption of a bucket without a default with 404, as before the baseline.",
        disregarding("shown_default", "CFG-05"),
    ),
    Mutant(
        "OmitsBucketKeyOfBaseline",
        "CFG-05",
        "It leaves BucketKeyEnabled out of the baseline that it shows.",
        _showing("default_bucket_key", None, _without_default),
    ),
    Mutant(
        "ShowsNoBaselineAfterDeletion",
        "CFG-05",
        "It answers GetBucketEncryption with 404 once the default of the bucket was deleted.",
        disregarding("shown_default", "CFG-05", _deleted),
    ),
    Mutant(
        "ShowsArnOfKeyInDefault",
        "CFG-17",
        "It shows the key of a default by its ARN, in whatever form it was put.",
        disregarding("shown_default", "CFG-17"),
    ),
    Mutant(
        "ResolvesAliasInShownDefault",
        "CFG-17",
        "It shows the ARN of the key where the default names an alias.",
        disregarding("shown_default", "CFG-17", lambda s: s.default_key in {"alias", "alias-arn"}),
    ),
    Mutant(
        "HidesKeyOfDefault",
        "CFG-17",
        "It leaves the key of a default out of GetBucketEncryption.",
        _showing("default_key", None),
    ),
    Mutant(
        "NamesManagedKeyInDefault",
        "CFG-18",
        "It shows the ARN of aws/s3 where an aws:kms default names no key.",
        disregarding("shown_default", "CFG-18"),
    ),
    Mutant(
        "OmitsBucketKeyOfDefault",
        "CFG-19",
        "It leaves BucketKeyEnabled out of GetBucketEncryption where it is not true.",
        disregarding("shown_default", "CFG-19"),
    ),
    Mutant(
        "OmitsBucketKeyOfAES256Default",
        "CFG-19",
        "It leaves BucketKeyEnabled out of GetBucketEncryption where the default is AES256.",
        disregarding("shown_default", "CFG-19", _aes256_default),
    ),
    Mutant(
        "ShowsBucketKeyUnasked",
        "CFG-19",
        "It shows BucketKeyEnabled true where an aws:kms default left it out.",
        _showing("default_bucket_key", True, lambda s: _kms_default(s) and s.default_bucket_key is None),
    ),
    Mutant(
        "DropsBucketKeyOfAES256Default",
        "CFG-20",
        "It shows BucketKeyEnabled false where it was put as true with AES256.",
        _showing("default_bucket_key", False, _aes256_default),
    ),
    Mutant(
        "DropsBucketKeyOfKmsDefault",
        "CFG-21",
        "It shows BucketKeyEnabled false where it was put as true with aws:kms.",
        _showing("default_bucket_key", False, _kms_default),
    ),
    Mutant(
        "OmitsBucketKeyOfKmsDefault",
        "CFG-21",
        "It leaves a BucketKeyEnabled of true with aws:kms out of GetBucketEncryption.",
        disregarding("shown_default", "CFG-21"),
    ),
)
"""What is shown of a default."""

_DELETION = (
    Mutant(
        "AnswersDeletionWithOK",
        "CFG-06",
        "It answers DeleteBucketEncryption with 200.",
        replacing("default_deletion", _answered_with_200),
    ),
    Mutant(
        "FindsNoDefaultToDelete",
        "CFG-06",
        "It answers DeleteBucketEncryption with 404.",
        disregarding("default_deletion", "CFG-06"),
    ),
    Mutant(
        "KeepsDeletedDefaultBeforeBaseline",
        "CFG-07",
        "It goes on applying a default that was deleted, on a day when the deletion leaves none.",
        disregarding("algorithm", "CFG-07"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "ShowsDeletedDefaultBeforeBaseline",
        "CFG-07",
        "It goes on showing a default that was deleted, on a day when the deletion leaves none.",
        disregarding("shown_default", "CFG-07"),
        as_of=FIRST_DAY,
    ),
    Mutant(
        "KeepsDeletedDefault",
        "CFG-08",
        "It goes on applying a default that was deleted.",
        disregarding("algorithm", "CFG-08"),
    ),
    Mutant(
        "KeepsDeletedDefaultForCopies",
        "CFG-08",
        "It goes on applying a default that was deleted to copies.",
        disregarding("algorithm", "CFG-08", _copying),
    ),
    Mutant(
        "ShowsDeletedDefault",
        "CFG-08",
        "It goes on showing a default that was deleted.",
        disregarding("shown_default", "CFG-08"),
    ),
)
"""What a deletion leaves."""

MUTANTS: tuple[Mutant, ...] = (*_VALIDITY, *_SHOWN, *_DELETION)
"""The mutants of the chapter on configurations."""
