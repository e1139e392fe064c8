#!/bin/bash
# secret-commands.sh: every secret-* command of the shell: output, messages, JSON, refusals.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/json.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires python3

a=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a10
b=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a11
c=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a12
value='throw-away passphrase'

# --- Definitions.
ok 'an empty list' coffer secret-list
is "$OUT" $' UUID   Usage\n---------------' 'is a head without rows'
secret_xml "$a" "$TMP/vølume" >"$TMP/a.xml"
ok 'secret-define' coffer secret-define "$TMP/a.xml"
is "$OUT" "Secret $a created" 'says which'
ok 'secret-define --validate' coffer secret-define --validate "$TMP/a.xml"
ok 'from standard input' coffer secret-define - < <(secret_xml "$b" '' "ephemeral='no' private='yes'")
ok 'as JSON' coffer --json secret-define /dev/stdin < <(secret_xml "$c" '' "ephemeral='yes' private='no'")
is "$OUT" "{\"uuid\":\"$c\"}" 'it is an object with the UUID'
run coffer --json secret-define - <<<'<secret/>'
random=$(json "$OUT" 'it["uuid"]')
like "$random" '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' 'without a UUID it gets one'
ok 'secret-undefine' coffer secret-undefine "$random"
is "$OUT" "Secret $random deleted" 'says which'
fails_unchanged 1 '^error: .*cannot open' 'a file that is not there' coffer secret-define "$TMP/none"
fails_unchanged 1 '^error: .*' 'a folder is no file' coffer secret-define "$TMP"
fails_unchanged 1 '^error: .*usage' 'the same usage twice' \
    coffer secret-define /dev/stdin < <(secret_xml 7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a1f "$TMP/vølume")
fails_unchanged 1 '^error: .*' 'a schema knows more' coffer secret-define --validate - \
    <<<'<secret><nonsense/></secret>'

ok 'secret-dumpxml' coffer secret-dumpxml "$a"
is "$OUT" "$(secret_xml "$a" "$TMP/vølume")" 'gives the definition as libvirt writes it'
dumped=$OUT
ok 'as JSON' coffer secret-dumpxml --json "$a"
is "$(json "$OUT" 'it["xml"]')" "$dumped" 'it has the same'
ok 'a UUID in capitals and without dashes' coffer secret-dumpxml "$(tr -d - <<<"${a^^}")"
fails 1 '^error: .*' 'an unknown UUID' coffer secret-dumpxml 00000000-1111-2222-3333-444444444444

# --- Lists.
uuids() {
    coffer --json secret-list "$@" >"$TMP/list"
    json "$(cat "$TMP/list")" '" ".join(s["uuid"][-2:] for s in it)'
}
is "$(uuids)" '10 11 12' 'secret-list: all'
is "$(uuids --ephemeral)" '12' 'secret-list --ephemeral'
is "$(uuids --no-ephemeral)" '10 11' 'secret-list --no-ephemeral'
is "$(uuids --private)" '11' 'secret-list --private'
is "$(uuids --no-private)" '10 12' 'secret-list --no-private'
is "$(uuids --no-private --no-ephemeral)" '10' 'both are to be met'
is "$(uuids --private --no-private)" '10 11 12' 'those of a pair are alternatives'
run coffer secret-list --no-ephemeral
is "$(sed -n '1p;3,$p' <<<"$OUT")" \
    " UUID                                   Usage
 $a   volume $TMP/vølume
 $b   Unused" 'the table'
is "$(sed -n 2p <<<"$OUT" | tr -d '\n-' | wc -c)" 0 'with a line under its head'
is "$(sed -n 2p <<<"$OUT" | wc -m)" "$((36 + 3 + ${#TMP} + 14 + 3 + 1))" 'as long as its columns, in characters'
run coffer -q secret-list --private
is "$OUT" " $b   Unused" '--quiet leaves out the head'
run coffer --json secret-list
is "$(json "$OUT" '[k for k in it[0]]')" \
    "['uuid', 'usage_type', 'usage_id', 'ephemeral', 'private', 'description', 'has_value', 'needed_by']" \
    'the keys of JSON'
is "$(json "$OUT" 'it[0]["usage_type"], it[0]["usage_id"] == "'"$TMP/vølume"'", it[1]["usage_id"], it[1]["private"], it[2]["ephemeral"], it[0]["has_value"]')" \
    "('volume', True, None, True, True, False)" 'and their types'

