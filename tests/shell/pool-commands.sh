#!/bin/bash
# pool-commands.sh: every pool-* command of the shell: output, messages, JSON, refusals.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/json.sh"
requires python3

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a20

# pool_xml NAME FOLDER [UUID]
pool_xml() {
    printf "<pool type='dir'>\n  <name>%s</name>\n" "$1"
    [[ ${3-} ]] && printf '  <uuid>%s</uuid>\n' "$3"
    printf '  <target>\n    <path>%s</path>\n  </target>\n</pool>\n' "$2"
}
folder() {
    stat -c '%F %a' "$1" 2>/dev/null || echo none
}

# --- Defining.
ok 'an empty list' coffer pool-list --all
is "$OUT" $' Name   State   Autostart\n---------------------------' 'is a head without rows'
pool_xml one "$TMP/one" "$uuid" >"$TMP/one.xml"
ok 'pool-define' coffer pool-define "$TMP/one.xml"
is "$OUT" "Pool one defined from $TMP/one.xml" 'says from what'
ok 'pool-define --validate' coffer pool-define --validate - <"$TMP/one.xml"
run coffer --json pool-define "$TMP/one.xml"
is "$OUT" "{\"name\":\"one\",\"uuid\":\"$uuid\"}" 'as JSON'
ok 'pool-define-as' coffer pool-define-as two dir --target "$TMP/two"
is "$OUT" 'Pool two defined' 'says which'
fails_unchanged 1 '^error: .*' 'one without a folder' coffer pool-define-as bad dir
fails_unchanged 1 '^error: .*nonsense' 'one of no known type' coffer pool-define-as bad nonsense --target /x
fails_unchanged 1 '^error: .*' 'a schema knows more' coffer pool-define --validate - \
    <<<"<pool type='dir'><name>x</name><target><path>/x</path></target><nonsense/></pool>"

# --- XML from arguments.
run coffer pool-define-as p iscsi h p d n t --print-xml --source-format f --auth-type chap \
    --auth-username 'u&<' --secret-usage s --source-initiator i --adapter-name a --source-protocol-ver 4
is "$OUT" "<pool type='iscsi'>
  <name>p</name>
  <source>
    <host name='h'/>
    <dir path='p'/>
    <device path='d'/>
    <initiator>
      <iqn name='i'/>
    </initiator>
    <adapter type='scsi_host' name='a'/>
    <auth type='chap' username='u&amp;&lt;'>
      <secret usage='s'/>
    </auth>
    <format type='f'/>
    <name>n</name>
    <protocol ver='4'/>
  </source>
  <target>
    <path>t</path>
  </target>
</pool>" 'pool-define-as --print-xml: everything in its place'
run coffer pool-create-as p scsi --print-xml --adapter-wwnn n --adapter-wwpn p --adapter-parent h \
    --auth-type ceph --auth-username u --secret-uuid "$uuid"
is "$OUT" "<pool type='scsi'>
  <name>p</name>
  <source>
    <adapter type='fc_host' parent='h' wwnn='n' wwpn='p'/>
    <auth type='ceph' username='u'>
      <secret uuid='$uuid'/>
    </auth>
  </source>
</pool>" 'pool-create-as --print-xml: the other kinds'
run coffer pool-define-as p dir - - - - /x --print-xml
is "$OUT" "$(pool_xml p /x)" 'a source that is just a dash is none'
run coffer --json pool-define-as p dir --target /x --print-xml
is "$(json "$OUT" 'it["xml"]')" "$(pool_xml p /x)" 'the XML in JSON'
is "$(coffer pool-list --all --name)" $'one\ntwo' 'nothing was made of it'

# --- Names.
is "$(coffer pool-uuid one)" "$uuid" 'pool-uuid'
is "$(coffer pool-name "$uuid")" one 'pool-name'
is "$(coffer --json pool-name one)" '{"name":"one"}' 'pool-name as JSON'
is "$(coffer --json pool-uuid one)" "{\"uuid\":\"$uuid\"}" 'pool-uuid as JSON'
fails 1 '^error: .*none' 'no such pool' coffer pool-uuid none

