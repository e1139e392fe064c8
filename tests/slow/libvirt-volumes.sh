#!/bin/bash
# libvirt-volumes.sh: libvirt and Coffer share a folder of volumes; each reads, opens, resizes what the other made.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
. "$COFFER_SOURCE/tests/lib/libvirtd.sh"
requires qemu-img qemu-io
TIME_LIMIT=300 # the making of a key from a passphrase takes seconds of an idle machine

folder=$TMP/pool
mkdir "$folder"
libvirtd_start

# Secrets know the path of their volume: libvirt finds them by nothing else after a refresh.
declare -A secret=([theirs.img]=9b2f6c1e-2f57-4a86-9d8d-1c5e7a40b301 [theirs.qcow2]=9b2f6c1e-2f57-4a86-9d8d-1c5e7a40b302
    [ours.img]=9b2f6c1e-2f57-4a86-9d8d-1c5e7a40b303 [ours.qcow2]=9b2f6c1e-2f57-4a86-9d8d-1c5e7a40b304)
value() {
    printf 'throw-away Wert für %s' "$1"
}
format() {
    [[ $1 == *.img ]] && echo raw || echo qcow2
}

# both NAME COMMAND...: virsh and coffer say the same to it, apart from lines that match EXCEPT.
EXCEPT='^$'
both() {
    local theirs

    run virsh "${@:2}"
    theirs="$STATUS$(grep -vE "$EXCEPT" <<<"$OUT")"
    run coffer -q "${@:2}"
    is "$STATUS$(grep -vE "$EXCEPT" <<<"$OUT")" "$theirs" "$1"
}

# make_secret CLIENT VOLUME
make_secret() {
    secret_xml "${secret[$2]}" "$folder/$2" >"$TMP/secret.xml"
    value "$2" >"$TMP/value"
    ok "$1 defines the secret of $2" "$1" secret-define "$TMP/secret.xml"
    ok "$1 takes its value" "$1" secret-set-value "${secret[$2]}" --file "$TMP/value" --plain
}

# make_volume CLIENT VOLUME. The tool under libvirt fails now and then where the CPU's clock is coarse; libvirt passes
# that on, and is asked again.
make_volume() {
    local try

    volume_xml "$2" "$(format "$2")" "${secret[$2]-}" >"$TMP/volume.xml"
    for try in 1 2 3 4 5; do
        run "$1" vol-create shared "$TMP/volume.xml"
        [[ $1 == virsh && $ERR == *'accurate CPU usage'* ]] || break
        diag "libvirt failed by the clock, $try times"
    done
    is "$STATUS" 0 "$1 makes $2" || diag "$ERR"
}

# copy_definitions FROM TO: moving over is that.
copy_definitions() {
    ok 'secrets are copied' cp -a "$1"/secrets/. "$2"/secrets/
    ok 'pools are copied' cp -a "$1"/storage/shared.xml "$2"/storage/
}

# check_volumes: both tell the same of all that there is. When a file was last read is different each time, when
# it was made libvirt gives as 0, and that a qcow2 has the old version it leaves out.
check_volumes() {
    local name

    EXCEPT='^$|<[ab]time>|<compat>0\.10<'
    both "$1: the list" vol-list shared
    for name in $(virsh vol-list shared | awk '{ print $1 }'); do
        both "$1: vol-dumpxml $name" vol-dumpxml "$name" shared
        both "$1: vol-info $name" vol-info "$name" shared
        [[ ${secret[$name]-} ]] || continue
        both "$1: the value of $name's secret" secret-get-value "${secret[$name]}"
        ok "$1: that value opens $name" opens "$folder/$name" "$(format "$name")" "$(value "$name")"
    done
    EXCEPT='^$'
}

for name in theirs.img theirs.qcow2; do
    make_secret virsh "$name"
done
ok 'virsh defines a pool' virsh pool-define-as shared dir --target "$folder"
ok 'virsh starts it' virsh pool-start shared
ok 'a root of ours' coffer secret-list
copy_definitions "$LIBVIRTD_ETC" "$ROOT/config"
for name in theirs.img theirs.qcow2; do
    both "the secret of $name, moved over" secret-dumpxml "${secret[$name]}"
done
ok 'coffer starts it too' coffer pool-start shared
# The test itself takes up space meanwhile.
EXCEPT='^$|<(allocation|available) '
both 'the pool, moved over' pool-dumpxml shared
EXCEPT='^$'

for name in theirs.img theirs.qcow2 theirs-plain.img theirs-plain.qcow2; do
    make_volume virsh "$name"
done
for name in ours.img ours.qcow2; do
    make_secret coffer "$name"
done
for name in ours.img ours.qcow2 ours-plain.img ours-plain.qcow2; do
    make_volume coffer "$name"
done

# libvirt reads definitions when it starts.
libvirtd_stop
copy_definitions "$ROOT/config" "$LIBVIRTD_ETC"
libvirtd_restart
for name in ours.img ours.qcow2; do
    both "the secret of $name, moved back" secret-dumpxml "${secret[$name]}"
done
ok 'virsh refreshes the pool' virsh pool-refresh shared
ok 'coffer refreshes it' coffer pool-refresh shared
is "$(virsh vol-list shared | grep -c .)" 8 'there are eight volumes'
check_volumes 'as made'

for name in theirs.img theirs.qcow2 theirs-plain.img theirs-plain.qcow2; do
    ok "coffer resizes $name" coffer vol-resize "$name" 12M shared
done
for name in ours.img ours.qcow2 ours-plain.img ours-plain.qcow2; do
    ok "virsh resizes $name" virsh vol-resize "$name" 12M shared
done
virsh pool-refresh shared
coffer pool-refresh shared >/dev/null
is "$(virsh vol-list shared --details | grep -c '12\.00 MiB')" 8 'all have the new size'
check_volumes 'resized'

for name in theirs.img theirs-plain.qcow2; do
    ok "coffer deletes $name" coffer vol-delete "$name" shared
done
for name in ours.img ours-plain.qcow2; do
    ok "virsh deletes $name" virsh vol-delete "$name" shared
done
virsh pool-refresh shared
coffer pool-refresh shared >/dev/null
check_volumes 'after deleting'
ok 'nothing needs the secret of theirs.img any more' coffer secret-undefine "${secret[theirs.img]}"
# A file that somebody else took away may come back: with a mount, from a backup.
fails 1 "needs it, '$folder/ours.img'" 'the secret of ours.img, which virsh deleted, is not given up' \
    coffer secret-undefine "${secret[ours.img]}"
fails 1 "needs it, '$folder/ours.qcow2'" 'nor that of ours.qcow2, which is there' \
    coffer secret-undefine "${secret[ours.qcow2]}"
ok 'but with --force' coffer secret-undefine "${secret[ours.img]}" --force

done_testing
