#!/usr/bin/env bash
# Put OUT/comparison.md on pull request NUMBER of GITHUB_REPOSITORY: one comment, brought up to date by each run.
set -euo pipefail

# The comment is found again by this line, which is not shown.
mark="<!-- s3-sse-conformance: comparison -->"
body="$(printf '%s\n%s' "$mark" "$(cat "$OUT/comparison.md")")"

comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
found="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)"
if [[ -n $found ]]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$found" --raw-field "body=$body"
else
  gh api --silent --method POST "$comments" --raw-field "body=$body"
fi
