#!/bin/bash
# canary.sh: a value shows up in its own file and in a pipe, and nowhere else.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires strace qemu-img qemu-io qemu-system-x86_64

# Two values to look for: one that was chosen, and one that is generated below, which volumes are made faster with.
canary='cAnArY-throw-away-5f1e9b'
chosen=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a07
generated=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a09
printf '%s' "$canary" >"$TMP/value.in"

# forms VALUE: a pattern of it as it is, in base64 as its file has it (without an end that depends on what follows),
# and in hexadecimal digits.
forms() {
    local encoded

    encoded=$(printf '%s' "$1" | base64 -w 0)
    printf '%s|%s|%s' "$1" "${encoded:0:28}" "$(printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n')"
}
pattern=$(forms "$canary")
export G_MESSAGES_DEBUG=all COFFER_DEBUG=1 LIBVIRT_DEBUG=1 LIBVIRT_LOG_OUTPUTS=1:stderr
# strace and leak detection both want to trace the process.
export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0

# traced NAME COMMAND...: runs it under strace, children and environments too, with its output kept. It has to work, and none
# of what can be seen of it from outside may have the canary.
traced() {
    local name=$1 found

    shift
    timeout -k 5 120 strace -f -qq -v -s 1000000 -e trace=execve,execveat -o "$TMP/trace" \
        "$COFFER" --root "$ROOT" "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
    STATUS=$?
    ((STATUS == 0)) || fail "$name" "status $STATUS" "$(cat "$TMP/err")" || return
    grep -q execve "$TMP/trace" || fail "$name: is traced" || return
    found=$(grep -aEl "$pattern" "$TMP/trace" "$TMP/err" "$TMP/out")
    is "$found" '' "$name: no argument, environment, output or message has the value"
    cat "$TMP/trace" >>"$TMP/traces"
}

# What these checks look for is there to be found, if somebody were careless.
strace -f -qq -v -s 1000000 -e trace=execve -o "$TMP/trace" /usr/bin/env "X=$canary" /usr/bin/true "$canary"
is "$(grep -acE "$pattern" "$TMP/trace")" 2 'a value in argument or environment would be found'

# Where the value is in the file system, but for the file that it was given in.
resting() {
    (cd "$TMP" && grep -raEl "$pattern" . --exclude=value.in) | sort
}

secret_xml "$chosen" >"$TMP/secret.xml"
traced 'secret-define' secret-define "$TMP/secret.xml"
traced 'secret-set-value' secret-set-value "$chosen" --file "$TMP/value.in" --plain
file=$(find "$ROOT" -name "$chosen.base64")
files=".${file#"$TMP"}"
is "$(base64 -d <"$file")" "$canary" 'the value is in its file'
is "$(resting)" "$files" 'and in no other file'

secret_xml "$generated" >"$TMP/secret.xml"
ok 'a second secret' coffer secret-define "$TMP/secret.xml"
traced 'secret-generate' secret-generate "$generated"
random=$(coffer secret-get-value "$generated" --plain)
is "${#random}" 64 'it has a value'
pattern+="|$(forms "$random")"
is "$(grep -acE "$(forms "$random")" "$TMP/trace" "$TMP/err" "$TMP/out")" \
    "$TMP/trace:0
$TMP/err:0
$TMP/out:0" 'which did not show when it was made'
files+=$'\n'.$(cd "$TMP" && find . -name "$generated.base64" | cut -c 2-)
is "$(resting)" "$files" 'and is in its file only'

traced 'secret-dumpxml' secret-dumpxml "$generated"
traced 'secret-list' secret-list
traced 'pool-create' pool-create-as pool dir --target "$TMP/pool" --build
for format in raw qcow2; do
    volume_xml "plain.$format" "$format" >"$TMP/plain.xml"
    volume_xml "luks.$format" "$format" "$generated" >"$TMP/luks.xml"
    traced "vol-create, $format" vol-create pool "$TMP/plain.xml"
    traced "vol-create, encrypted $format" vol-create pool "$TMP/luks.xml"
    ok "the encrypted $format volume opens with it" opens "$TMP/pool/luks.$format" "$format" "$random"
    traced "vol-resize, encrypted $format" vol-resize "luks.$format" 12M pool
    traced "vol-dumpxml, encrypted $format" vol-dumpxml "luks.$format" pool
