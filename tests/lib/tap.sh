# tap.sh: what the black-box tests have in common: TAP, an own root, timeouts; it tests nothing itself.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# A test is tests/shell/NAME.sh or, where it takes over a minute, tests/slow/NAME.sh:
#
#     . "$(dirname "$0")/../lib/tap.sh"
#     requires qemu-img
#     ok 'define' coffer secret-define "$TMP/secret.xml"
#     fails_unchanged 1 'no secret .*' 'unknown UUID' coffer secret-dumpxml "$uuid"
#     done_testing
#
# Each test has TMP, a scratch folder that goes away at the end, and ROOT, which `coffer` works on.
# A failed check is reported and the script goes on. Every command has a time limit: TIME_LIMIT seconds.

set -u

COFFER_SOURCE=${COFFER_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
COFFER_BUILD=${COFFER_BUILD:-$COFFER_SOURCE/build-tests}
COFFER=${COFFER:-$COFFER_BUILD/tools/coffer}
export COFFER_SCHEMA_DIR=${COFFER_SCHEMA_DIR:-$COFFER_SOURCE/xml-schemas}
export LC_ALL=C.UTF-8
TIME_LIMIT=${TIME_LIMIT:-180}

TMP=$(mktemp -d "${TMPDIR:-/tmp}/coffer-test.XXXXXX") || exit 1
ROOT=$TMP/root
export TMP ROOT

tap_count=0
tap_done=
tap_cleanups=()

tap_exit() {
    local status=$? i

    for ((i = ${#tap_cleanups[@]} - 1; i >= 0; i--)); do
        eval "${tap_cleanups[i]}" || echo "# cleaning up failed: ${tap_cleanups[i]}"
    done
    chmod -R u+rwX "$TMP" 2>/dev/null
    rm -rf "$TMP"
    [[ $tap_done ]] && exit "$status"
    echo 'Bail out! The script ended before done_testing'
    exit 1
}
trap tap_exit EXIT
trap 'exit 1' INT TERM HUP

# cleanup COMMAND: a line of shell to run at the end, the last one first.
cleanup() {
    tap_cleanups+=("$1")
}

# limit COMMAND...: runs it with the time limit. A function has to see to its own.
limit() {
    if [[ $(type -t "$1") == file ]]; then
        timeout -k 5 "$TIME_LIMIT" "$@"
    else
        "$@"
    fi
}

# coffer ARGUMENT...: the program under test, on this test's root.
coffer() {
    timeout -k 5 "$TIME_LIMIT" "$COFFER" --root "$ROOT" "$@"
}

diag() {
    printf '%s\n' "$*" | sed 's/^/# /'
}

pass() {
    printf 'ok %d - %s\n' "$((++tap_count))" "$1"
}

# fail NAME [TEXT]...: the texts say why.
fail() {
    local text

    printf 'not ok %d - %s\n' "$((++tap_count))" "$1"
    for text in "${@:2}"; do
        diag "$text"
    done
    return 1
}

# skip NAME REASON: one check. A reason that begins with "this host" is fine in CI, others are not.
skip() {
    printf 'ok %d - %s # SKIP %s\n' "$((++tap_count))" "$1" "$2"
}

# skip_all REASON: the whole script.
skip_all() {
    printf '1..0 # SKIP %s\n' "$1"
    tap_done=1
    exit 0
}

# requires PROGRAM...: skips the script where one is not installed.
requires() {
    local program

    for program; do
        command -v "$program" >/dev/null || skip_all "$program is not installed"
    done
}

done_testing() {
    ((tap_count)) || { fail 'the script checks something'; }
    printf '1..%d\n' "$tap_count"
    tap_done=1
}

# run COMMAND...: sets STATUS, OUT and ERR (without trailing newlines).
run() {
    limit "$@" >"$TMP/.out" 2>"$TMP/.err"
    STATUS=$?
    OUT=$(tr -d '\0' <"$TMP/.out")
    ERR=$(tr -d '\0' <"$TMP/.err")
}

# ok NAME COMMAND...: it succeeds. Sets OUT and ERR as run does.
ok() {
    run "${@:2}"
    if ((STATUS == 0)); then
        pass "$1"
    else
        fail "$1" "status $STATUS from: ${*:2}" "stdout: $OUT" "stderr: $ERR"
    fi
}

# is GOT WANT NAME
is() {
    if [[ $1 == "$2" ]]; then
        pass "$3"
    else
        fail "$3" "got:  $1" "want: $2"
    fi
}

# isnt GOT UNWANTED NAME
isnt() {
    if [[ $1 != "$2" ]]; then
        pass "$3"
    else
        fail "$3" "got what must not be: $1"
    fi
}

# like GOT PATTERN NAME: an extended regular expression matches somewhere in GOT.
like() {
    if [[ $1 =~ $2 ]]; then
        pass "$3"
    else
        fail "$3" "got:          $1" "want a match: $2"
    fi
}

# unlike GOT PATTERN NAME
unlike() {
    if [[ $1 =~ $2 ]]; then
        fail "$3" "got: $1" "which matches: $2"
    else
        pass "$3"
    fi
}

# fails STATUS PATTERN NAME COMMAND...: it ends with that status, prints nothing on standard output and
# exactly one line on standard error, which matches.
fails() {
    run "${@:4}"
    if ((STATUS != $1)); then
        fail "$3" "status $STATUS, not $1, from: ${*:4}" "stdout: $OUT" "stderr: $ERR"
    elif [[ $OUT ]]; then
        fail "$3" "there is output: $OUT"
    elif [[ $ERR == *$'\n'* || ! $ERR =~ $2 ]]; then
        fail "$3" "want one line matching: $2" "got: $ERR"
    else
        pass "$3"
    fi
}

# fails_unchanged: as fails, and nothing in the root, nor in the folders of the array UNCHANGED, is
# different after it. Locks and folders that are made when first looked at are no difference.
fails_unchanged() {
    local before after

    before=$(digest_all)
    fails "$@" || return
    after=$(digest_all)
    if [[ $before != "$after" ]]; then
        # The check has been counted as passed: another one fails.
        fail "$3 (nothing changed)" "$(diff <(echo "$before") <(echo "$after"))"
    fi
}

digest_all() {
    local folder

    digest "$ROOT" | grep -vE ' (\./)?([^ ]*/)?locks/| d | ([^ ]*/)?boot-id$'
    for folder in ${UNCHANGED+"${UNCHANGED[@]}"}; do
        digest "$folder"
    done
}

# digest FOLDER: a line "MODE TYPE SIZE-OR-LINK SHA256 NAME" for all that is in it, and itself.
digest() {
    [[ -d $1 ]] || return 0
    (
        cd "$1" || exit
        find . \( -type d -printf '%m d - - %P\n' \) -o \( -type f -printf '%m f %s ' \
            -exec sha256sum {} \; \) -o -printf '%m %y %l - %P\n' | sort -k 5
    )
}