# --- Up and down.
fails_unchanged 1 '^error: .*' 'a pool without its folder does not start' coffer pool-start one
ok 'pool-build' coffer pool-build one
is "$OUT $(folder "$TMP/one")" 'Pool one built directory 711' 'makes the folder'
fails_unchanged 1 '^error: .*' 'a dir pool is not built over something' coffer pool-build one --overwrite
ok 'pool-start' coffer pool-start one
is "$OUT" 'Pool one started' 'says which'
fails_unchanged 1 '^error: .*running' 'once' coffer pool-start one
ok 'pool-start --build' coffer pool-start two --build
is "$(folder "$TMP/two")" 'directory 711' 'builds first'
run coffer --json pool-refresh one
is "$OUT" "{\"name\":\"one\",\"uuid\":\"$uuid\"}" 'pool-refresh'
ok 'pool-create-as' coffer pool-create-as three dir --target "$TMP/three" --build
is "$OUT" 'Pool three created' 'says which'
pool_xml four "$TMP/four" >"$TMP/four.xml"
ok 'pool-create' coffer pool-create "$TMP/four.xml" --build
is "$OUT" "Pool four created from $TMP/four.xml" 'says from what'
ok 'pool-destroy' coffer pool-destroy four
is "$OUT" 'Pool four destroyed' 'says which'
fails 1 '^error: .*four' 'a transient pool is gone then' coffer pool-info four
ok 'pool-destroy of a defined pool' coffer pool-destroy two
ok 'it is still there' coffer pool-info two
fails_unchanged 1 '^error: .*running' 'a running pool is not undefined' coffer pool-undefine one
fails_unchanged 1 '^error: .*running' 'nor deleted' coffer pool-delete one
printf x >"$TMP/two/file"
fails_unchanged 1 '^error: .*' 'one that is not empty is not deleted' coffer pool-delete two
is "$(cat "$TMP/two/file")" x 'the file is still there'
rm "$TMP/two/file"
ok 'pool-delete' coffer pool-delete two
is "$OUT $(folder "$TMP/two")" 'Pool two deleted none' 'removes the folder'

# --- Autostart, lists, information.
ok 'pool-autostart' coffer pool-autostart two
is "$OUT" 'Pool two marked as autostarted' 'says so'
fails_unchanged 1 '^error: .*' 'a transient pool is not autostarted' coffer pool-autostart three
names() {
    coffer pool-list --name "$@" | tr '\n' ' '
}
is "$(names)" 'one three ' 'pool-list: the running ones'
is "$(names --all)" 'one three two ' 'pool-list --all'
is "$(names --inactive)" 'two ' 'pool-list --inactive'
is "$(names --transient)" 'three ' 'pool-list --transient'
is "$(names --all --persistent)" 'one two ' 'pool-list --persistent'
is "$(names --all --autostart)" 'two ' 'pool-list --autostart'
is "$(names --all --no-autostart)" 'one three ' 'pool-list --no-autostart'
is "$(names --type dir)" 'one three ' 'pool-list --type'
is "$(names --type fs,netfs)" '' 'pool-list --type of others'
fails 1 '^error: .*nonsense' 'a type that is none' coffer pool-list --type dir,nonsense
is "$(coffer pool-list --uuid --persistent)" "$uuid" 'pool-list --uuid'
is "$(coffer pool-list --uuid --name --persistent)" "$uuid one" 'pool-list --uuid --name'
run coffer pool-list --all
is "$OUT" ' Name    State      Autostart
-------------------------------
 one     active     no
 three   active     no
 two     inactive   yes' 'the table'
run coffer -q pool-list --inactive
is "$OUT" ' two    inactive   yes' '--quiet leaves out the head'
run coffer pool-list --all --details
is "$(sed -n 1p <<<"$OUT" | tr -s ' ')" \
    ' Name State Autostart Persistent Capacity Allocation Available' 'the head of --details'
like "$(sed -n 3p <<<"$OUT" | tr -s ' ')" \
    '^ one running no yes [0-9.]+ [KMGTP]iB [0-9.]+ ([KMGTP]i)?B [0-9.]+ ([KMGTP]i)?B$' 'a running pool'
is "$(sed -n 5p <<<"$OUT" | tr -s ' ')" ' two inactive yes yes - - -' 'a pool that is not'
run coffer --json pool-list --all
is "$(json "$OUT" '[k for k in it[0]]')" \
    "['name', 'uuid', 'state', 'persistent', 'autostart', 'capacity', 'allocation', 'available']" \
    'the keys of JSON'
