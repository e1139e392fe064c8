#!/bin/bash
# quickstart.sh: the example that newcomers run first works, twice, and its XML is what libvirt takes too.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
requires qemu-img qemu-io qemu-system-x86_64 xmllint

TIME_LIMIT=300
export COFFER_BUILD
quickstart=$COFFER_SOURCE/examples/quickstart
mkdir "$TMP/tmp"
# A newcomer has none of the tests' environment.
unset COFFER_SCHEMA_DIR

ok 'it runs' env TMPDIR="$TMP/tmp" "$quickstart"
like "$OUT" $'\nThis text was read from an encrypted disk\.' 'the machine printed what is on its disk'
like "$OUT" '\$ coffer secret-define' 'the steps are shown as typed'
is "$(ls -A "$TMP/tmp")" '' 'it leaves nothing behind'

ok 'with --keep' "$quickstart" --keep "$TMP/kept"
ok 'the result is kept' test -f "$TMP/kept/vault/disk.qcow2"
before=$(sha256sum <"$TMP/kept/vault/disk.qcow2")
ok 'a second time' "$quickstart" --keep "$TMP/kept"
is "$(sha256sum <"$TMP/kept/vault/disk.qcow2")" "$before" 'the disk is as it was'

mkdir "$TMP/mine"
echo mine >"$TMP/mine/file"
run "$quickstart" --keep "$TMP/mine"
is "$STATUS $(ls -A "$TMP/mine")" '1 file' 'a folder with something else in it is left alone'
run "$quickstart" --nonsense
is "$STATUS" 2 'wrong usage'

# schema FILE: the name of its schema.
schema() {
    case $1 in
    *secret*) echo secret ;;
    *volume*) echo storagevol ;;
    *pool*) echo storagepool ;;
    *domain*) echo domain ;;
    esac
}
for file in "$COFFER_SOURCE"/examples/*.xml; do
    ok "${file##*/} is valid for libvirt" \
        xmllint --noout --relaxng "/usr/share/libvirt/schemas/$(schema "$file").rng" "$file"
done

done_testing
