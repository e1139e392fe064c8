#!/bin/bash
# many.sh: two hundred processes at once on one root: each fails only for a true reason, nothing is lost.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires flock qemu-img

TIME_LIMIT=300
N=200
mkdir "$TMP/xml" "$TMP/results"

# Number N as a UUID.
uuid() {
    printf '7d6f0e6a-53a2-4c7e-9c43-%012x' "$1"
}

# What worker NUMBER does: its kind and the command. The shared ones are meant to collide.
work() {
    local shared

    shared=$(uuid $((0xaaa000 + $1 / 70)))
    case $(($1 % 10)) in
    0 | 1) echo "define secret-define $TMP/xml/$1.xml" ;;
    2) echo "define-shared secret-define $TMP/xml/usage-$1.xml" ;;
    3) echo "set secret-set-value $(uuid 999) --file $TMP/xml/value-$1 --plain" ;;
    4) echo "list secret-list" ;;
    5) echo "get secret-get-value $(uuid 999) --plain" ;;
    6) echo "undefine-shared secret-undefine $shared" ;;
    7) echo "volume vol-create pool $TMP/xml/volume-$1.xml" ;;
    8) echo "volume-shared vol-create pool $TMP/xml/volume-shared.xml" ;;
    9) echo "volumes vol-list pool" ;;
    esac
}

ok 'preparing the shared secret' define_secret "$(uuid 999)" 'value of nobody'
ok 'preparing the pool' running_pool pool "$TMP/pool"
for ((i = 0; i <= N / 70; i++)); do
    ok 'preparing a secret to be undefined' define_secret "$(uuid $((0xaaa000 + i)))" 'value'
done
volume_xml shared.img raw >"$TMP/xml/volume-shared.xml"
for ((i = 0; i < N; i++)); do
    secret_xml "$(uuid "$i")" "/many/$i" >"$TMP/xml/$i.xml"
    secret_xml "$(uuid $((0xbbb000 + i)))" '/many/shared' >"$TMP/xml/usage-$i.xml"
    printf 'value of %d' "$i" >"$TMP/xml/value-$i"
    volume_xml "v$i.img" raw "$(uuid 999)" | sed '/<encryption/,/<\/encryption/d' \
        >"$TMP/xml/volume-$i.xml"
done

# All wait at the gate and go at once.
: >"$TMP/gate"
exec 8<"$TMP/gate"
flock -x 8
for ((i = 0; i < N; i++)); do
    read -r kind words <<<"$(work "$i")"
    # shellcheck disable=SC2086  # the words are words
    (
        exec 8<&-
        flock -s "$TMP/gate" true
        coffer $words >"$TMP/results/$i.out" 2>"$TMP/results/$i.err" </dev/null
        echo "$kind $?" >"$TMP/results/$i.status"
    ) &
done
flock -u 8
wait

# count KIND STATUS
count() {
    cat "$TMP"/results/*.status | grep -cx "$1 $2"
}
# odd KIND PATTERN: what workers of that kind said that does not match.
odd() {
    local file

    for file in $(grep -lE "^$1 [1-9]" "$TMP"/results/*.status); do
        grep -vE "$2" "${file%.status}.err"
    done
}

is "$(cat "$TMP"/results/*.status | wc -l)" "$N" 'every worker ended'
for kind in define set list get volume volumes; do
    total=$(cat "$TMP"/results/*.status | grep -c "^$kind ")
    is "$(count "$kind" 0)" "$total" "all $total of '$kind' succeeded"
    is "$(odd "$kind" '^$')" '' "none of '$kind' complained"
done
is "$(count define-shared 0)" 1 'one usage is defined once'
is "$(odd define-shared 'usage|already|exists')" '' 'the others are told that it exists'
is "$(count undefine-shared 0)" 3 'what is undefined by many goes once'
is "$(odd undefine-shared 'no secret|not found|does not exist')" '' 'the others do not find it'
is "$(count volume-shared 0)" 1 'one volume is made once'
is "$(odd volume-shared 'exists')" '' 'the others are told that it exists'

lost=
for ((i = 0; i < N; i++)); do
    case $((i % 10)) in
    0 | 1) coffer secret-dumpxml "$(uuid "$i")" >/dev/null || lost+=" secret $i" ;;
    7) coffer vol-info "v$i.img" pool >/dev/null || lost+=" volume $i" ;;
    esac
done
is "$lost" '' 'nothing is lost'
like "$(coffer secret-get-value "$(uuid 999)" --plain)" '^value of [0-9]+3$' 'the value is one of those set'
for file in "$TMP"/results/*.out; do
    grep -q '^get 0' "${file%.out}.status" && cat "$file" && echo
done >"$TMP/got"
is "$(grep -vE '^(value of ([0-9]*3|nobody))?$' "$TMP/got")" '' 'nobody got half a value'
is "$(find "$ROOT" "$TMP/pool" -name '*.new')" '' 'no leftover is there'
is "$(find "$TMP/pool" -type f | wc -l)" $((N / 10 + 1)) 'the pool has the volumes that were made'

done_testing
