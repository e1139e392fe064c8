#!/bin/bash
# umask.sh: whatever the umask, what Coffer makes is for its owner only.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires qemu-img

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a01

# check UMASK
check() {
    local wrong

    ROOT=$TMP/root-$1
    umask "$1"
    secret_xml "$uuid" >"$TMP/secret.xml"
    ok "umask $1: a secret" coffer secret-define "$TMP/secret.xml"
    ok "umask $1: a value" coffer secret-generate "$uuid"
    ok "umask $1: a pool" running_pool pool "$TMP/pool-$1"
    volume_xml disk.img raw "$uuid" >"$TMP/volume.xml"
    ok "umask $1: a raw LUKS volume" coffer vol-create pool "$TMP/volume.xml"
    volume_xml disk.qcow2 qcow2 "$uuid" >"$TMP/volume.xml"
    ok "umask $1: a qcow2 LUKS volume" coffer vol-create pool "$TMP/volume.xml"
    ok "umask $1: autostart" coffer pool-autostart pool
    umask 022

    wrong=$(find "$ROOT" -type d ! -perm 0700 -printf '%m %p\n')
    is "$wrong" '' "umask $1: folders are 0700"
    wrong=$(find "$ROOT" -type f ! -perm 0600 -printf '%m %p\n')
    is "$wrong" '' "umask $1: files are 0600"
    isnt "$(find "$ROOT" -type f -name "$uuid.base64")" '' "umask $1: the value is among them"
    wrong=$(find "$TMP/pool-$1" -type f ! -perm 0600 -printf '%m %p\n')
    is "$wrong" '' "umask $1: volumes are 0600"
}

check 000
check 077
check 777
done_testing