# --- Values in.
fails_unchanged 1 '^error: .*no value' 'no value yet' coffer secret-get-value "$a"
printf '%s' "$value" >"$TMP/plain"
base64 <"$TMP/plain" >"$TMP/base64"
ok '--file takes base64' coffer secret-set-value "$a" --file "$TMP/base64"
is "$OUT$ERR" 'Secret value set' 'and says so'
is "$(coffer secret-get-value "$a" --plain)" "$value" 'it is the value'
ok '--file --plain' coffer secret-set-value "$a" "--file=$TMP/plain" --plain
is "$(coffer secret-get-value "$a" --plain | od -c)" "$(od -c <"$TMP/plain")" 'byte for byte'
ok '--stdin' coffer secret-set-value "$a" --stdin < <(printf 'a\0b\377')
is "$(coffer secret-get-value "$a" --plain | od -An -tx1)" ' 61 00 62 ff' 'takes any byte as it is'
ok '--file - is standard input' coffer secret-set-value "$a" --file - <"$TMP/base64"
is "$(coffer secret-get-value "$a" --plain)" "$value" 'in base64 as any file'
ok 'a value with a newline behind' coffer secret-set-value "$a" --stdin <<<"$value"
like "$ERR" '^warning: .*newline' 'draws a warning'
run coffer --json secret-set-value "$a" --stdin <<<"$value"
is "$OUT" "{\"uuid\":\"$a\"}" 'JSON of it'
like "$(json "$ERR" 'it["warning"]["message"]')" 'newline' 'with the warning beside'
head -c 65536 /dev/zero | tr '\0' v >"$TMP/longest"
ok 'the longest value' coffer secret-set-value "$a" --file "$TMP/longest" --plain
base64 "$TMP/longest" >"$TMP/longest.base64"
ok 'in base64 with its line breaks' coffer secret-set-value "$a" --file "$TMP/longest.base64"
is "$(coffer secret-get-value "$a" --plain | sha256sum)" "$(sha256sum <"$TMP/longest")" 'it is whole'
printf v >>"$TMP/longest"
fails_unchanged 1 '^error: .*65536' 'one byte more' coffer secret-set-value "$a" --file "$TMP/longest" --plain
fails_unchanged 1 '^error: .*base64' 'what is not base64' \
    coffer secret-set-value "$a" --file "$TMP/plain"
fails_unchanged 1 '^error: .*at least one byte' 'nothing' coffer secret-set-value "$a" --stdin </dev/null
fails_unchanged 1 '^error: .*none' 'a file that is not there' coffer secret-set-value "$a" --file "$TMP/none"

# refused NAME WORD...: the value on the command line, in whatever place: exit 2, not repeated.
refused() {
    fails_unchanged 2 '^error: .*--file.*--stdin.*--interactive' "$1" coffer "${@:2}"
    unlike "$ERR" 'dGhyb3ctYXdheQ' "$1: it is not repeated"
}
refused 'a value as the second argument' secret-set-value "$a" dGhyb3ctYXdheQ==
refused 'behind --base64' secret-set-value "$a" --base64 dGhyb3ctYXdheQ==
refused 'as --base64=' secret-set-value "$a" --base64=dGhyb3ctYXdheQ==
refused 'behind --' secret-set-value "$a" -- dGhyb3ctYXdheQ==
refused 'beside a file' secret-set-value "$a" --file "$TMP/base64" dGhyb3ctYXdheQ==
refused 'in a line' "secret-set-value $a dGhyb3ctYXdheQ=="
for words in "secret-set-value $a --vlaue=dGhyb3ctYXdheQ==" "secret-generate $a dGhyb3ctYXdheQ==" \
    "secret-set-valeu $a dGhyb3ctYXdheQ=="; do
    # shellcheck disable=SC2086  # the words are words
    fails_unchanged 2 '^error: ' 'a mistake with a value behind' coffer $words
    unlike "$ERR" 'dGhyb3ctYXdheQ' 'does not repeat it either'
done
fails_unchanged 2 'where is the value' 'no value at all' coffer secret-set-value "$a"
fails_unchanged 2 'exclude each other' 'two of them' coffer secret-set-value "$a" --stdin --file x
fails_unchanged 2 'exclude each other' 'a plain value asked for' \
    coffer secret-set-value "$a" --interactive --plain
fails_unchanged 2 'no terminal' '--interactive without a terminal' \
    setsid "$COFFER" --root "$ROOT" secret-set-value "$a" --interactive </dev/null

# --- Values out.
coffer secret-set-value "$a" --file "$TMP/plain" --plain >/dev/null
is "$(coffer secret-get-value "$a" | base64 -d)" "$value" 'secret-get-value prints base64'
is "$(coffer secret-get-value "$a" | wc -l)" 1 'and a newline'
ok 'as JSON' coffer --json secret-get-value "$a"
is "$(json "$OUT" 'it["value"]' | base64 -d)" "$value" 'the same'
fails_unchanged 2 'exclude each other' 'JSON cannot hold any value' coffer --json secret-get-value "$a" --plain
coffer secret-set-value "$b" --file "$TMP/plain" --plain >/dev/null
fails_unchanged 1 '^error: .*private' 'a private value is not given out' coffer secret-get-value "$b"
run coffer --json secret-get-value "$b"
is "$STATUS $OUT $(json "$ERR" 'it["error"]["code"]')" '1  denied' 'in JSON neither'
coffer secret-get-value "$a" --plain >/dev/full 2>"$TMP/err"
like "$? $(cat "$TMP/err")" '^1 error: .*No space' 'a full disk is noticed'

# --- Generated values.
fails_unchanged 1 '^error: .*value already' 'a value is not replaced by a generated one' \
    coffer secret-generate "$a"
d=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a13
coffer -q secret-define - < <(secret_xml "$d")
ok 'secret-generate' coffer secret-generate "$d"
is "$OUT" 'Secret value generated' 'says so, and not which value'
generated=$(coffer secret-get-value "$d" --plain)
like "$generated" '^[0-9a-f]{64}$' 'it is 256 bits as text'
fails 1 '^error: .*value already' 'it is generated once' coffer secret-generate "$d"
coffer -q secret-undefine "$d"
coffer -q secret-define - < <(secret_xml "$d")
run coffer --json secret-generate "$d"
is "$OUT" "{\"uuid\":\"$d\"}" 'as JSON'
isnt "$(coffer secret-get-value "$d" --plain)" "$generated" 'another time it is another'

done_testing