is "$(json "$OUT" 'it[0]["state"], it[0]["autostart"], type(it[0]["capacity"]).__name__, it[2]["capacity"], it[2]["autostart"]')" \
    "('running', False, 'int', None, True)" 'and their types'
fails 2 'exclude each other' 'details of names only' coffer pool-list --details --name
ok 'pool-autostart --disable' coffer pool-autostart two --disable
is "$OUT $(names --all --autostart)" 'Pool two unmarked as autostarted ' 'says so'

ok 'pool-info' coffer pool-info one
like "$OUT" "^Name:           one
UUID:           $uuid
State:          running
Persistent:     yes
Autostart:      no
Capacity:       [0-9.]+ .iB
Allocation:     [0-9.]+ .*B
Available:      [0-9.]+ .*B\$" 'has a line for each fact'
run coffer pool-info one --bytes
like "$OUT" $'\nCapacity:       [0-9]+\nAllocation:     [0-9]+\nAvailable:      [0-9]+$' 'in bytes'
run coffer pool-info two
like "$OUT" $'State:          inactive\nPersistent:     yes\nAutostart:      no$' \
    'sizes of an inactive pool are not known'
run coffer --json pool-info one
is "$(json "$OUT" 'it["capacity"] >= it["available"] > 0')" True 'JSON has numbers'

ok 'pool-dumpxml' coffer pool-dumpxml one
like "$OUT" '<available unit=' 'has what is now'
run coffer pool-dumpxml one --inactive
unlike "$OUT" '<mode>' '--inactive has what was defined'
run coffer --json pool-dumpxml one
is "$(json "$OUT" 'it["xml"][:18]')" "<pool type='dir'>" 'XML in JSON'

# --- Editing.
edit() {
    EDITOR=$1 VISUAL='' run coffer "${@:2}"
}
edit true pool-edit two
is "$STATUS $OUT" '0 Pool two XML configuration not changed.' 'pool-edit that changes nothing'
edit "sed -i s,$TMP/two,$TMP/elsewhere," pool-edit two
is "$STATUS $OUT" '0 Pool two XML configuration edited.' 'pool-edit that does'
like "$(coffer pool-dumpxml two)" "<path>$TMP/elsewhere</path>" 'it is defined so'
edit 'sed -i s,path,pathos,' --json pool-edit two
is "$STATUS $OUT $(json "$ERR" 'it["error"]["code"]')" '1  invalid-xml' 'one that makes no sense'
like "$(coffer pool-dumpxml two)" "<path>$TMP/elsewhere</path>" 'changes nothing'
edit false pool-edit two
like "$STATUS $ERR" "^1 error: the editor 'false' failed" 'an editor that fails'
edit /no/such/editor pool-edit two
like "$STATUS $ERR" '^1 error: .*/no/such/editor.*EDITOR' 'an editor that is not there'
edit "'" pool-edit two
like "$STATUS $ERR" '^1 error: .*is no command' 'an editor that makes no sense'
VISUAL=true EDITOR=false run coffer pool-edit two
is "$STATUS" 0 'VISUAL comes first'
# The other program is the editor.
printf '#!/bin/sh\nsed "s,%s,%s," "$1" | "%s" --root "%s" -q pool-define - || exit\nsed -i s,elsewhere,here, "$1"\n' \
    "$TMP/elsewhere" "$TMP/others" "$COFFER" "$ROOT" >"$TMP/editor"
chmod +x "$TMP/editor"
edit "$TMP/editor" pool-edit two
like "$STATUS $ERR" '^1 error: .*changed by another' 'a definition that another program changed meanwhile'
like "$(coffer pool-dumpxml two)" "<path>$TMP/others</path>" 'is kept'
is "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'coffer-??????.xml' -newer "$TMP/one.xml")" '' \
    'no temporary file is left'

ok 'pool-undefine' coffer pool-undefine two
is "$OUT" 'Pool two has been undefined' 'says which'
fails 1 '^error: .*two' 'it is gone' coffer pool-info two
is "$(names --all)" 'one three ' 'and in no list'

done_testing
