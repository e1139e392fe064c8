#!/bin/bash
# crash.sh: killed at any of its fault points, each writing command leaves the old or the new state.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
. "$COFFER_SOURCE/tests/lib/faults.sh"
requires qemu-img qemu-io

faults_prepare

# crashes NAME CHECK COMMAND...: at each point that the command passes it is killed, and CHECK, a function, has to
# find the old or the new state after another command has run.
crashes() {
    local name=$1 check=$2 point points

    points=$(faults_points "${@:3}")
    isnt "$points" '' "$name: there are fault points"
    for point in $points; do
        faults_restore
        COFFER_FAULT=$point=kill run coffer "${@:3}"
        if ((STATUS != 137)); then
            fail "$name killed at $point" "status $STATUS" "$ERR"
            continue
        fi
        if ! coffer secret-define "$FAULTS/other.xml" >/dev/null; then
            fail "$name killed at $point: the next command works"
            continue
        fi
        state=$("$check")
        case $state in
        old | new) pass "$name killed at $point: $state" ;;
        *) fail "$name killed at $point: old or new" "$state" ;;
        esac
    done
}

crashes 'secret-define' faults_same_files secret-define "$FAULTS/new.xml"
crashes 'secret-define of one that exists' faults_same_files secret-define "$FAULTS/changed.xml"
crashes 'secret-set-value' faults_same_files secret-set-value "$EMPTY" --file "$FAULTS/value" --plain
crashes 'secret-set-value over another' faults_same_files \
    secret-set-value "$UNUSED" --file "$FAULTS/value" --plain
crashes 'secret-undefine' faults_same_files secret-undefine "$UNUSED"

for format in raw qcow2; do
    crashes "vol-create of a $format volume" faults_volume vol-create pool "$FAULTS/plain-$format.xml"
    crashes "vol-create of an encrypted $format volume" faults_volume \
        vol-create pool "$FAULTS/luks-$format.xml"
    crashes "vol-create-as --encrypt of a $format volume" faults_volume \
        vol-create-as pool "made.$format" 8M --allocation 0 --format "$format" --encrypt
    crashes "vol-delete of a $format volume" faults_volume vol-delete "old.$format" pool
done

done_testing
