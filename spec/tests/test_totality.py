"""The model has an answer for everything, and no clause and no rule is without the other."""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
import sse_spec
from hypothesis import given, settings
from hypothesis import strategies as st
from sse_spec.actions import (
    Action,
    CopyObject,
    CreateBucket,
    CreateKey,
    CustomerKey,
    DeleteBucketEncryption,
    DeleteObject,
    DisableKey,
    EncryptionHeaders,
    GetBucketEncryption,
    GetObject,
    HeadObject,
    KeyRef,
    PutBucketEncryption,
    PutBucketVersioning,
    PutObject,
    Rule,
)
from sse_spec.clauses import CHAPTERS, EDITION, FIRST_DAY, clauses
from sse_spec.effects import done
from sse_spec.law import laws
from sse_spec.machine import permitted
from sse_spec.model import predict
from sse_spec.situation import MANAGED, Situation
from sse_spec.world import EMPTY, Bucket, Setting, Stored, Version, World

DAYS = (FIRST_DAY, dt.date(2022, 12, 31), dt.date(2023, 1, 5), dt.date(2026, 4, 20), EDITION)
LAWS = tuple(law for day in DAYS for law in laws(day))

OPERATIONS = (
    "PutBucketEncryption",
    "GetBucketEncryption",
    "DeleteBucketEncryption",
    "PutObject",
    "CopyObject",
    "GetObject",
    "HeadObject",
    "PostObject",
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "CompleteMultipartUpload",
    "DeleteObject",
    "PutBucketReplication",
    "GetBucketReplication",
    "DeleteBucketReplication",
    "HeadReplica",
)
UNDESCRIBED = ("CreateBucket", "ListParts")
ALGORITHMS = (None, "AES256", "aws:kms", "aws:kms:dsse", "SSE-C", "AES512", "")
LABELS = (None, MANAGED, "K1", "K2")

PACKAGE = Path(sse_spec.__file__).parent
DECIDING = (*sorted((PACKAGE / "rules").glob("*.py")), *sorted((PACKAGE / "operations").glob("*.py")))
CITED = re.compile(r'"([A-Z]{3}-\d\d)"')


def values(name: str, hint: Any) -> tuple[object, ...]:
    """What a field of a situation may hold: its type says so, or its name where the type is any text."""
    if name == "action":
        return OPERATIONS + UNDESCRIBED
    if name.endswith("_algorithm"):
        return ALGORITHMS
    if name.endswith(("_label", "_then")):
        return LABELS
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(value for one in get_args(hint) for value in values(name, one))
    return {bool: (False, True), types.NoneType: (None,)}[hint]


situations = st.builds(
    Situation, **{name: st.sampled_from(values(name, hint)) for name, hint in get_type_hints(Situation).items()}
)


@given(situation=situations, law=st.sampled_from(LAWS))
@settings(max_examples=500, deadline=None)
def test_there_is_an_answer_to_every_situation(situation: Situation, law: Any) -> None:
    prediction = permitted(situation, law.fresh())
    assert prediction.open != bool(prediction.outcomes)


@given(situation=situations, law=st.sampled_from(LAWS), broken=st.sampled_from(sorted(clauses())))
@settings(max_examples=500, deadline=None)
def test_there_is_an_answer_to_every_situation_whichever_clause_is_broken(
    situation: Situation, law: Any, broken: str
) -> None:
    prediction = permitted(situation, law.without(broken))
    assert prediction.open != bool(prediction.outcomes)


@given(situation=situations, law=st.sampled_from(LAWS))
@settings(max_examples=300, deadline=None)
def test_what_an_answer_cites_are_clauses_in_force(situation: Situation, law: Any) -> None:
    asked = law.fresh()
    cited = frozenset[str]().union(*(one.derivation for one in permitted(situation, asked).outcomes))
    assert cited <= set(clauses())
    assert asked.consulted <= law.in_force


@given(situation=situations, law=st.sampled_from(LAWS))
@settings(max_examples=100, deadline=None)
def test_a_clause_that_nobody_asked_for_decides_nothing(situation: Situation, law: Any) -> None:
    asked = law.fresh()
    prediction = permitted(situation, asked)
    for clause in sorted(law.in_force - asked.consulted):
        assert permitted(situation, law.without(clause)).shapes == prediction.shapes


@given(situation=situations.filter(lambda s: s.action in UNDESCRIBED or not s.described))
def test_of_what_this_edition_does_not_describe_everything_is_permitted(situation: Situation) -> None:
    for law in LAWS:
        assert permitted(situation, law.fresh()).open


# --- worlds that no legal program reaches -----------------------------------------------------------------------------

NAMES = st.sampled_from(("b", "c"))
KEYS = st.sampled_from(("o", "p"))
VERSIONS = st.sampled_from((None, 0, 1, -1, 9))
REFERENCES = st.none() | st.builds(
    KeyRef,
    st.sampled_from(("id", "arn", "alias", "alias-arn", "text")),
    st.sampled_from(("k", "far", "theirs", "nobody", "name", "aws/s3", "")),
)
ANY_ALGORITHM = st.sampled_from(ALGORITHMS)
ANY_FLAG = st.sampled_from((None, True, False))
CUSTOMERS = st.none() | st.builds(
    CustomerKey,
    st.sampled_from((None, "c1", "c2")),
    st.sampled_from((None, "AES256", "KMS")),
    st.sampled_from((None, "length", "md5")),
)
CONTEXTS = st.sampled_from((None, "", "e30="))
HEADERS = st.builds(EncryptionHeaders, ANY_ALGORITHM, REFERENCES, ANY_FLAG, CONTEXTS, CUSTOMERS)
LISTS = st.sampled_from((None, "SSE-C", "NONE"))
RULES = st.builds(Rule, ANY_ALGORITHM, REFERENCES, ANY_FLAG, st.booleans(), LISTS)
PRINCIPALS = st.sampled_from(("main", "other"))
READ = {
    "bucket": NAMES,
    "key": KEYS,
    "version": VERSIONS,
    "algorithm": ANY_ALGORITHM,
    "customer": CUSTOMERS,
    "principal": PRINCIPALS,
}

actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(CreateBucket, bucket=NAMES),
    st.builds(GetBucketEncryption, bucket=NAMES, principal=PRINCIPALS),
    st.builds(DeleteBucketEncryption, bucket=NAMES),
    st.builds(PutBucketEncryption, bucket=NAMES, rules=st.lists(RULES, max_size=2).map(tuple), malformed=st.booleans()),
    st.builds(PutObject, bucket=NAMES, key=KEYS, headers=HEADERS, principal=PRINCIPALS),
    st.builds(
        CopyObject,
        bucket=NAMES,
        key=KEYS,
        source_bucket=NAMES,
        source_key=KEYS,
        source_version=VERSIONS,
        headers=HEADERS,
        source_customer=CUSTOMERS,
        metadata_directive=st.sampled_from((None, "COPY", "REPLACE")),
        storage_class=st.sampled_from((None, "STANDARD")),
    ),
    st.builds(GetObject, **READ),
    st.builds(HeadObject, **READ),
    st.builds(DeleteObject, bucket=NAMES, key=KEYS, version=VERSIONS),
    st.builds(PutBucketVersioning, bucket=NAMES, status=st.sampled_from(("Enabled", "Suspended"))),
)

STORED = st.none() | st.builds(
    Stored,
    st.just("content"),
    ANY_ALGORITHM,
    st.sampled_from((None, "k", "far", "theirs", "nobody", "aws/s3@main", "aws/s3@other", "=a text")),
    st.booleans(),
    customer=st.sampled_from((None, "c1", "=another")),
)
SETTINGS = st.builds(
    Setting,
    st.none() | RULES,
    st.booleans(),
    st.none() | RULES,
    st.sampled_from((None, "k", "far", "nobody")),
    LISTS,
    st.sampled_from((None, "put", "deletion")),
)
OBJECTS = st.lists(
    st.builds(
        Version,
        st.lists(STORED, max_size=2).map(tuple),
        st.none(),
        st.booleans(),
        STORED,
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=2,
).map(tuple)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    world = EMPTY
    keys = (CreateKey(key="k"), CreateKey(key="far", region="away"), CreateKey(key="theirs", principal="other"))
    for action in (*keys, *draw(st.sampled_from(((), (DisableKey(key="k"),))))):
        world = done(world, action)
    bucket = Bucket(
        draw(PRINCIPALS),
        draw(st.lists(SETTINGS, max_size=2).map(tuple)),
        override=draw(ANY_FLAG),
        configurations=1,
    )
    for key in draw(st.sets(KEYS)):
        bucket = Bucket(
            bucket.owner,
            bucket.settings,
            objects=bucket.objects.insert(key, draw(OBJECTS)),
            override=bucket.override,
            configurations=1,
        )
    return World(world.keys, world.aliases, world.buckets.insert("b", bucket))


@given(world=worlds(), action=actions, day=st.sampled_from(DAYS))
@settings(max_examples=500, deadline=None)
def test_there_is_a_prediction_in_every_world(world: World, action: Action, day: dt.date) -> None:
    prediction = predict(world, action, day)
    assert prediction.open or prediction.outcomes


@given(world=worlds(), action=actions, day=st.sampled_from(DAYS))
@settings(max_examples=300, deadline=None)
def test_a_prediction_is_the_same_each_time(world: World, action: Action, day: dt.date) -> None:
    assert predict(world, action, day) == predict(world, action, day)


@given(world=worlds(), action=actions, day=st.sampled_from(DAYS))
@settings(max_examples=300, deadline=None)
def test_predicting_does_not_change_the_world(world: World, action: Action, day: dt.date) -> None:
    before = repr(world)
    predict(world, action, day)
    assert repr(world) == before


# --- clauses and rules ------------------------------------------------------------------------------------------------


def cited() -> Iterator[tuple[str, str]]:
    """Each clause id that a module of the model names, with the module."""
    for path in DECIDING:
        for name in CITED.findall(path.read_text(encoding="utf-8")):
            yield path.stem, name


def test_every_clause_that_a_rule_names_exists() -> None:
    assert {name for _, name in cited()} - set(clauses()) == set()


def test_every_clause_is_named_by_a_rule() -> None:
    assert set(clauses()) - {name for _, name in cited()} == set()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_chapter_has_a_module_of_rules_of_its_name(chapter: str) -> None:
    assert PACKAGE / "rules" / f"{chapter}.py" in DECIDING


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_clause_has_an_example_that_rests_on_it(chapter: str) -> None:
    examples = Path(__file__).with_name(f"test_{chapter}_rules.py").read_text(encoding="utf-8")
    shown = set(re.findall(r'"([A-Z]{3}-\d\d)"', examples))
    assert {name for name, one in clauses().items() if one.chapter == chapter} - shown == set()
