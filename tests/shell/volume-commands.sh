#!/bin/bash
# volume-commands.sh: every vol-* command of the shell: output, messages, JSON, refusals.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/json.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires python3 qemu-img qemu-io

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a50
pool=$TMP/pool
# A generated value, for which no slow key derivation is needed.
coffer -q secret-define - < <(secret_xml "$uuid") && coffer -q secret-generate "$uuid" ||
    fail 'preparing a secret'
value=$(coffer secret-get-value "$uuid" --plain)
running_pool pool "$pool" || fail 'preparing a pool'
running_pool other "$TMP/other" || fail 'preparing another pool'

# --- From XML.
volume_xml plain.img raw >"$TMP/plain.xml"
ok 'vol-create' coffer vol-create pool "$TMP/plain.xml"
is "$OUT" "Vol plain.img created from $TMP/plain.xml" 'says from what'
is "$(stat -c '%s %a' "$pool/plain.img")" '8388608 600' 'it is there'
fails_unchanged 1 '^error: .*plain.img' 'once' coffer vol-create pool "$TMP/plain.xml"
ok 'from standard input, validated' coffer vol-create pool - --validate < <(volume_xml luks.img raw "$uuid")
ok 'it opens with its secret' opens "$pool/luks.img" raw "$value"
run coffer --json vol-create other - < <(volume_xml luks.qcow2 qcow2 "$uuid")
is "$STATUS $(json "$OUT" 'it["name"], it["pool"], it["path"] == it["key"], it["secret_uuid"]')" \
    "0 ('luks.qcow2', 'other', True, '$uuid')" 'as JSON'
ok 'it opens too' opens "$TMP/other/luks.qcow2" qcow2 "$value"
fails_unchanged 1 '^error: .*none' 'no such pool' coffer vol-create none "$TMP/plain.xml"
fails_unchanged 1 '^error: .*' 'a schema knows more' coffer vol-create pool - --validate \
    <<<'<volume><name>x</name><capacity>1</capacity><nonsense/></volume>'

# --- From arguments.
run coffer vol-create-as pool 'a&b' 10M --allocation 1M --format qcow2 --backing-vol plain.img \
    --backing-vol-format raw --secret "$uuid" --print-xml
is "$OUT" "<volume>
  <name>a&amp;b</name>
  <capacity>10485760</capacity>
  <allocation>1048576</allocation>
  <target>
    <format type='qcow2'/>
    <encryption format='luks'>
      <secret type='passphrase' uuid='$uuid'/>
    </encryption>
  </target>
  <backingStore>
    <path>$pool/plain.img</path>
    <format type='raw'/>
  </backingStore>
</volume>" 'vol-create-as --print-xml: everything in its place'
run coffer vol-create-as pool v 5 --encrypt --print-xml
is "$OUT" "<volume>
  <name>v</name>
  <capacity>5</capacity>
  <target>
    <encryption format='luks'/>
  </target>
</volume>" 'or left out'
run coffer --json vol-create-as pool v 1K --print-xml
is "$(json "$OUT" 'it["xml"]')" $'<volume>\n  <name>v</name>\n  <capacity>1024</capacity>\n</volume>' \
    'the XML in JSON'
ok 'vol-create-as' coffer vol-create-as pool thin.qcow2 10M --format qcow2
is "$OUT" 'Vol thin.qcow2 created' 'says which'
is "$(qemu-img info --output=json "$pool/thin.qcow2" | python3 -c 'import json, sys; i = json.load(sys.stdin); print(i["format"], i["virtual-size"])')" \
    'qcow2 10485760' 'it is what was asked for'
ok 'with a backing volume of the pool' coffer vol-create-as pool top.qcow2 8M --format qcow2 \
    --backing-vol plain.img --backing-vol-format raw
like "$(qemu-img info "$pool/top.qcow2")" "backing file: $pool/plain.img" 'it refers to it'
ok 'with one of another pool, by its path' coffer vol-create-as pool far.qcow2 8M --format qcow2 \
    --backing-vol "$TMP/other/luks.qcow2" --backing-vol-format qcow2 --print-xml
like "$OUT" "<path>$TMP/other/luks.qcow2</path>" 'it refers to that'
fails_unchanged 1 '^error: .*none.img' 'with one that is not there' \
    coffer vol-create-as pool v 1M --backing-vol none.img
