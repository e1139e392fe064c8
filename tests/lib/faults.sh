# faults.sh: a prepared root, and what it may look like after a fault; for crash.sh and diskfull.sh.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# After tap.sh and peers.sh. The root has three secrets (EMPTY without a value, UNUSED, USED by the volumes), a running
# pool with a volume "old.FORMAT" for each format, whose secret was generated for it, and is restored at will.

EMPTY=7d6f0e6a-53a2-4c7e-9c43-0000000000a1
UNUSED=7d6f0e6a-53a2-4c7e-9c43-0000000000a2
USED=7d6f0e6a-53a2-4c7e-9c43-0000000000a3
NEW=7d6f0e6a-53a2-4c7e-9c43-0000000000a4

faults_prepare() {
    local format

    # Builds for users have no fault points.
    COFFER_FAULT_TRACE=$TMP/trace coffer pool-define-as probe dir --target "$TMP/probe" >/dev/null
    [[ -s $TMP/trace ]] || skip_all 'this host runs a build without -Dfault_points=true'
    rm -rf "$ROOT"

    FAULTS=$TMP/faults
    mkdir "$FAULTS"
    secret_xml "$NEW" >"$FAULTS/new.xml"
    secret_xml "$UNUSED" "" "ephemeral='no' private='yes'" >"$FAULTS/changed.xml"
    secret_xml 7d6f0e6a-53a2-4c7e-9c43-0000000000ff >"$FAULTS/other.xml"
    printf 'another throw-away value' >"$FAULTS/value"
    secret_xml "$EMPTY" >"$TMP/empty.xml"
    secret_xml "$USED" >"$TMP/used.xml"
    ok 'preparing a secret' coffer secret-define "$TMP/empty.xml"
    ok 'preparing one with a value' define_secret "$UNUSED" 'a throw-away value to be replaced'
    # Generated, so that volumes are made fast.
    ok 'preparing one for volumes' coffer secret-define "$TMP/used.xml"
    ok 'preparing its value' coffer secret-generate "$USED"
    ok 'preparing a pool' running_pool pool "$TMP/pool"
    for format in raw qcow2; do
        volume_xml "made.$format" "$format" >"$FAULTS/plain-$format.xml"
        volume_xml "made.$format" "$format" "$USED" >"$FAULTS/luks-$format.xml"
        ok "preparing a $format volume" coffer vol-create-as pool "old.$format" 8M --allocation 0 \
            --format "$format" --encrypt
    done
    cp -a "$ROOT" "$TMP/root.saved"
    cp -a "$TMP/pool" "$TMP/pool.saved"
}

faults_restore() {
    rm -rf "$ROOT" "$TMP/pool"
    cp -a "$TMP/root.saved" "$ROOT"
    cp -a "$TMP/pool.saved" "$TMP/pool"
}

# faults_points COMMAND...: the names of the points that it passes; keeps the states before and after it.
faults_points() {
    faults_restore
    coffer secret-define "$FAULTS/other.xml" >/dev/null
    faults_files >"$TMP/state.old"
    faults_restore
    rm -f "$TMP/trace"
    if ! COFFER_FAULT_TRACE=$TMP/trace coffer "$@" >"$TMP/points.out" 2>&1; then
        diag "without a fault: $(cat "$TMP/points.out")" >&2
        return 1
    fi
    coffer secret-define "$FAULTS/other.xml" >/dev/null
    faults_files >"$TMP/state.new"
    sort -u "$TMP/trace"
}

# All files of root and pool with their content, locks left out.
faults_files() {
    digest "$ROOT" | grep -vE '(^| )(\./)?([^ ]*/)?locks/| d |boot-id$'
    find "$TMP/pool" -type f -printf '%f\n' | sort
}

# For what is the same byte for byte each time: prints old, new, or the differences from both.
faults_same_files() {
    faults_files >"$TMP/state.now"
    if cmp -s "$TMP/state.now" "$TMP/state.old"; then
        echo old
    elif cmp -s "$TMP/state.now" "$TMP/state.new"; then
        echo new
    else
        echo 'from the old state:'
        diff "$TMP/state.old" "$TMP/state.now"
        echo 'from the new state:'
        diff "$TMP/state.new" "$TMP/state.now"
    fi
}

# For volumes, whose headers and generated secrets differ each time: names of files, and what they need.
faults_volume() {
    local now name uuid value old new

    now=$(faults_shape <(faults_files))
    old=$(faults_shape "$TMP/state.old")
    new=$(faults_shape "$TMP/state.new")
    coffer pool-refresh pool >/dev/null || echo 'pool-refresh failed'
    for name in $(coffer vol-list pool | awk 'NF == 2 && $2 ~ "^/" { print $1 }'); do
        uuid=$(coffer vol-dumpxml "$name" pool | sed -n "s/.*uuid='\([^']*\)'.*/\1/p")
        [[ $uuid ]] || continue
        value=$(coffer secret-get-value "$uuid" --plain) &&
            opens "$TMP/pool/$name" "${name#*.}" "$value" >/dev/null || {
            echo "'$name' does not open"
            return
        }
    done
    case $now in
    "$old") echo old ;;
    "$new") echo new ;;
    *) printf 'now:\n%s\nold:\n%s\nnew:\n%s\n' "$now" "$old" "$new" ;;
    esac
}

# What a list of files tells apart from what is random: how many of which kind, and the volumes' names.
faults_shape() {
    sed -E 's/^.* (.*\/)?[0-9a-f]{8}-[0-9a-f-]{27}\./\1SECRET./; s/^.*\/[0-9a-f]{64}\./USE./
        s/^[0-7]+ f [0-9]+ [0-9a-f]+ +//' "$1" | sort
}
