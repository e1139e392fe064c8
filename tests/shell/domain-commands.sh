#!/bin/bash
# domain-commands.sh: domxml-to-native and domain-run of the shell: output, notes, JSON, statuses; booting is tested elsewhere.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/json.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires python3 qemu-img qemu-system-x86_64

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a60
coffer -q secret-define - < <(secret_xml "$uuid") && coffer -q secret-generate "$uuid" ||
    fail 'preparing a secret'
value=$(coffer secret-get-value "$uuid" --plain)
running_pool pool "$TMP/a pool" || fail 'preparing a pool'
coffer -q vol-create pool - < <(volume_xml disk.img raw "$uuid") || fail 'preparing a volume'
cat >"$TMP/domain.xml" <<END
<domain type='qemu'>
  <name>d</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='raw'/>
      <source pool='pool' volume='disk.img'>
        <encryption format='luks'><secret type='passphrase' uuid='$uuid'/></encryption>
      </source>
      <target dev='vda' bus='virtio'/>
    </disk>
  </devices>
</domain>
END

ok 'domxml-to-native' coffer domxml-to-native qemu-argv "$TMP/domain.xml"
is "$(wc -l <<<"$OUT")" 1 'prints one line'
words=()
eval "words=($OUT)"
like "${words[0]}" 'qemu-system-x86_64$' 'that a shell would understand: the program'
isnt "$(printf '%s\n' "${words[@]}" | grep -c "a pool/disk.img")" 0 'the path with its blank'
unlike "$OUT$ERR" "$value|$(printf '%s' "$value" | base64 -w0 | head -c 40)" 'no value is in it'
native=$OUT
ok '--xml' coffer domxml-to-native --format qemu-argv --xml "$TMP/domain.xml"
is "$OUT" "$native" 'is the same'
ok 'from standard input' coffer domxml-to-native qemu-argv - <"$TMP/domain.xml"
is "$OUT" "$native" 'is the same'
ok '--quiet' coffer -q domxml-to-native qemu-argv "$TMP/domain.xml"
is "$OUT$ERR" "$native" 'has no notes'
ok 'as JSON' coffer --json domxml-to-native qemu-argv "$TMP/domain.xml"
is "$(json "$OUT" 'it["arguments"]')" "$(python3 -c 'import sys; print(sys.argv[1:])' "${words[@]}")" \
    'has the same arguments'
is "$(json "$OUT" 'type(it["notes"]).__name__')" list 'and the notes'
fails_unchanged 1 '^error: .*nonsense.*qemu-argv' 'another format' coffer domxml-to-native nonsense "$TMP/domain.xml"
fails_unchanged 1 '^error: .*none' 'a file that is not there' coffer domxml-to-native qemu-argv "$TMP/none"
fails_unchanged 1 '^error: .*line' 'no domain' coffer domxml-to-native qemu-argv - <<<'<pool/>'

printf '%s\n' '{"execute":"qmp_capabilities"}' '{"execute":"query-block"}' '{"execute":"quit"}' >"$TMP/qmp"
ok 'domain-run' coffer domain-run "$TMP/domain.xml" -- -display none -S -qmp stdio <"$TMP/qmp"
like "$OUT" '"virtual-size": 8388608' 'QEMU has the disk open, decrypted'
fails_unchanged 1 '^error: QEMU ended with status 1' 'QEMU does not like an argument' \
    bash -c '"$@" 2> >(grep -v ^qemu >&2)' bash "$COFFER" --root "$ROOT" domain-run "$TMP/domain.xml" -- --no-such
fails_unchanged 2 '^error: ' 'arguments need their --' coffer domain-run "$TMP/domain.xml" --display none
fails_unchanged 1 '^error: .*none' 'a file that is not there' coffer domain-run "$TMP/none"
sed "s/disk.img/gone.img/" "$TMP/domain.xml" >"$TMP/gone.xml"
fails_unchanged 1 '^error: .*gone.img' 'a volume that is not there' coffer domain-run "$TMP/gone.xml" -- -display none

done_testing
