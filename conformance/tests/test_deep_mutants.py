"""Deep mutants break their clause after a certain history, and keep it without; the cover does not meet them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import pytest
from sse_adapters.protocol import Target
from sse_conformance.campaign import Campaign
from sse_conformance.cover import plan
from sse_conformance.mutants.deep import MUTANTS
from sse_conformance.mutants.mutant import Mutant
from sse_conformance.mutants.past import Past
from sse_conformance.mutants.target import MutantTarget
from sse_conformance.reference import ReferenceSpace, ReferenceTarget
from sse_conformance.witness import replay
from sse_spec.actions import (
    AbortMultipartUpload,
    Action,
    BatchCopy,
    CancelKeyDeletion,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteAlias,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EnableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetBucketLogging,
    GetObject,
    HeadObject,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutBucketLogging,
    PutBucketPolicy,
    PutBucketReplication,
    PutBucketVersioning,
    PutObject,
    Rule,
    S3Action,
    ScheduleKeyDeletion,
    UpdateAlias,
    UpdateObjectEncryption,
    UploadPart,
    UploadPartCopy,
)
from sse_spec.clauses import CLASSES, EDITION, clauses
from sse_spec.model import Model, standard
from sse_spec.observations import Observation
from sse_spec.world import World

# --- the requests of the programs, most of them about the object `o` in the bucket `b` --------------------------------

SSE_S3, SSE_KMS = EncryptionHeaders("AES256"), EncryptionHeaders("aws:kms")
UNDER_K, UNDER_ALIAS = (EncryptionHeaders("aws:kms", KeyRef(f, "k")) for f in ("arn", "alias"))
C1, C2 = CustomerKey("c1"), CustomerKey("c2")
UNDER_C1, UNDER_C2 = EncryptionHeaders(customer=C1), EncryptionHeaders(customer=C2)
NONE = EncryptionHeaders()
BUCKET, OTHER_BUCKET = CreateBucket(bucket="b"), CreateBucket(bucket="other")
KEY, OTHER_KEY = CreateKey(key="k"), CreateKey(key="k2")
DISABLE, ENABLE = DisableKey(key="k"), EnableKey(key="k")
ALIAS, DELETE_ALIAS = CreateAlias(alias="k", key="k"), DeleteAlias(alias="k")
MOVE, MOVE_BACK = UpdateAlias(alias="k", key="k2"), UpdateAlias(alias="k", key="k")
KMS, KMS_KEYED = Rule("aws:kms"), Rule("aws:kms", bucket_key=True)
BY_ALIAS, BY_ARN = (Rule("aws:kms", KeyRef(form, "k")) for form in ("alias", "arn"))
SHOW_DEFAULT, UNSET = GetBucketEncryption(bucket="b"), DeleteBucketEncryption(bucket="b")
ENABLED, SUSPENDED = (PutBucketVersioning(bucket="b", status=s) for s in ("Enabled", "Suspended"))
SHARE, REQUIRE = (PutBucketPolicy(bucket="b", policy=p) for p in ("share", "require-header"))
DELETE, HEAD, GET = DeleteObject(bucket="b", key="o"), HeadObject(bucket="b", key="o"), GetObject(bucket="b", key="o")
OLDEST = HeadObject(bucket="b", key="o", version=0)
REPLICATE = PutBucketReplication(bucket="b", destination="other")
SOURCE_AND_DESTINATION = (BUCKET, OTHER_BUCKET, ENABLED, PutBucketVersioning(bucket="other", status="Enabled"))
LOG, LOG_NO_MORE = PutBucketLogging(bucket="b", target="other"), PutBucketLogging(bucket="b", target=None)


def default(rule: Rule) -> S3Action:
    return PutBucketEncryption(bucket="b", rules=(rule,))


KMS_AND_SSE_C = default(Rule("aws:kms", blocked="NONE"))
TAKE_SSE_C, BLOCK_SSE_C = (default(Rule("AES256", blocked=blocked)) for blocked in ("NONE", "SSE-C"))


def put(headers: EncryptionHeaders = NONE, key: str = "o", bucket: str = "b", by: str = "main") -> S3Action:
    return PutObject(bucket=bucket, key=key, body="content", headers=headers, principal=by)


def copy(source: str, key: str, headers: EncryptionHeaders = NONE) -> S3Action:
    return CopyObject(bucket="b", key=key, source_bucket="b", source_key=source, headers=headers)


def job(source: str, bucket: str, headers: EncryptionHeaders) -> S3Action:
    return BatchCopy(bucket=bucket, key="o", source_bucket=source, source_key="o", headers=headers)


def update(key: str) -> S3Action:
    return UpdateObjectEncryption(bucket="b", key="o", kms_key=KeyRef("arn", key))


def begin(upload: str, headers: EncryptionHeaders = NONE) -> S3Action:
    return CreateMultipartUpload(bucket="b", key="o", upload=upload, headers=headers)


def part(upload: str, customer: CustomerKey | None = None) -> S3Action:
    return UploadPart(bucket="b", key="o", upload=upload, body="content", customer=customer)


def copy_part(upload: str) -> S3Action:
    return UploadPartCopy(bucket="b", key="o", upload=upload, source_bucket="b", source_key="source")


def complete(upload: str) -> S3Action:
    return CompleteMultipartUpload(bucket="b", key="o", upload=upload)


def get(customer: CustomerKey, version: int | None = None) -> S3Action:
    return GetObject(bucket="b", key="o", customer=customer, version=version)


# --- the shortest program that is known for each ----------------------------------------------------------------------

SHORTEST: dict[str, tuple[S3Action, ...]] = {
    "ForgetsDefaultThatWasSetAgain": (BUCKET, default(KMS), UNSET, default(KMS), put()),
    "StopsAtSecondDefault": (BUCKET, default(KMS), default(Rule("AES256")), default(KMS_KEYED), put()),
    "KeepsDefaultThatWasDeletedTwice": (BUCKET, default(KMS), UNSET, default(KMS), UNSET, put()),
    "ShowsDefaultThatWasDeletedTwice": (BUCKET, default(KMS), UNSET, default(KMS), UNSET, SHOW_DEFAULT),
    "DropsBucketKeyOfRepeatedDefault": (BUCKET, default(KMS_KEYED), default(KMS_KEYED), put()),
    "KeepsBucketKeyOfOldDefault": (BUCKET, default(KMS_KEYED), default(KMS), default(KMS), put()),
    "LosesDefaultByRefusedChange": (BUCKET, default(KMS), default(Rule("AES512")), put()),
    "ShowsBaselineOnceDefaultIsDeleted": (BUCKET, default(KMS), put(), UNSET, HEAD),
    "KeepsSseS3OnOverwrite": (BUCKET, put(), default(KMS), put()),
    "ForgetsDefaultWhenFormReplacesObject": (BUCKET, default(KMS), put(), PostObject(bucket="b", key="o", body="form")),
    "ForgetsDefaultAfterDeletion": (BUCKET, KMS_AND_SSE_C, put(UNDER_C1), DELETE, put()),
    "IgnoresHeaderAfterRefusedOverwrite": (BUCKET, put(), put(EncryptionHeaders("AES512")), put(SSE_KMS)),
    "MixesUpBucketsOfOneKey": (BUCKET, OTHER_BUCKET, default(KMS), put(bucket="other"), put()),
    "DropsBucketKeyOfSecondVersion": (BUCKET, ENABLED, default(KMS_KEYED), put(), put()),
    "ForgetsDefaultOnThirdVersion": (BUCKET, ENABLED, default(KMS), put(), put(), put()),
    "ForgetsKeyOnceVersioningIsSuspended": (BUCKET, KEY, default(BY_ARN), ENABLED, SUSPENDED, put()),
    "ShowsNewestEncryptionOfOldestVersion": (BUCKET, ENABLED, put(), put(), put(SSE_KMS), OLDEST),
    "ForgetsDefaultOnCopyOfCopy": (BUCKET, put(), copy("o", "o2"), default(KMS), copy("o2", "o3")),
    "KeepsETagOnCopyBack": (BUCKET, default(KMS), put(), copy("o", "o2"), copy("o2", "o")),
    "RefusesSecondCopyInPlace": (BUCKET, default(Rule("AES256")), put(), copy("o", "o"), copy("o", "o")),
    "KeepsEncryptionInJobOfCopy": (
        *(BUCKET, OTHER_BUCKET, put(key="o2"), copy("o2", "o")),
        *(job("b", "other", SSE_KMS), HeadObject(bucket="other", key="o")),
    ),
    "IgnoresSecondUpdate": (BUCKET, KEY, OTHER_KEY, put(), update("k"), update("k2"), HEAD),
    "UpdatesOlderVersionsOfThree": (BUCKET, ENABLED, KEY, put(), put(), put(), update("k"), OLDEST),
    "RefusesKeyThatWasEnabledTwice": (BUCKET, KEY, DISABLE, ENABLE, DISABLE, ENABLE, put(UNDER_K)),
    "RefusesKeyThatWasSavedFromDeletion": (
        *(BUCKET, KEY, put(UNDER_K)),
        *(ScheduleKeyDeletion(key="k"), CancelKeyDeletion(key="k"), ENABLE, GET),
    ),
    "TrustsKeyThatWasDisabledBefore": (BUCKET, KEY, put(UNDER_K), DISABLE, ENABLE, DISABLE, GET),
    "ServesObjectItHasDecryptedBefore": (BUCKET, KEY, put(UNDER_K), GET, DISABLE, GET),
    "FollowsAliasOnlyOnce": (BUCKET, KEY, OTHER_KEY, ALIAS, default(BY_ALIAS), MOVE, MOVE, put()),
    "LosesAliasThatWasMovedBack": (BUCKET, KEY, OTHER_KEY, ALIAS, default(BY_ALIAS), MOVE, MOVE_BACK, put()),
    "RemembersTargetOfDeletedAlias": (
        *(BUCKET, KEY, OTHER_KEY, ALIAS, default(BY_ALIAS)),
        *(DELETE_ALIAS, CreateAlias(alias="k", key="k2"), put()),
    ),
    "IgnoresAliasThatWasMadeAgain": (BUCKET, KEY, ALIAS, DELETE_ALIAS, ALIAS, put(UNDER_ALIAS)),
    "GivesSecondUploadTheSettingsOfTheFirst": (BUCKET, begin("first"), begin("second", SSE_KMS)),
    "EncryptsUploadByLastOfTwoDefaults": (
        *(BUCKET, begin("u", SSE_S3), part("u")),
        *(default(KMS), default(KMS), complete("u")),
    ),
    "GivesPlainETagToSecondUpload": (
        *(BUCKET, begin("first"), part("first"), complete("first")),
        *(begin("second"), part("second"), complete("second")),
    ),
    "NamesSourceEncryptionOfPartCopiedAgain": (
        *(BUCKET, put(SSE_KMS, "source"), begin("u")),
        *(copy_part("u"), copy_part("u")),
    ),
    "HidesEncryptionOfPartsAfterAbortion": (
        *(BUCKET, begin("first"), AbortMultipartUpload(bucket="b", key="o", upload="first")),
        *(begin("second"), part("second")),
    ),
    "IgnoresCustomerKeyOnOverwrite": (BUCKET, TAKE_SSE_C, put(), put(UNDER_C1)),
    "ForgetsDefaultOverCustomerKey": (BUCKET, KMS_AND_SSE_C, put(UNDER_C1), put()),
    "OpensWithFormerCustomerKey": (BUCKET, TAKE_SSE_C, put(UNDER_C1), put(UNDER_C2), get(C1)),
    "NeedsNewestCustomerKeyForOlderVersions": (
        *(BUCKET, TAKE_SSE_C, ENABLED),
        *(put(UNDER_C1), put(UNDER_C1), put(UNDER_C2), get(C1, 0)),
    ),
    "BlocksCustomerKeysForGood": (BUCKET, BLOCK_SSE_C, TAKE_SSE_C, put(UNDER_C1)),
    "ForgetsListAtSecondDefault": (BUCKET, TAKE_SSE_C, default(KMS), default(KMS), put(UNDER_C1)),
    "HidesCustomerKeyOfPartsBesideAnotherUpload": (
        *(BUCKET, TAKE_SSE_C),
        *(begin("first"), begin("second", UNDER_C1), part("second", C1)),
    ),
    "UsesOwnersManagedKeyOnOverwrite": (BUCKET, SHARE, put(SSE_KMS), put(SSE_KMS, by="other")),
    "ForgetsDefaultForGuestsOverwrite": (BUCKET, SHARE, default(KMS), put(by="other"), put(by="other")),
    "ServesObjectThatOwnerHasRead": (
        *(BUCKET, SHARE, put(SSE_KMS)),
        *(GET, GetObject(bucket="b", key="o", principal="other")),
    ),
    "StopsAtFirstPolicy": (BUCKET, SHARE, REQUIRE, put()),
    "MarksOnlyFirstVersionForReplication": (*SOURCE_AND_DESTINATION, REPLICATE, put(), put(), HEAD),
    "ReplicatesOlderObjectsWhenConfiguredAgain": (*SOURCE_AND_DESTINATION, put(), REPLICATE, REPLICATE, HEAD),
    "HidesLoggingThatWasSwitchedOnAgain": (
        *(BUCKET, OTHER_BUCKET, PutBucketPolicy(bucket="other", policy="log-delivery")),
        *(LOG, LOG_NO_MORE, LOG, GetBucketLogging(bucket="b")),
    ),
}


def replayed(mutant: Mutant, target: Target, program: tuple[S3Action, ...]) -> list[frozenset[str]]:
    """The clauses that are blamed at each step of a program."""
    found = replay(standard(mutant.as_of), target.open(), target, program).findings
    return [frozenset(one.signature.clause for one in findings) for findings in found]


def test_there_is_a_program_for_each() -> None:
    assert set(SHORTEST) == {mutant.name for mutant in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
class TestADeepMutant:
    def test_breaks_its_clause_at_the_end_of_its_history_and_no_other(self, mutant: Mutant) -> None:
        *before, last = replayed(mutant, MutantTarget(mutant), SHORTEST[mutant.name])
        assert set(before) == {frozenset()}
        assert last == {mutant.clause}

    def test_keeps_every_clause_if_any_step_is_left_out(self, mutant: Mutant) -> None:
        program = SHORTEST[mutant.name]
        for at, step in enumerate(program):
            shorter = (*program[:at], *program[at + 1 :])
            assert set(replayed(mutant, MutantTarget(mutant), shorter)) == {frozenset()}, step

    def test_does_what_the_specification_does_not(self, mutant: Mutant) -> None:
        target = ReferenceTarget(standard(mutant.as_of))
        assert set(replayed(mutant, target, SHORTEST[mutant.name])) == {frozenset()}

    def test_is_reached_by_a_short_program(self, mutant: Mutant) -> None:
        assert 3 <= len(SHORTEST[mutant.name]) <= 8


# --- what the cover meets of them -------------------------------------------------------------------------------------


class Watched(ReferenceSpace):
    """A space of the reference that notes at which requests which mutant would have answered otherwise.

    A mutant for which that never happens has answered the whole program as the reference has.
    """

    def __init__(self, model: Model, mutants: tuple[Mutant, ...]) -> None:
        super().__init__(model, 0, 0)
        self.met: set[str] = set()
        self._past = Past()
        self._broken = [(mutant, Model(mutant.as_of, mutant.rules)) for mutant in mutants]

    def perform(self, action: Action) -> Observation:
        right = permitted(self._model, self._world, action)
        for mutant, broken in self._broken:
            histories = mutant.when is None or mutant.when(self._past, action)
            if histories and permitted(broken, self._world, action) != right:
                self.met.add(mutant.name)
        seen = super().perform(action)
        self._past.add(action, self._world, refused=seen.refused)
        return seen


def permitted(model: Model, world: World, action: Action) -> list[list[Hashable]]:
    """What each reading of the world permits, without the derivations."""
    return [[(one.shape, one.written) for one in look.case.prediction.outcomes] for look in model.look(world, action)]


def met(program: Iterable[Action], mutants: tuple[Mutant, ...]) -> set[str]:
    space = Watched(standard(), mutants)
    for action in program:
        space.perform(action)
    return space.met


def test_the_cover_meets_none_of_them() -> None:
    model = standard()
    space = Watched(model, MUTANTS)
    campaign = Campaign(model, ReferenceTarget(model).open(), space)
    campaign.run(plan(model, CLASSES))
    assert campaign.found == []
    assert space.met == set()


def test_a_mutant_that_is_met_is_noted() -> None:
    assert all(mutant.as_of == EDITION for mutant in MUTANTS)
    for mutant in MUTANTS:
        assert met(SHORTEST[mutant.name], (mutant,)) == {mutant.name}
        assert met(SHORTEST[mutant.name][:-1], (mutant,)) == set()


def test_the_cover_does_not_find_what_it_does_not_meet() -> None:
    model, mutant = standard(), MUTANTS[0]
    target = MutantTarget(mutant)
    campaign = Campaign(model, target.open(), target.space())
    campaign.run(plan(model, CLASSES))
    assert campaign.found == []


def test_there_are_deep_mutants_in_every_class_that_keeps_state() -> None:
    classes = {clauses()[mutant.clause].clause_class for mutant in MUTANTS}
    assert classes >= {"core", "kms", "bucket-key", "copy", "multipart", "sse-c", "cross-account", "replication"}
