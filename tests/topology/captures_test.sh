#!/usr/bin/env bash
# Our topology of foreign machines against another program's: captures_test.sh hwloc|libvirt TEST-PROGRAM FILTER
set -euo pipefail
status=0
captures=$("$(dirname "$0")/fetch_captures" "$1") || status=$?
if [ "$status" != 0 ]; then
    echo "$captures"
    exit "$status"
fi
NOVA_RT_CAPTURES=$captures exec "$2" --gtest_filter="$3"
