#!/usr/bin/env bash
# Our topology of foreign machines against hwloc's: captures_test.sh TEST-PROGRAM
set -euo pipefail
status=0
captures=$("$(dirname "$0")/fetch_captures") || status=$?
if [ "$status" != 0 ]; then
    echo "$captures"
    exit "$status"
fi
NOVA_RT_HWLOC_CAPTURES=$captures exec "$1" --gtest_filter='HwlocCaptures.*'