ok 'with a secret' coffer vol-create-as pool with.img 4M --format raw --encrypt --secret "$uuid"
ok 'it opens with it' opens "$pool/with.img" raw "$value"
ok 'with a secret of its own' coffer vol-create-as pool own.img 4M --encrypt
own=$(sed -n 's/^Secret \([0-9a-f-]*\) generated for it$/\1/p' <<<"$OUT")
is "$OUT" "Vol own.img created
Secret $own generated for it" 'says which'
ok 'which opens it' opens "$pool/own.img" raw "$(coffer secret-get-value "$own" --plain)"
run coffer --json vol-create-as pool own2.img 4M --encrypt
own2=$(json "$OUT" 'it["secret_uuid"]')
like "$own2" '^[0-9a-f-]{36}$' 'JSON says it too'
fails_unchanged 1 '^error: .*7d6f0e6a-0000' 'with one that is not there' coffer vol-create-as pool v 4M \
    --secret 7d6f0e6a-0000-4c7e-9c43-2b8f6b2f1a50

# --- Names.
# fact COMMAND WANT WORD...
fact() {
    ok "$1 ${*:3}" coffer "$1" "${@:3}"
    is "$OUT" "$2" "it is $2"
}
fact vol-path "$pool/plain.img" plain.img --pool pool
fact vol-path "$pool/plain.img" plain.img pool
fact vol-path "$pool/plain.img" "$pool/plain.img"
fact vol-key "$pool/plain.img" plain.img pool
fact vol-name plain.img "$pool/plain.img"
fact vol-pool pool "$pool/plain.img"
fact vol-pool "$(coffer pool-uuid pool)" "$pool/plain.img" --uuid
fact vol-pool pool plain.img "$(coffer pool-uuid pool)"
fact vol-name '{"name":"plain.img"}' --json "$pool/plain.img"
fails 1 '^error: .*--pool' 'a name alone' coffer vol-path plain.img
fails 1 '^error: .*none' 'a name that is not there' coffer vol-path none pool
fails 1 '^error: .*' 'a path that is not there' coffer vol-name "$pool/none"
fails 1 "^error: .*in pool 'pool'" 'a path in another pool' coffer vol-name "$pool/plain.img" --pool other

