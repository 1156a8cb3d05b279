#!/usr/bin/env bash
# Judge TARGET and leave its reports in OUT. Never fails because of what was found: gate.sh decides that.
# Takes TARGET, OUT, and if not empty ENDPOINT_URL, LEDGER and ARGUMENTS, words with white space between them.
set -euo pipefail

words=(run "$TARGET" --out "$OUT")
if [[ -n ${ENDPOINT_URL:-} ]]; then words+=(--endpoint-url "$ENDPOINT_URL"); fi
if [[ -n ${LEDGER:-} ]]; then words+=(--ledger "$LEDGER"); fi
while IFS= read -r line; do
  read -ra several <<<"$line"
  words+=(${several[@]+"${several[@]}"})  # bash 3.2, which macOS has, takes an empty list for an unset variable
done <<<"${ARGUMENTS:-}"

status=0
s3-sse "${words[@]}" || status=$?
echo "status=$status" >>"$GITHUB_OUTPUT"

# 2 is a misuse, and there is no report then; an earlier one in OUT is another run's.
if [[ $status -eq 2 ]]; then exit 2; fi
if [[ -f $OUT/report.md ]]; then cat "$OUT/report.md" >>"$GITHUB_STEP_SUMMARY"; fi
