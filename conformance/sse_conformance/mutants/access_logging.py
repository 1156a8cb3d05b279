"""Mutants that accept the wrong destination for access logs, or encrypt logs wrongly."""

from __future__ import annotations

from sse_spec.law import Law
from sse_spec.outcomes import Decided
from sse_spec.rules import access_logging
from sse_spec.situation import Situation

from sse_conformance.mutants.errors import misnaming
from sse_conformance.mutants.mutant import Mutant, disregarding, replacing

__all__ = ["MUTANTS"]


def _under_aws_kms(s: Situation, law: Law) -> Decided[str | None] | None:
    right = access_logging.log_encryption(s, law)
    return None if right is None else Decided("aws:kms", right.clauses)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "RefusesSseS3Destination",
        "LOG-01",
        "It refuses a destination of logs in which SSE-S3 is the default or nothing is configured.",
        disregarding("destination_checks", "LOG-01"),
    ),
    Mutant(
        "RefusesDestinationWithoutDefault",
        "LOG-01",
        "It refuses a destination of logs for which no default is configured.",
        disregarding("destination_checks", "LOG-01", lambda s: s.target_algorithm is None),
    ),
    Mutant(
        "RefusesDestinationWithDefault",
        "LOG-01",
        "It refuses a destination of logs for which a default is configured, also SSE-S3.",
        disregarding("destination_checks", "LOG-01", lambda s: s.target_algorithm == "AES256"),
    ),
    Mutant(
        "DeliversLogsUnderKmsDefault",
        "LOG-02",
        "It delivers logs into a bucket with an SSE-KMS default.",
        disregarding("arrival", "LOG-02"),
    ),
    Mutant(
        "LeavesLogsUnencryptedUnderDefault",
        "LOG-05",
        "It leaves the logs that it delivers unencrypted where the default of the destination is SSE-S3.",
        disregarding("log_encryption", "LOG-05"),
    ),
    Mutant(
        "EncryptsLogsUnderKms",
        "LOG-05",
        "It encrypts the logs that it delivers with SSE-KMS, whatever the default of the destination.",
        replacing("log_encryption", _under_aws_kms),
    ),
    Mutant(
        "LeavesLogsUnencryptedWithoutDefault",
        "LOG-06",
        "It leaves the logs that it delivers unencrypted where no default is configured for the destination.",
        disregarding("log_encryption", "LOG-06"),
    ),
    Mutant(
        "AcceptsMissingDestination",
        "LOG-07",
        "It accepts a bucket that does not exist as the destination of logs.",
        disregarding("destination_checks", "LOG-07"),
    ),
    Mutant(
        "AnswersMissingDestinationWithNoSuchBucket",
        "LOG-07",
        "It refuses a destination of logs that does not exist with 404 and the code NoSuchBucket.",
        misnaming("destination_checks", "LOG-07", 404, "NoSuchBucket"),
    ),
    Mutant(
        "AcceptsDestinationInAnotherRegion",
        "LOG-08",
        "It accepts a bucket in another Region as the destination of logs.",
        disregarding("destination_checks", "LOG-08"),
    ),
    Mutant(
        "CorrectsSpellingOfCrossLocationLogging",
        "LOG-08",
        "It refuses a destination of logs in another Region with a code that spells Prohibited with one t.",
        misnaming("destination_checks", "LOG-08", 403, "CrossLocationLoggingProhibited"),
    ),
    Mutant(
        "AcceptsDestinationOfAnotherAccount",
        "LOG-09",
        "It accepts a bucket of another account as the destination of logs.",
        disregarding("destination_checks", "LOG-09"),
    ),
    Mutant(
        "DeniesDestinationOfAnotherAccount",
        "LOG-09",
        "It refuses a destination of logs of another account with 403 and the code AccessDenied.",
        misnaming("destination_checks", "LOG-09", 403, "AccessDenied"),
    ),
    Mutant(
        "RefusesToEndLogging",
        "LOG-10",
        "It refuses an empty logging status.",
        disregarding("destination_checks", "LOG-10"),
    ),
    Mutant(
        "HidesDestinationOfLogs",
        "LOG-11",
        "It does not show the destination of logs that was put.",
        disregarding("shown_destination", "LOG-11"),
    ),
)
"""The mutants of the chapter on access logs."""
