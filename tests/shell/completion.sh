#!/bin/bash
# completion.sh: what the program offers at the cursor, and what bash makes of it.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a40
coffer -q secret-define - < <(secret_xml "$uuid")
running_pool attic "$TMP/attic"
printf x >"$TMP/attic/volume.img"
printf x >"$TMP/attic/with space.img"
coffer -q pool-refresh attic
coffer -q pool-define-as asleep dir --target "$TMP/asleep"

# offers WANT WORD...: what could become of the last word; lines are joined by blanks.
offers() {
    is "$("$COFFER" complete -- "${@:2}" | tr '\n' ' ')" "${1:+$1 }" "offered for: ${*:2}"
}
root=(--root "$ROOT")
offers 'secret-define secret-dumpxml' secret-d
offers '' no-such
offers 'pool-info' "${root[@]}" pool-inf
offers '--root' --ro
offers '--json' --js
offers 'coffer:///system coffer:///session coffer:///embed?root=' connect coffer
offers '--quiet' -q --qui
offers '' --root ''
offers "$uuid" "${root[@]}" secret-dumpxml 7d
offers "$uuid" --root="$ROOT" secret-dumpxml ''
offers "$uuid" -c "coffer:///embed?root=$ROOT" secret-dumpxml --secret 7d
offers "--secret=$uuid" "${root[@]}" secret-dumpxml --secret=7
offers 'asleep attic' "${root[@]}" pool-info a
offers 'asleep attic' "${root[@]}" pool-info -- a
offers '--pool --bytes --json --help' "${root[@]}" pool-info --
offers '--bytes' "${root[@]}" pool-info attic ''
offers '' "${root[@]}" pool-info attic --bytes ''
offers '--details' "${root[@]}" pool-list --de
offers 'dir disk' pool-define-as name d
offers 'dir disk' pool-list --type di
offers 'fs,netfs' pool-list --type fs,ne
offers '--type=fs,netfs' pool-list --type=fs,ne
offers 'volume.img' "${root[@]}" vol-info --pool attic vol
offers 'with space.img' "${root[@]}" vol-info --pool attic wi
offers "$TMP/attic/volume.img" "${root[@]}" vol-info "$TMP/attic/v"
offers 'qcow2 qcow' vol-create-as p v 1 --format qc
offers '' secret-set-value --base
offers 'qemu-argv' domxml-to-native q
offers 'secret secret-define secret-dumpxml secret-generate secret-get-value secret-list secret-set-value secret-undefine' \
    help secret
offers 'pool-uuid' pool-list '\;' pool-uu
run "$COFFER" complete -- --root "$TMP/not-there" secret-dumpxml ''
is "$STATUS $OUT$ERR" '0 ' 'nothing is offered of a root that is not there'
is "$(ls -d "$TMP/not-there" 2>/dev/null)" '' 'and it is not made'
run "$COFFER" complete --
is "$STATUS $OUT$ERR" '0 ' 'nothing for nothing'

# --- Bash.
. "$COFFER_SOURCE/tools/completion/coffer"
# at WANT WORD...: as bash calls it, with words broken at = and :.
at() {
    local want=$1

    shift
    COMP_WORDS=("$COFFER" "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _coffer
    is "${COMPREPLY[*]}" "$want" "bash, at: $*"
}
# It speaks of nothing that is not being completed.
compopt() {
    NOSPACE=$*
}
at 'secret-define secret-dumpxml' secret-d
at 'attic' --root "$ROOT" pool-info at
at 'attic' --root = "$ROOT" pool-info at
at 'attic' --root "$ROOT" pool-info --pool = at
at 'asleep attic' --root "$ROOT" pool-info --pool =
at '///session' connect coffer : ///se
at '///system ///session ///embed\?root=' connect coffer :
is "$NOSPACE" '-o nospace' 'no blank behind an equals sign'
at 'volume.img with\ space.img' --root "$ROOT" vol-info --pool attic ''
at 'with\ space.img' --root "$ROOT" vol-info --pool attic with\\
at '' no-such-command ''
at 'pool-uuid' pool-list '\;' pool-uu
at 'pool-uuid' pool-list "';'" pool-uu

done_testing