# --- Lists and information.
ok 'vol-list' coffer vol-list other
is "$OUT" " Name         Path
$(printf -- '-%.0s' $(seq $((10 + 3 + ${#TMP} + 17 + 3))))
 luks.qcow2   $TMP/other/luks.qcow2" 'the table'
run coffer vol-list pool --details
is "$(sed -n 1p <<<"$OUT" | tr -s ' ')" ' Name Path Type Capacity Allocation' 'the head of --details'
like "$(grep -w luks.img <<<"$OUT" | tr -s ' ')" "^ luks.img $pool/luks.img file 8.00 MiB [0-9.]+ .*B\$" \
    'a volume in it'
run coffer --json vol-list pool
is "$(json "$OUT" '[v["name"] for v in it]')" \
    "['luks.img', 'own.img', 'own2.img', 'plain.img', 'thin.qcow2', 'top.qcow2', 'with.img']" 'sorted by name'
is "$(json "$OUT" '[k for k in it[0]]')" \
    "['name', 'pool', 'key', 'path', 'secret_uuid', 'type', 'format', 'capacity', 'allocation', 'physical']" \
    'the keys of JSON'
is "$(json "$OUT" 'it[0]["capacity"], it[0]["format"], it[0]["secret_uuid"], it[3]["secret_uuid"], it[4]["format"]')" \
    "(8388608, 'raw', '$uuid', None, 'qcow2')" 'and their types'
ok 'vol-info' coffer vol-info plain.img pool
like "$OUT" '^Name:           plain.img
Type:           file
Capacity:       8.00 MiB
Allocation:     [0-9.]+ .*B$' 'has a line for each fact'
run coffer vol-info plain.img pool --bytes --physical
like "$OUT" $'\nCapacity:       8388608 bytes\nPhysical:       8388608 bytes$' 'in bytes, with the physical size'
run coffer --json vol-info plain.img pool
is "$(json "$OUT" 'it["capacity"], it["format"]')" "(8388608, 'raw')" 'as JSON'
ok 'vol-dumpxml' coffer vol-dumpxml luks.img pool
like "$OUT" "<secret type='passphrase' uuid='$uuid'/>" 'names the secret'
run coffer --json vol-dumpxml luks.img pool
like "$(json "$OUT" 'it["xml"]')" "^<volume type='file'>" 'XML in JSON'

# --- Sizes.
capacity() {
    json "$(coffer --json vol-info "$1" pool)" 'it["capacity"]'
}
ok 'vol-resize' coffer vol-resize plain.img 12M pool
is "$OUT $(capacity plain.img)" "Size of volume 'plain.img' successfully changed to 12M 12582912" 'says to what'
ok 'by a difference' coffer vol-resize plain.img 4M --pool pool --delta
is "$OUT $(capacity plain.img)" "Size of volume 'plain.img' successfully changed by 4M 16777216" 'says by what'
fails_unchanged 1 '^error: .*shrink' 'nothing gets smaller by mistake' coffer vol-resize plain.img 1M pool
ok 'it does when that is meant' coffer vol-resize plain.img 4M pool --delta --shrink
is "$(capacity plain.img)" 12582912 'by what was said'
ok 'a negative difference' coffer vol-resize plain.img --capacity=-4M --pool pool --delta --shrink
is "$(capacity plain.img)" 8388608 'is the same'
fails_unchanged 2 '--delta and --shrink' 'else it is a mistake' coffer vol-resize plain.img --capacity=-4M --pool pool
fails_unchanged 2 'size' 'no size at all' coffer vol-resize plain.img big pool
ok 'an encrypted one' coffer vol-resize luks.img 12M pool
is "$(capacity luks.img)" 12582912 'is larger'
ok 'and still opens' opens "$pool/luks.img" raw "$value"
run coffer --json vol-resize plain.img 9M pool --allocate
is "$(json "$OUT" 'it["name"]')" plain.img 'as JSON'

# --- Content.
seq 100000 | head -c 300000 >"$TMP/content"
ok 'vol-upload' coffer vol-upload plain.img "$TMP/content" pool
is "$(head -c 300000 "$pool/plain.img" | sha256sum)" "$(sha256sum <"$TMP/content")" 'writes the content'
ok 'a part, from standard input' coffer vol-upload plain.img - --pool pool --offset 1M --length 10 \
    < <(printf '0123456789and more')
is "$(tail -c +1048577 "$pool/plain.img" | head -c 14 | tr '\0' .)" '0123456789....' 'at its place'
ok 'vol-download' coffer vol-download plain.img "$TMP/down" pool --length 300000
is "$(sha256sum <"$TMP/down") $(stat -c %a "$TMP/down")" "$(sha256sum <"$TMP/content") 600" \
    'gives it back, to its owner'
is "$(coffer vol-download plain.img - --pool pool --offset 1M --length 10)" 0123456789 'to standard output'
ok 'with holes' coffer vol-download plain.img "$TMP/sparse" pool --sparse
is "$(cmp "$TMP/sparse" "$pool/plain.img" 2>&1)" '' 'all of it'
printf 'longer than what is to come' >"$TMP/short"
ok 'over a file that is there' coffer vol-download plain.img "$TMP/short" pool --offset 1M --length 10
is "$(cat "$TMP/short")" 0123456789 'nothing of which is left'
fails_unchanged 1 '^error: .*none' 'a file that is not there' coffer vol-upload plain.img "$TMP/none" pool
fails_unchanged 1 '^error: .*none' 'a folder that is not there' coffer vol-download plain.img "$TMP/none/x" pool
fails_unchanged 1 '^error: ' 'an offset behind the end' coffer vol-download plain.img "$TMP/left" pool --offset 1G
is "$(ls "$TMP/left" 2>/dev/null)" '' 'leaves no file'

# --- Deletion.
ok 'vol-delete' coffer vol-delete plain.img pool
is "$OUT" 'Vol plain.img deleted' 'says which'
ok 'with a secret of its own' coffer vol-delete own.img pool
is "$OUT" "Vol own.img deleted
Secret $own, which was generated for it, deleted" 'says that it went too'
fails 1 '^error: .*'"$own" 'it did' coffer secret-dumpxml "$own"
ok 'vol-delete --keep-secret' coffer vol-delete own2.img pool --keep-secret
is "$OUT" 'Vol own2.img deleted' 'keeps it'
ok 'it did' coffer secret-dumpxml "$own2"
run coffer --json vol-delete with.img pool
is "$OUT" '{"name":"with.img","deleted_secret_uuid":null}' 'a secret that was given stays'
ok 'it did' coffer secret-dumpxml "$uuid"
fails 1 '^error: .*plain.img' 'a volume that is gone' coffer vol-delete plain.img pool
fails_unchanged 1 '^error: .*luks' 'a secret in use is not undefined' coffer secret-undefine "$uuid"
run coffer --json secret-list --no-ephemeral
is "$(json "$OUT" '[s["needed_by"] for s in it if s["uuid"] == "'"$uuid"'"]')" \
    "[['$TMP/other/luks.qcow2', '$pool/luks.img']]" 'the list of secrets says by what'

done_testing
