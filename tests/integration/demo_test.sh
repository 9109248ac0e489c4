#!/usr/bin/env bash
# The README's first command, on an installed tree: it works twice in a row, says what it shows, and leaves nothing
# behind, also when it is interrupted or killed in the middle.
# demo_test.sh STAGE
set -euo pipefail

here=$(dirname "$(realpath "$0")")
demo=$here/../../deploy/scripts/demo
stage=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ "$(id -u)" != 0 ]; then
    echo "SKIP no-root: mounts need root"
    exit 77
fi

masks() { cat /proc/irq/default_smp_affinity /sys/devices/virtual/workqueue/cpumask /proc/irq/[0-9]*/smp_affinity_list; }
nothing_runs() { ! pgrep -f 'guest=nova-rt-demo|sbin/nova-rt-(agent|api)' >/dev/null; }
given_back() { [ "$(masks)" = "$before" ] && nothing_runs; }

wait_until() { # seconds, command...
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}

before=$(masks)
for round in first second; do
    "$demo" --stage "$stage" --tcg >"$work/out" 2>&1 || { cat "$work/out"; echo "$round run failed"; exit 1; }
    for expected in '"grade": "C"' 'fifo 1' 'REALTIME' 'nothing is held'; do
        grep -q -- "$expected" "$work/out" || { cat "$work/out"; echo "$round run does not show: $expected"; exit 1; }
    done
    given_back || { echo "$round run left something behind"; exit 1; }
    echo "$round run: nothing left behind"
done

for signal in INT TERM KILL; do
    env --default-signal=INT "$demo" --stage "$stage" --tcg >"$work/out" 2>&1 &
    pid=$!
    wait_until 60 grep -q 'while the guest runs' "$work/out" || { cat "$work/out"; exit 1; }
    # As a terminal does it: Ctrl-C goes to everybody in the foreground, kill to the script alone.
    if [ "$signal" = INT ]; then pkill -INT -P "$pid" || true; fi
    kill -"$signal" "$pid"
    wait "$pid" 2>/dev/null || true
    wait_until 30 given_back || { cat "$work/out"; echo "SIG$signal left something behind"; exit 1; }
    echo "SIG$signal: nothing left behind"
done
