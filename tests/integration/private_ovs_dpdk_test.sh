#!/usr/bin/env bash
# Whoever is killed, and however: private-ovs-dpdk leaves no switch, no hugepage and no directory behind, at the latest
# after an explicit stop or the next start.
# shellcheck disable=SC2016,SC2034,SC2317  # `expect` calls functions by name and evaluates conditions late
set -euo pipefail

script=$(dirname "$(realpath "$0")")/../../deploy/scripts/private-ovs-dpdk
pages=/sys/kernel/mm/hugepages/hugepages-2048kB
state=/var/lib/nova-rt-private-ovs-dpdk

if [ "$(id -u)" != 0 ]; then
    echo "SKIP no-root: hugepages need root"
    exit 77
fi
if [ ! -x /usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk ]; then
    echo "SKIP no-ovs-dpdk: openvswitch-switch-dpdk is not installed"
    exit 77
fi
if [ ! -d "$pages" ]; then
    echo "SKIP no-hugepages: this kernel has no 2 MiB hugepages"
    exit 77
fi

work=$(mktemp -d)
switch=$work/switch
trap '"$script" stop --dir "$switch" || true; rm -rf "$work"' EXIT

failures=0
expect() { # what, command...
    local what=$1
    shift
    if "$@"; then echo "ok: $what"; else echo "FAILED: $what"; failures=$((failures + 1)); fi
}
wait_until() { # seconds, command...
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}
counts() { cat $pages/nr_hugepages $pages/free_hugepages $pages/surplus_hugepages | tr '\n' ' '; }
lock_is_free() { flock -n "$state/lock" true; }
ended() { ! kill -0 "$1" 2>/dev/null; }
pid_of() { cut -d' ' -f1 "$switch/$1.process"; }
as_before() { [ "$(counts)" = "$before" ] && [ ! -e "$switch" ] && lock_is_free; }
refused() { # text, arguments...
    local text=$1
    shift
    ! "$script" "$@" 2>"$work/error" && grep -qF "$text" "$work/error"
}

"$script" stop # what an interrupted run of this test may have left
before=$(counts)
echo "hugepages before: $before"

"$script" start --dir "$switch" --guest-mib 64
vswitchd=$(pid_of vswitchd) ovsdb=$(pid_of ovsdb)
expect "160 hugepages are free or the switch's" [ "$(cat $pages/nr_hugepages)" -ge 160 ]
expect "one switch at a time" eval '! lock_is_free'
expect "a second start here is refused" refused "it runs already" start --dir "$switch"
"$script" restart --dir "$switch"
expect "restart makes a new vswitchd" eval 'ended $vswitchd && [ "$(pid_of vswitchd)" != $vswitchd ] && [ "$(pid_of ovsdb)" = $ovsdb ]'
"$script" stop --dir "$switch"
expect "stop gives everything back" as_before
expect "status says so" eval '! "$script" status --dir "$switch" >/dev/null'

"$script" start --dir "$switch"
kill -KILL "$(pid_of vswitchd)" "$(pid_of ovsdb)"
wait_until 10 lock_is_free
expect "a killed switch leaves its hugepages reserved" [ "$(counts)" != "$before" ]
"$script" stop
expect "an explicit stop gives them back" as_before

env --default-signal=INT "$script" run --dir "$switch" -- sh -c "touch $work/up; exec sleep 60" &
runner=$!
wait_until 60 test -e "$work/up"
vswitchd=$(pid_of vswitchd)
kill -KILL $runner
wait $runner 2>/dev/null || true
expect "the switch ends with its killed runner" wait_until 20 ended "$vswitchd"
wait_until 20 lock_is_free
expect "the next run starts" "$script" run --dir "$switch" -- true
expect "and gives back what the killed one held" as_before

rm "$work/up"
env --default-signal=INT "$script" run --dir "$switch" -- sh -c "touch $work/up; exec sleep 60" &
runner=$!
wait_until 60 test -e "$work/up"
kill -INT $runner
status=0
wait $runner || status=$?
expect "an interrupted run tells the command's status" [ $status = 143 ]
expect "and gives back" as_before

expect "more memory than there is is refused" refused "no room for hugepages" start --dir "$switch" --guest-mib 9999999
expect "before anything is touched" as_before
expect "a directory in use is refused" refused "exists" start --dir "$work"
expect "a CPU that is not there is refused" refused "no such CPU" start --dir "$switch" --pmd-cpu 62
exit "$failures"