done
volume_xml chosen.raw raw "$chosen" >"$TMP/luks.xml"
traced 'vol-create with a chosen value' vol-create pool "$TMP/luks.xml"
ok 'the volume opens with it' opens "$TMP/pool/chosen.raw" raw "$canary"
traced 'pool-refresh' pool-refresh pool

for format in raw qcow2; do
    cat >"$TMP/domain.xml" <<END
<domain type='qemu'>
  <name>canary</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='$format'/>
      <source file='$TMP/pool/luks.$format'>
        <encryption format='luks'><secret type='passphrase' uuid='$generated'/></encryption>
      </source>
      <target dev='vda' bus='virtio'/>
    </disk>
  </devices>
</domain>
END
    traced "domxml-to-native, $format" domxml-to-native qemu-argv "$TMP/domain.xml"
    # QEMU opens the disk, then reads the end of its monitor's input, and is told to quit by it.
    printf '%s\n' '{"execute":"qmp_capabilities"}' '{"execute":"quit"}' >"$TMP/qmp"
    timeout -k 5 120 strace -f -qq -v -s 1000000 -e trace=execve,execveat -o "$TMP/trace" \
        "$COFFER" --root "$ROOT" domain-run "$TMP/domain.xml" -- -display none -S -qmp stdio \
        <"$TMP/qmp" >"$TMP/out" 2>"$TMP/err"
    is $? 0 "domain-run, $format: QEMU opens the disk"
    like "$(cat "$TMP/trace")" 'qemu-system.* = 0' "domain-run, $format: it is traced"
    is "$(grep -aEl "$pattern" "$TMP/trace" "$TMP/err" "$TMP/out")" '' \
        "domain-run, $format: no argument, environment, output or message has the value"
    cat "$TMP/trace" >>"$TMP/traces"
done
like "$(cat "$TMP/traces")" 'qemu-img' 'children were traced'

# A command that fails says why, without the value.
printf '%s-other' "$canary" >"$TMP/value.in"
fails 1 '^error: .*' 'a value that does not open the volumes is refused' \
    coffer secret-set-value "$generated" --file "$TMP/value.in" --plain
unlike "$ERR" "$pattern" 'and is not in the message'
rm "$TMP/out" "$TMP/err" "$TMP/.out" "$TMP/.err"
is "$(resting)" "$files" 'after all this they are in their own files only'

# A core dump of a process that has the value in its hands: it is stopped while it writes more than a pipe takes.
core_dump() {
    local pid core own=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a08

    for ((i = 0; i < 2700; i++)); do printf '%s' "$canary"; done >"$TMP/value.in"
    secret_xml "$own" >"$TMP/secret.xml"
    ok 'a secret for the core dump' coffer secret-define "$TMP/secret.xml"
    ok 'its long value' coffer secret-set-value "$own" --file "$TMP/value.in" --plain
    mkfifo "$TMP/fifo"
    mkdir "$TMP/core"
    (
        cd "$TMP/core" || exit
        ulimit -c unlimited
        export ASAN_OPTIONS=$ASAN_OPTIONS:disable_coredump=0:handle_abort=0
        exec "$COFFER" --root "$ROOT" secret-get-value "$own" >"$TMP/fifo" 2>/dev/null
    ) &
    pid=$!
    exec 7<"$TMP/fifo"
    # The first byte tells that it is at it.
    head -c 1 <&7 >/dev/null
    kill -ABRT "$pid"
    wait "$pid" 2>/dev/null
    exec 7<&-
    core=$(find "$TMP/core" -type f | head -n 1)
    if [[ ! $core && $(cat /proc/sys/kernel/core_pattern) != core* ]]; then
        skip 'no core dump has the value' 'this host sends core dumps elsewhere'
    elif [[ ! $core ]]; then
        pass 'no core dump has the value: there is none'
    else
        is "$(grep -acE "$pattern" "$core")" 0 'no core dump has the value'
    fi
}
core_dump

done_testing
