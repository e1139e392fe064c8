#!/bin/bash
# boot.sh: a Linux that `coffer domain-run` starts reads and writes encrypted disks of all kinds, on several buses.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
. "$COFFER_SOURCE/tests/lib/guest.sh"
requires qemu-img qemu-io pgrep
TIME_LIMIT=300 # the making of a key from a passphrase takes seconds of an idle machine

generated=0b8f6c1e-2f57-4a86-9d8d-1c5e7a40b301
chosen=0b8f6c1e-2f57-4a86-9d8d-1c5e7a40b302
# With what QEMU's own syntax or a shell would not leave alone.
passphrase=' throw-away, "Päß=wort",file=x 100%s $HOME '
vault=$TMP/vault

# The guest finds six disks, says what is on each, waits to be looked at, and writes on each.
guest_build virtio_pci virtio_blk virtio_scsi ahci sd_mod <<'END'
try=0
while [ "$(ls /sys/block | grep -c '^[sv]d')" -lt 6 ] && [ $((try += 1)) -le 100 ]; do
    sleep 0.1
done
sector() {
    dd if=/dev/$name bs=512 skip=$1 count=1 2>/dev/null | tr -d '\0'
}
for disk in /sys/block/[sv]d*; do
    name=${disk##*/}
    size=$(cat $disk/size)
    echo "disk: $size sectors, read-only $(cat $disk/ro), $(sector 0), $(sector $((size - 1)))"
    [ ! -f $disk/serial ] || echo "serial of $(sector 0): $(cat $disk/serial)"
done
echo 'everything is read'
read -r answer
for disk in /sys/block/[sv]d*; do
    name=${disk##*/}
    what=$(sector 0)
    echo "$answer, $what" | dd of=/dev/$name bs=512 seek=2048 conv=sync,fsync 2>/dev/null &&
        echo "written: $what" || echo "not written: $what"
done
END

# What each volume is to qemu-io, and its secret.
luks='driver=luks,key-secret=s,file.filename'
qcow2='driver=qcow2,encrypt.format=luks,encrypt.key-secret=s,file.filename'
base='backing.driver=qcow2,backing.encrypt.format=luks,backing.encrypt.key-secret=s,backing.file.filename'
volumes=(generated.qcow2 chosen.img base.qcow2 made.img shared.img plain.qcow2)
declare -A image=(
    [generated.qcow2]="$qcow2=$vault/generated.qcow2"
    [chosen.img]="$luks=$vault/chosen.img"
    [base.qcow2]="$qcow2=$vault/base.qcow2"
    [made.img]="$luks=$vault/made.img"
    [shared.img]="$luks=$vault/shared.img"
    [plain.qcow2]="driver=qcow2,file.filename=$vault/plain.qcow2"
    [overlay.qcow2]="driver=qcow2,file.filename=$vault/overlay.qcow2,$base=$vault/base.qcow2"
)
declare -A secret=([generated.qcow2]=$generated [chosen.img]=$chosen [base.qcow2]=$generated
    [shared.img]=$generated [overlay.qcow2]=$generated)

# with_value VOLUME COMMAND...: descriptor 9 is its secret's value, if it has one.
with_value() {
    limit "${@:2}" 9< <([[ ${secret[$1]-} ]] && coffer secret-get-value "${secret[$1]}" --plain)
}

# sector VOLUME NUMBER: the text in it, without what a terminal would not show.
sector() {
    rm -f "$TMP/sector"
    with_value "$1" qemu-img dd ${secret[$1]+--object secret,id=s,file=/dev/fd/9} -U --image-opts -O raw \
        bs=512 "skip=$2" "count=$(($2 + 1))" "if=${image[$1]}" "of=$TMP/sector" >/dev/null
    tr -cd '[:print:]' <"$TMP/sector"
}

# mark VOLUME SECTOR TEXT: writes it there.
mark() {
    printf '%s' "$3" >"$TMP/mark"
    truncate -s 512 "$TMP/mark"
    with_value "$1" qemu-io ${secret[$1]+--object secret,id=s,file=/dev/fd/9} --image-opts "${image[$1]}" \
        -c "write -s $TMP/mark $(($2 * 512)) 512" >/dev/null
}

make_volumes() {
    local name

    printf '%s' "$passphrase" >"$TMP/passphrase"
    for uuid in "$generated" "$chosen"; do
        secret_xml "$uuid" >"$TMP/secret.xml"
        ok "secret-define $uuid" coffer secret-define "$TMP/secret.xml"
    done
    ok 'secret-generate' coffer secret-generate "$generated"
    ok 'secret-set-value' coffer secret-set-value "$chosen" --file "$TMP/passphrase" --plain
    ok 'a pool' running_pool vault "$vault"
    volume_xml generated.qcow2 qcow2 "$generated" >"$TMP/generated.xml"
    volume_xml base.qcow2 qcow2 "$generated" >"$TMP/base.xml"
    volume_xml chosen.img raw "$chosen" >"$TMP/chosen.xml"
    volume_xml shared.img raw "$generated" >"$TMP/shared.xml"
    for name in generated base chosen shared; do
        ok "vol-create of $name" coffer vol-create vault "$TMP/$name.xml"
    done
    ok 'vol-create-as --encrypt' coffer vol-create-as vault made.img 8M --format raw --encrypt
    ok 'vol-create-as' coffer vol-create-as vault plain.qcow2 8M --format qcow2
    secret[made.img]=$(coffer vol-dumpxml made.img vault | sed -n "s/.*<secret .*uuid='\([^']*\)'.*/\1/p")
    isnt "${secret[made.img]}" '' 'vol-create-as --encrypt made a secret'
    for name in "${volumes[@]}"; do
        mark "$name" 0 "first of $name" && mark "$name" 16383 "last of $name" || fail "$name is marked"
    done
    ok 'a layer over an encrypted volume' coffer vol-create-as vault overlay.qcow2 8M --format qcow2 \
        --backing-vol base.qcow2 --backing-vol-format qcow2
}

# Disks in clear are what proves that those marks can be found.
check_encrypted() {
    local name count

    for name in "${volumes[@]}"; do
        count=$(grep -ac "first of $name" "$vault/$name")
        is "$((count > 0))" "$([[ ${secret[$name]-} ]]; echo $?)" "whether $name shows what is on it"
    done
}

domain_xml() {
    local made="<encryption format='luks'><secret type='passphrase' uuid='${secret[made.img]}'/></encryption>"
    local generated=${made/${secret[made.img]}/$generated} chosen=${made/${secret[made.img]}/$chosen}

    cat <<END
<domain type='qemu'>
  <name>boot</name>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <cpu mode='maximum'/>
  <devices>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source pool='vault' volume='generated.qcow2'>$generated</source>
      <target dev='vda' bus='virtio'/>
      <serial>serial-of-a</serial>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='$vault/chosen.img'/>
      <target dev='vdb' bus='virtio'/>
      <readonly/>
      $chosen
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='$vault/overlay.qcow2'/>
      <backingStore type='file'>
        <format type='qcow2'/>
        <source file='$vault/base.qcow2'>$generated</source>
        <backingStore/>
      </backingStore>
      <target dev='vdc' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='$vault/plain.qcow2'/>
      <target dev='vdd' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='$vault/made.img'>$made</source>
      <target dev='sda' bus='sata'/>
    </disk>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='raw'/>
      <source pool='vault' volume='shared.img'>$generated</source>
      <target dev='sdb' bus='scsi'/>
    </disk>
    <controller type='scsi' index='0' model='virtio-scsi'/>
  </devices>
</domain>
END
}

# $TMP/values gets all values and their base64, a line each: what must not be seen.
collect_values() {
    local uuid

    for uuid in "$generated" "$chosen" "${secret[made.img]}"; do
        coffer secret-get-value "$uuid" --plain && echo
        coffer secret-get-value "$uuid"
    done >"$TMP/values"
    is "$(sort -u "$TMP/values" | grep -c .)" 6 'there are three values to look for'
    is "$(grep -cFf "$TMP/values" "$TMP/passphrase")" 1 'and they are found where they are'
}

# Everybody on a host can read the arguments of a process, and its user the environment.
check_processes() {
    local pid qemu=

    for pid in $(guest_processes); do
        cat "/proc/$pid/cmdline" "/proc/$pid/environ" 2>/dev/null | tr '\0' '\n' >"$TMP/seen"
        [[ -s $TMP/seen ]] || continue # it has ended meanwhile
        grep -q '^secret,' "$TMP/seen" && qemu=$pid
        is "$(grep -cFf "$TMP/values" "$TMP/seen")" 0 \
            "no value in the arguments and environment of $(head -n 1 "$TMP/seen")"
    done
    like "$(readlink "/proc/${qemu:-0}/exe")" qemu-system 'QEMU was looked at'
    is "$(find "/proc/$qemu/fd" -lname "$TMP/*" ! -lname "$vault/*" ! -lname "$TMP/guest.*")" '' \
        'it has no file open but its disks'
}

check_boot() {
    local name ro before

    before=$(digest "$vault" | grep -E ' (base.qcow2|chosen.img)$')
    guest_start "$COFFER" --root "$ROOT" domain-run "$TMP/domain.xml" -- "${GUEST_ARGS[@]}"
    if guest_expect '^everything is read'; then
        check_processes
    else
        fail 'the guest finds its disks' "$(cat "$GUEST_LOG" "$TMP/guest.err")"
        return
    fi
    guest_say 'written by the guest'
    guest_finish
    is "$GUEST_STATUS" 0 'domain-run ends as QEMU does'
    like "$(cat "$GUEST_LOG")" 'guest ended: 0' 'and the guest as it should'

    for name in generated.qcow2 chosen.img base.qcow2 plain.qcow2 made.img shared.img; do
        [[ $name == chosen.img ]] && ro=1 || ro=0
        is "$(grep -c "^disk: 16384 sectors, read-only $ro, first of $name, last of $name"$'\r*$' "$GUEST_LOG")" 1 \
            "the guest reads $name"
    done
    like "$(cat "$GUEST_LOG")" 'serial of first of generated.qcow2: serial-of-a' 'a disk has its serial number'

    for name in generated.qcow2 overlay.qcow2 plain.qcow2 made.img shared.img; do
        is "$(sector "$name" 2048)" "written by the guest, first of ${name/overlay/base}" \
            "what the guest wrote is on $name"
    done
    like "$(cat "$GUEST_LOG")" 'not written: first of chosen.img' 'the guest cannot write on a read-only disk'
    is "$(digest "$vault" | grep -E ' (base.qcow2|chosen.img)$')" "$before" \
        'a read-only disk, and a volume below a layer, are as they were'
}

make_volumes
check_encrypted
domain_xml >"$TMP/domain.xml"
collect_values
ok 'the domain is valid' coffer domxml-to-native qemu-argv "$TMP/domain.xml" --validate
like "$OUT" '^/?[^ ]*qemu-system-x86_64 .*secret,id=' 'arguments on paper have secrets'
is "$(grep -cFf "$TMP/values" <<<"$OUT$ERR")" 0 'but no value'
check_boot
done_testing
