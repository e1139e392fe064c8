#!/bin/bash
# diskfull-real.sh: a file system that is really full, without fault points: clear errors, nothing lost.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires qemu-img

# The mount lives in a namespace of this script's own and goes with it.
if [[ ! ${COFFER_OWN_MOUNTS-} ]]; then
    ((EUID == 0)) && unshare --mount --propagation private true 2>/dev/null ||
        skip_all 'this host does not let this user mount'
    tap_done=1
    COFFER_OWN_MOUNTS=1 unshare --mount --propagation private bash "$0"
    exit
fi

mkdir "$TMP/small"
mount -t tmpfs -o size=4m,mode=700 tmpfs "$TMP/small" || skip_all 'this host does not let root mount'
cleanup 'umount "$TMP/small"'
ROOT=$TMP/small/root
UNCHANGED=("$TMP/small/pool")
uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a05

fill() {
    cat /dev/zero >"$TMP/small/ballast" 2>/dev/null
    true
}

fill
run coffer secret-list
is "$STATUS" 1 'a root that cannot be made is an error'
like "$ERR" '^error: .*[Ss]pace' 'which says why'
rm -rf "$TMP/small/ballast" "$ROOT"

ok 'preparing a secret' define_secret "$uuid" 'the old throw-away value'
ok 'preparing a pool' running_pool pool "$TMP/small/pool"
secret_xml 7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a06 >"$TMP/other.xml"
head -c 60000 /dev/zero | tr '\0' v >"$TMP/value"
volume_xml disk.qcow2 qcow2 "$uuid" >"$TMP/qcow2.xml"
volume_xml disk.raw raw "$uuid" >"$TMP/raw.xml"
fill

fails_unchanged 1 '^error: .*[Ss]pace' 'secret-define' coffer secret-define "$TMP/other.xml"
fails_unchanged 1 '^error: .*[Ss]pace' 'secret-set-value' \
    coffer secret-set-value "$uuid" --file "$TMP/value" --plain
fails_unchanged 1 '^error: .*[Ss]pace' 'pool-define' coffer pool-define-as other dir --target "$TMP/o"
fails_unchanged 1 '^error: .*[Ss]pace' 'vol-create, qcow2' coffer vol-create pool "$TMP/qcow2.xml"
fails_unchanged 1 '^error: .*[Ss]pace' 'vol-create, raw' coffer vol-create pool "$TMP/raw.xml"
ok 'reading works' coffer secret-get-value "$uuid" --plain
is "$OUT" 'the old throw-away value' 'and the value is the old one'

rm "$TMP/small/ballast"
ok 'with space again, a definition' coffer secret-define "$TMP/other.xml"
ok 'with space again, a value' coffer secret-set-value "$uuid" --file "$TMP/value" --plain
volume_xml disk.raw raw "$uuid" | sed "s/'MiB'>8</'KiB'>64</" >"$TMP/raw.xml"
ok 'with space again, a volume' coffer vol-create pool "$TMP/raw.xml"
done_testing
