#!/usr/bin/env bash
# Compare the result in OUT with BASELINE; leaves comparison.md and comparison.json in OUT.
set -euo pipefail

if [[ ! -e $BASELINE ]]; then
  echo "There is no $BASELINE to compare with."
  exit 0
fi
if [[ ! -f $OUT/result.json ]]; then
  echo "There is no result to compare: the target was not reached."
  exit 0
fi

status=0
s3-sse compare "$BASELINE" "$OUT" || status=$?
if [[ $status -eq 2 ]]; then exit 2; fi
for format in markdown json; do
  s3-sse compare "$BASELINE" "$OUT" --format "$format" --out "$OUT/comparison.${format/markdown/md}" || [[ $? -ne 2 ]]
done
echo "status=$status" >>"$GITHUB_OUTPUT"
cat "$OUT/comparison.md" >>"$GITHUB_STEP_SUMMARY"
