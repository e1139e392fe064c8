#!/bin/bash
# diskfull.sh: a full disk at any write is a clear error, and leaves the old state.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
. "$COFFER_SOURCE/tests/lib/faults.sh"
requires qemu-img qemu-io

faults_prepare

# full NAME CHECK COMMAND...: at each point the disk is full. The command says so and nothing has changed; where the
# point comes after the last write, it works.
full() {
    local name=$1 check=$2 point points state

    points=$(faults_points "${@:3}")
    isnt "$points" '' "$name: there are fault points"
    for point in $points; do
        faults_restore
        COFFER_FAULT=$point=ENOSPC run coffer "${@:3}"
        coffer secret-define "$FAULTS/other.xml" >/dev/null || fail 'the next command works'
        state=$("$check")
        if ((STATUS == 0)) && [[ $state == new ]]; then
            pass "$name at $point: nothing more to write"
        elif ((STATUS == 1)) && [[ $state == old && $ERR == error:*[Ss]pace* && $ERR != *$'\n'* ]]; then
            pass "$name at $point: refused, the old state"
        elif ((STATUS == 1)) && [[ $point == volume:remove-sync && $state == new && $ERR == error:* ]]; then
            # The file is gone by then; what is not known is whether that would outlast a power cut.
            pass "$name at $point: deleted, and said that it could not be synced"
        else
            fail "$name at $point" "status $STATUS" "stderr: $ERR" "state: $state"
        fi
    done
}

full 'secret-define' faults_same_files secret-define "$FAULTS/new.xml"
full 'secret-define of one that exists' faults_same_files secret-define "$FAULTS/changed.xml"
full 'secret-set-value' faults_same_files secret-set-value "$EMPTY" --file "$FAULTS/value" --plain
full 'secret-set-value over another' faults_same_files \
    secret-set-value "$UNUSED" --file "$FAULTS/value" --plain
full 'secret-undefine' faults_same_files secret-undefine "$UNUSED"
for format in raw qcow2; do
    full "vol-create of a $format volume" faults_volume vol-create pool "$FAULTS/plain-$format.xml"
    full "vol-create of an encrypted $format volume" faults_volume \
        vol-create pool "$FAULTS/luks-$format.xml"
    full "vol-delete of a $format volume" faults_volume vol-delete "old.$format" pool
done

done_testing
