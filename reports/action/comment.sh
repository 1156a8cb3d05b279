#!/usr/bin/env bash
# Put OUT/comparison.md on pull request NUMBER of GITHUB_REPOSITORY: one comment, brought up to date by each run.
set -euo pipefail

# The comment is found again by this line, which is not shown.
mark="<!-- s3-sse-conformance: comparison -->"
# By a file: a comment may be longer than a word of a command.
body="$(mktemp)"
trap 'rm -f "$body"' EXIT
{ echo "$mark" && cat "$OUT/comparison.md"; } >"$body"

comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
found="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id")"
found="${found%%$'\n'*}"
if [[ -n $found ]]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found" --field "body=@$body"
else
  gh api --silent --method POST "$comments" --field "body=@$body"
fi
