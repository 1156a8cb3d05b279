#!/usr/bin/env bash
# Pass the exit status on that GATE asks for: of the run, of the comparison, of both (the run's first), or none.
# Takes RUN_STATUS and COMPARE_STATUS; the latter is empty where nothing was compared, which is nothing to fail on.
set -euo pipefail

case $GATE in
  run) exit "$RUN_STATUS" ;;
  comparison) exit "${COMPARE_STATUS:-0}" ;;
  both) if [[ $RUN_STATUS -ne 0 ]]; then exit "$RUN_STATUS"; else exit "${COMPARE_STATUS:-0}"; fi ;;
  none) exit 0 ;;
  *)
    echo "gate is run, comparison, both or none, not $GATE" >&2
    exit 2
    ;;
esac
