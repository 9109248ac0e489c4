#!/usr/bin/env bash
# Whoever is killed, and however: private-libvirtd leaves no QEMU, no libvirtd, no cgroup and no directory behind.
# private_libvirtd_test.sh CACHE_DIRECTORY
set -euo pipefail

here=$(dirname "$(realpath "$0")")
private_libvirtd=$here/../../deploy/scripts/private-libvirtd
work=$(mktemp -d)
export TMPDIR=$work
trap 'rm -rf "$work"' EXIT

if [ "$(id -u)" != 0 ]; then
    echo "SKIP no-root: mounts need root"
    exit 77
fi

cat >"$work/guest.xml" <<'XML'
<domain type='qemu'>
  <name>nova-rt-kill-test</name>
  <memory unit='MiB'>64</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><memballoon model='none'/></devices>
</domain>
XML

wait_until() { # seconds, command...
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.1
    done
}

# The daemon and the QEMU of this run only: other libvirtds of the machine are not ours to count.
ours_running() { pgrep -f "guest=nova-rt-kill-test" >/dev/null || kill -0 "$daemon" 2>/dev/null; }
nothing_left() { ! ours_running && ! compgen -G "$work/nova-rt-libvirtd.*" >/dev/null; }

failures=0
for how in outer-KILL inner-KILL outer-TERM outer-INT; do
    rm -f "$work/up"
    # A background child of a script ignores SIGINT unless told otherwise; Ctrl-C reaches a foreground one.
    env --default-signal=INT "$private_libvirtd" --cache "$1" -- \
        bash -c "virsh -q -c qemu:///system create $work/guest.xml && cat /run/libvirtd.pid >$work/up.tmp && mv $work/up.tmp $work/up && exec sleep 120" &
    outer=$!
    wait_until 60 test -s "$work/up" || { echo "$how: the guest did not start"; exit 1; }
    daemon=$(cat "$work/up")
    inner=$(pgrep -P "$outer" -f -- --inside)
    case $how in
    outer-*) kill -"${how#outer-}" "$outer" ;;
    inner-*) kill -"${how#inner-}" "$inner" ;;
    esac
    if wait_until 30 nothing_left; then
        echo "$how: nothing left behind"
    else
        echo "$how: left behind: $(pgrep -fa "guest=nova-rt-kill-test" | cut -c1-80) $(ls "$work")"
        failures=$((failures + 1))
    fi
    wait "$outer" 2>/dev/null || true
done
exit "$failures"
