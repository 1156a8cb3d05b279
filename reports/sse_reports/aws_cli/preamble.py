"""What has to be said to a shell before the commands of any witness, in parts, so that a page can hold it once.

The functions run in a shell of their own, so that the credentials of one principal do not stay for the next request.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PARTS"]

_BASE = """\
# For bash, with aws-cli. Credentials come from the environment or the profiles of aws; the target from here:
export AWS_ENDPOINT_URL="${AWS_ENDPOINT_URL:-http://127.0.0.1:5000}" AWS_DEFAULT_REGION=us-east-1
export AWS_MAX_ATTEMPTS=1 AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_PAGER=
SUFFIX=$RANDOM$RANDOM
cd "$(mktemp -d)" || exit
"""

_UNCHECKED = """\
# aws itself would refuse a request below, so its checks go off; the profiles come from the credentials file alone.
export AWS_CONFIG_FILE=$PWD/config && printf '[default]\\nparameter_validation = false\\n' > "$AWS_CONFIG_FILE"
"""

_CREDENTIALS = """\
# What $PROFILE, or else the environment, signs with, as lines for a shell; aws-cli 1 cannot export it by itself.
credentials() {
  aws configure export-credentials --format env ${PROFILE:+--profile "$PROFILE"} 2> /dev/null && return
  if [ -z "$PROFILE" ] && [ -n "$AWS_ACCESS_KEY_ID" ]; then return; fi
  unset AWS_SESSION_TOKEN && echo unset AWS_SESSION_TOKEN
  for one in access_key_id secret_access_key session_token; do
    value=$(aws configure get "aws_$one" ${PROFILE:+--profile "$PROFILE"}) &&
      printf 'export AWS_%s=%q\\n' "${one^^}" "$value"
  done
}
"""

_SIGNED_CURL = """\
# aws has no words for a request below: curl (7.86 or later) signs it. Of itself it would say that it sends a form.
signed_curl() (
  eval "$(credentials)"
  curl -sS -i --aws-sigv4 "aws:amz:$AWS_DEFAULT_REGION:s3" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
    -H "content-type: application/octet-stream" \\
    ${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} "$@"
)
"""

_POST_FORM = """\
# A form as a browser sends it: post_form BUCKET KEY FILE [FIELD=VALUE]...
hmac() { printf %s "$2" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" | sed 's/.* //'; }
post_form() (
  bucket=$1 key=$2 file=$3 form=()
  shift 3
  eval "$(credentials)"
  day=$(date -u +%Y%m%d) stamp=$(date -u +%Y%m%dT%H%M%SZ)
  set -- "key=$key" "$@" "x-amz-algorithm=AWS4-HMAC-SHA256" "x-amz-date=$stamp" \\
    "x-amz-credential=$AWS_ACCESS_KEY_ID/$day/$AWS_DEFAULT_REGION/s3/aws4_request" \\
    ${AWS_SESSION_TOKEN:+"x-amz-security-token=$AWS_SESSION_TOKEN"}
  policy="[\\"starts-with\\",\\"\\$bucket\\",\\"\\"]"
  for one in "$@"; do
    policy="$policy,[\\"starts-with\\",\\"\\$${one%%=*}\\",\\"\\"]"
    form+=(--form-string "$one")
  done
  policy=$(printf '{"expiration":"2099-01-01T00:00:00Z","conditions":[%s]}' "$policy" | base64 | tr -d '\\n')
  sign=$(printf %s "AWS4$AWS_SECRET_ACCESS_KEY" | od -An -v -tx1 | tr -d ' \\n')
  for one in "$day" "$AWS_DEFAULT_REGION" s3 aws4_request "$policy"; do sign=$(hmac "$sign" "$one"); done
  curl -sS -i "${form[@]}" --form-string "policy=$policy" --form-string "x-amz-signature=$sign" \\
    -F "file=@$file" "$AWS_ENDPOINT_URL/$bucket"
)
"""

PARTS: Mapping[str, str] = {
    "base": _BASE,
    "unchecked": _UNCHECKED,
    "credentials": _CREDENTIALS,
    "signed_curl": _SIGNED_CURL,
    "post_form": _POST_FORM,
}
"""The parts by name, in the order in which they are said. All witnesses need `base`."""
