"""A witness as commands: every action has one, the aws command line knows its words, and the shell takes no text for
syntax.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect
from sse_reports.aws_cli import PARTS, commands, script
from sse_reports.aws_cli.building import Request
from sse_reports.aws_cli.names import Names
from sse_reports.aws_cli.requests import BUILDERS
from sse_reports.aws_cli.shell import Text, Variable, document, joined, word
from sse_reports.samples import sample
from sse_spec.actions import (
    Action,
    CompleteMultipartUpload,
    CopyObject,
    CreateAlias,
    CreateBucket,
    CreateKey,
    CreateMultipartUpload,
    CustomerKey,
    DeleteObject,
    DisableKey,
    EncryptionHeaders,
    GetObject,
    HeadObject,
    KeyRef,
    PostObject,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketVersioning,
    PutObject,
    Rule,
    S3Action,
    UploadPart,
)
from sse_spec.names import absent_key_id

KINDS = get_args(S3Action)


def _values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """Any value of a type of msgspec."""
    match kind:
        case inspect.StrType():
            return st.text(max_size=12)
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return st.integers(-1, 7)
        case inspect.NoneType():
            return st.none()
        case inspect.LiteralType():
            return st.sampled_from(kind.values)
        case inspect.UnionType():
            return st.one_of(*map(_values, kind.types))
        case inspect.VarTupleType():
            return st.lists(_values(kind.item_type), max_size=3).map(tuple)
        case inspect.TupleType():
            return st.tuples(*map(_values, kind.item_types))
        case inspect.StructType():
            return st.builds(kind.cls, **{field.name: _values(field.type) for field in kind.fields})
        case _:
            raise TypeError(kind)


ACTIONS = st.one_of(*(_values(inspect.type_info(kind)) for kind in KINDS))


@functools.cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


@functools.cache
def _operation(service: str, operation: str) -> OperationModel:
    model = _service(service.replace("s3api", "s3"))
    names = {xform_name(name, "-"): name for name in model.operation_names}
    return model.operation_model(names[operation])


def _options(model: OperationModel) -> dict[str, Shape]:
    """The options that the aws command line makes of the members of the input; a switch has two names."""
    members = model.input_shape.members if model.input_shape else {}
    found = {xform_name(name, "-"): shape for name, shape in members.items()}
    return found | {f"no-{name}": shape for name, shape in found.items() if shape.type_name == "boolean"}


def _plain(text: Text) -> str:
    parts = text if isinstance(text, tuple) else (text,)
    return "".join("value" if isinstance(part, Variable) else part for part in parts)


def _fits(value: Any, shape: Shape) -> bool:
    """Whether a JSON value has only what the shape knows, in the types of the shape."""
    if isinstance(shape, StructureShape):
        return isinstance(value, dict) and all(
            name in shape.members and _fits(item, shape.members[name]) for name, item in value.items()
        )
    if isinstance(shape, ListShape):
        return isinstance(value, list) and all(_fits(item, shape.member) for item in value)
    kinds = {"string": str, "boolean": bool, "integer": int}
    return isinstance(value, kinds[shape.type_name])


def _requests(actions: list[Action]) -> list[Request]:
    names = Names()
    found = []
    for names.step, action in enumerate(actions):
        found.append(BUILDERS[type(action).__name__](action, names))
    return found


def _known(request: Request) -> None:
    model = _operation(request.service, request.operation)
    options = _options(model)
    for name, value in request.options.items():
        assert name in options, (request.operation, name)
        shape = options[name]
        if value is None:
            assert shape.type_name == "boolean"
        elif shape.type_name in ("structure", "list") and _plain(value).startswith("{"):
            assert _fits(json.loads(_plain(value)), shape), (name, value)
    required = {xform_name(name, "-") for name in (model.input_shape.required_members if model.input_shape else ())}
    given_options = {name.removeprefix("no-") if name not in required else name for name in request.options}
    assert request.instead or required <= given_options | {"client-request-token"}


def test_every_kind_of_action_has_a_request() -> None:
    assert set(BUILDERS) == {kind.__name__ for kind in KINDS}


@given(st.lists(ACTIONS, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_the_service_model_knows_every_operation_and_option(actions: list[Action]) -> None:
    for request in _requests(actions):
        _known(request)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_the_service_model_knows_the_request_of_each_kind_of_action(kind: type[Action]) -> None:
    described = inspect.type_info(kind)
    assert isinstance(described, inspect.StructType)
    required = {field.name: _default(field.type) for field in described.fields if field.required}
    for request in _requests([kind(**required)]):
        _known(request)


def _default(kind: inspect.Type) -> Any:
    match kind:
        case inspect.StrType():
            return "thing1"
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.StructType():
            return KeyRef("arn", "key1")
        case inspect.UnionType():
            return "thing2"
        case _:
            raise TypeError(kind)


@given(st.lists(ACTIONS, max_size=4), st.lists(st.text(), max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_actions_have_commands_that_end_where_they_should(actions: list[Action], titles: list[str]) -> None:
    found = commands(actions, titles)
    assert found.needs[0] == "base"
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", found.text)


def _bash(text: str, tmp_path: Path, **environment: str) -> str:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    path = f"{Path(bash).parent}:/usr/bin:/bin"
    done = subprocess.run(
        [bash, "-u"],
        input=text,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": path, **environment},
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout


STUB = """
aws() { printf 'aws\\0' >> said; printf '%s\\0' "$@" >> said; printf '\\n' >> said; echo answered; }
signed_curl() { aws curl "$@"; }
post_form() { aws form "$@"; }
SUFFIX=7 AWS_ENDPOINT_URL=http://target
"""
"""In the place of the parts: what is asked goes into a file, each word ended by a null."""


def _said(actions: list[Action], tmp_path: Path) -> list[list[str]]:
    """The words of each request as the shell hands them over."""
    (tmp_path / "said").write_text("")
    _bash(STUB + commands(actions).text, tmp_path)
    return [line.rstrip("\0").split("\0") for line in (tmp_path / "said").read_text().splitlines()]


def test_what_a_request_says_gets_through_the_shell_as_it_is(tmp_path: Path) -> None:
    nasty = 'it\'s $HOME `id` $(id) "x" \\ *;&|<>!#~ \u00e9'
    asked = _said(
        [
            PutObject(bucket="b", key=nasty, body=nasty, headers=EncryptionHeaders(algorithm=nasty, context=nasty)),
            PutBucketEncryption(
                bucket="b", rules=(Rule(algorithm=nasty, key=KeyRef("text", nasty), bucket_key=False),)
            ),
        ],
        tmp_path,
    )
    assert (tmp_path / "body1").read_text() == nasty
    assert asked[0] == [
        *("aws", "s3api", "put-object", "--bucket", "bucket-b-7", "--key", nasty, "--body", "body1"),
        *("--server-side-encryption", nasty, "--ssekms-encryption-context", nasty),
    ]
    assert json.loads(asked[1][-1]) == {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": nasty, "KMSMasterKeyID": nasty},
                "BucketKeyEnabled": False,
            }
        ]
    }


def test_what_an_answer_invents_is_kept_for_later_steps(tmp_path: Path) -> None:
    asked = _said(
        [
            CreateBucket(bucket="bucket1"),
            CreateKey(key="key2"),
            CreateAlias(alias="alias3", key="key2"),
            PutBucketVersioning(bucket="bucket1", status="Enabled"),
            PutObject(
                bucket="bucket1", key="o", headers=EncryptionHeaders(algorithm="aws:kms", key=KeyRef("arn", "key2"))
            ),
            PutObject(bucket="bucket1", key="o"),
            HeadObject(bucket="bucket1", key="o", version=0),
            CopyObject(bucket="bucket1", key="c", source_bucket="bucket1", source_key="o", source_version=1),
            GetObject(bucket="bucket1", key="o", version=9),
            DisableKey(key="key2"),
            DisableKey(key="nobody's"),
        ],
        tmp_path,
    )
    assert asked[1][:3] == ["aws", "kms", "create-key"]
    assert asked[2][3:] == ["--alias-name", "alias/alias3-7", "--target-key-id", "answered"]
    assert asked[4][-5:] == ["answered", "--query", "VersionId", "--output", "text"]
    assert asked[6][-2:] == ["--version-id", "answered"]
    assert asked[7][-1] == "bucket1-7/o?versionId=answered"
    assert asked[8][-3:] == ["--version-id", "0" * 32, "answer9"]
    assert asked[10][-1] == absent_key_id("nobody's")


def test_an_upload_is_put_together_from_the_answers_about_its_parts(tmp_path: Path) -> None:
    asked = _said(
        [
            CreateMultipartUpload(bucket="b", key="o", upload="u"),
            UploadPart(bucket="b", key="o", upload="u", number=1, body="ab", repeat=4),
            CompleteMultipartUpload(bucket="b", key="o", upload="u", parts=(1, 2)),
        ],
        tmp_path,
    )
    assert (tmp_path / "body2").read_text() == "abababab"
    assert json.loads(asked[2][-1]) == {
        "Parts": [{"PartNumber": 1, "ETag": "answered"}, {"PartNumber": 2, "ETag": "0" * 32}]
    }


def test_versions_are_counted_as_the_model_counts_them() -> None:
    actions: list[Action] = [
        PutObject(bucket="b", key="o"),
        PutObject(bucket="b", key="o"),
        PutBucketVersioning(bucket="b", status="Enabled"),
        PutObject(bucket="b", key="o"),
        DeleteObject(bucket="b", key="o"),
        PutBucketVersioning(bucket="b", status="Suspended"),
        PutObject(bucket="b", key="o"),
        PutObject(bucket="b", key="o"),
        *(HeadObject(bucket="b", key="o", version=index) for index in range(5)),
        PutObject(bucket="plain", key="o"),
        DeleteObject(bucket="plain", key="o"),
        HeadObject(bucket="plain", key="o", version=0),
    ]
    asked = [_plain_id(one) for one in _requests(actions) if one.operation == "head-object"]
    assert asked == ["null", "VERSION4", "VERSION5", "null", "0" * 32, "0" * 32]


def _plain_id(request: Request) -> str:
    value = request.options["version-id"]
    return value.expression if isinstance(value, Variable) else str(value)


def test_another_principal_signs_by_a_profile_of_its_name(tmp_path: Path) -> None:
    asked = _said(
        [
            CreateBucket(bucket="b", principal="other", region="away"),
            PutBucketPolicy(bucket="b", principal="main/no-kms", policy="share"),
        ],
        tmp_path,
    )
    assert asked[0] == [
        "aws",
        "sts",
        "get-caller-identity",
        "--query",
        "Account",
        "--output",
        "text",
        "--profile",
        "other",
    ]
    assert asked[1][-4:] == ["--region", "us-west-2", "--profile", "other"]
    assert asked[2][-2:] == ["--profile", "no-kms"]
    assert (
        json.loads(asked[2][asked[2].index("--policy") + 1])["Statement"][0]["Resource"] == "arn:aws:s3:::bucket-b-7/*"
    )


def test_what_aws_has_no_words_for_goes_out_by_curl(tmp_path: Path) -> None:
    asked = _said(
        [
            PutBucketEncryption(bucket="b", malformed=True),
            HeadObject(bucket="b", key="a b", algorithm="AES256", part=1),
            PostObject(bucket="b", key="o", body="x", headers=EncryptionHeaders(algorithm="aws:kms", bucket_key=True)),
            UploadPart(bucket="b", key="o", upload="u", body="x", algorithm="AES256", customer=CustomerKey()),
        ],
        tmp_path,
    )
    header = "x-amz-server-side-encryption"
    assert asked[0][1:] == [
        "curl",
        "-X",
        "PUT",
        "--data-binary",
        "this is not XML",
        "http://target/bucket-b-7?encryption",
    ]
    assert asked[1][1:] == ["curl", "--head", "-H", f"{header}: AES256", "http://target/bucket-b-7/a%20b?partNumber=1"]
    fields = [f"{header}=aws:kms", f"{header}-bucket-key-enabled=true"]
    assert asked[2][1:] == ["form", "bucket-b-7", "o", "body3", *fields]
    assert asked[3][-1] == f"http://target/bucket-b-7/o?partNumber=1&uploadId={'0' * 32}"
    assert f"{header}-customer-algorithm: AES256" in asked[3]


def test_the_checks_of_aws_go_off_where_it_would_refuse_to_send_a_request() -> None:
    wrong = PutBucketEncryption(bucket="b", rules=(Rule(),))
    assert commands([wrong]).needs == ("base", "unchecked")
    assert commands([PutBucketEncryption(bucket="b", rules=(Rule(algorithm="AES256"),))]).needs == ("base",)


def test_a_script_begins_with_the_parts_that_it_needs() -> None:
    text = script(sample().divergences[1])
    assert text.startswith(PARTS["base"] + PARTS["credentials"] + PARTS["signed_curl"])
    assert "# 2. PutBucketEncryption b1: a body that is not XML" in text


def test_the_parts_are_sound_bash(tmp_path: Path) -> None:
    _bash("set -n\n" + "".join(PARTS.values()), tmp_path)


def test_a_form_is_signed_as_s3_wants_it(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here")
    stubs = "curl() { printf '%s\\0' \"$@\"; }\naws() { :; }\nset +u\n"
    call = "post_form b1 'a key' body x-amz-server-side-encryption=aws:kms acl=private\n"
    (tmp_path / "body").write_text("content")
    environment = {
        "AWS_ENDPOINT_URL": "http://target",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": "sec/ret+",
        "AWS_SESSION_TOKEN": "token",
    }
    asked = _bash(PARTS["credentials"] + PARTS["post_form"] + stubs + call, tmp_path, **environment).split("\0")
    fields = dict(asked[at + 1].split("=", 1) for at, one in enumerate(asked) if one == "--form-string")
    assert fields["key"] == "a key"
    assert fields["x-amz-security-token"] == "token"
    policy = json.loads(base64.b64decode(fields["policy"]))
    covered = {condition[1].removeprefix("$") for condition in policy["conditions"]}
    assert covered == set(fields) - {"policy", "x-amz-signature"} | {"bucket"}
    key = b"AWS4sec/ret+"
    for one in (*fields["x-amz-credential"].split("/")[1:], fields["policy"]):
        key = hmac.new(key, one.encode(), hashlib.sha256).digest()
    assert fields["x-amz-signature"] == key.hex()
    assert asked[-3:-1] == ["file=@body", "http://target/b1"]


_AWS_1 = """\
aws() {
  case "$*" in
    "configure get aws_access_key_id --profile other") echo AKOTHER ;;
    "configure get aws_secret_access_key --profile other") echo 'sec/ret+$(date)' ;;
    "configure get aws_access_key_id") echo AKFILE ;;
    "configure get aws_secret_access_key") echo file ;;
    *) return 1 ;;
  esac
}
"""
_AWS_2 = """\
aws() { [ "$2" = export-credentials ] && printf 'export AWS_%s=%s\\n' ACCESS_KEY_ID AKEXPORTED SECRET_ACCESS_KEY x; }
"""


@pytest.mark.parametrize(
    ("aws", "profile", "environment", "expected"),
    [
        (_AWS_1, "other", {"AWS_ACCESS_KEY_ID": "AKMINE", "AWS_SESSION_TOKEN": "mine"}, "AKOTHER sec/ret+$(date) none"),
        (
            _AWS_1,
            "",
            {"AWS_ACCESS_KEY_ID": "AKMINE", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "mine"},
            "AKMINE s mine",
        ),
        (_AWS_1, "", {}, "AKFILE file none"),
        (_AWS_2, "other", {"AWS_ACCESS_KEY_ID": "AKMINE"}, "AKEXPORTED x none"),
    ],
)
def test_each_edition_of_aws_gives_its_credentials_to_curl(
    tmp_path: Path, aws: str, profile: str, environment: dict[str, str], expected: str
) -> None:
    show = 'eval "$(credentials)"; echo "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY ${AWS_SESSION_TOKEN:-none}"'
    unset = "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; set +u\n"
    given = "".join(f"export {name}={value}\n" for name, value in environment.items())
    text = f"{unset}{given}{PARTS['credentials']}{aws}PROFILE={profile}\n{show}\n"
    assert _bash(text, tmp_path).strip() == expected


@given(st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"])))
@settings(max_examples=50)
def test_a_word_of_literals_is_what_a_shell_reads_back(text: str) -> None:
    assert shlex.split(word(text)) == [text]
    assert shlex.split(word(joined("a", text, "b"))) == [f"a{text}b"]


def test_variables_stand_outside_of_what_is_quoted() -> None:
    assert word(()) == "''"
    assert word(Variable("BUCKET1")) == '"$BUCKET1"'
    assert word(joined("it's ", Variable("KEY1##*/"))) == "'it'\"'\"'s '\"${KEY1##*/}\""
    assert word(document({"Rules": [{"Key": Variable("KEY1"), "Of": joined("arn:", Variable("ACCOUNT"))}]})) == (
        '\'{"Rules": [{"Key": "\'"$KEY1"\'", "Of": "arn:\'"$ACCOUNT"\'"}]}\''
    )


def test_two_symbols_never_share_a_variable() -> None:
    names = Names()
    found = [names.bucket(symbol).expression for symbol in ("b", "B", "bucket-b", "\u00e9", "", "b")]
    assert len(set(found)) == 5
    assert found[0] == found[-1]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", one) for one in found)


def test_curl_does_not_say_that_it_sends_a_form(tmp_path: Path) -> None:
    stubs = "curl() { printf '%s\\0' \"$@\"; }\naws() { :; }\nset +u\n"
    text = f"{PARTS['credentials']}{PARTS['signed_curl']}{stubs}signed_curl -X PUT --data-binary x http://target/b\n"
    asked = _bash(text, tmp_path, AWS_ACCESS_KEY_ID="AKID", AWS_DEFAULT_REGION="us-east-1").split("\0")
    assert asked[asked.index("-H") + 1] == "content-type: application/octet-stream"
