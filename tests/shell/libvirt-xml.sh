#!/bin/bash
# libvirt-xml.sh: libvirt itself says that the golden files are right: it reads what they give, writes
# what they expect to the byte, and refuses what they refuse.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/libvirtd.sh"

requires virsh xmllint
golden=$COFFER_SOURCE/tests/golden
libvirt_schemas=/usr/share/libvirt/schemas
[[ -f $libvirt_schemas/secret.rng ]] || skip_all 'the schemas of libvirt are not installed'
libvirtd_start

# What is not to be compared, and why.
declare -A not_libvirt=(
    [volume/encryption-luks2-dm-crypt]='an engine of ours'
    [volume/encryption-luks-any-layers]='since libvirt 9.3'
    [volume/backing-no-capacity]='the test driver always wants a capacity'
    [volume/largest]='the test driver knows the size of its pools'
    [secret/minimal]='libvirt makes up a UUID'
)
# What libvirt takes and we do not: names and paths that do harm, numbers out of range, ...
stricter='name-(control|dash|dots?|long|newline|slash)|target-(control|dots?|generated|relative)'
stricter+='|host-port|capacity-signed|compat-(future|space)'
# ... and what its test driver does not look at.
stricter+='|mount-option|rbd-option'

# virsh_test COMMANDS: in libvirt's test driver, which knows all types of pools and needs no daemon.
virsh_test() {
    timeout -k 5 "$TIME_LIMIT" "$(type -P virsh)" -q -c test:///default "$@"
}

# expected FILE: what it is to give, apart from what is written as a reference: libvirt writes that raw.
expected() {
    local out=${1%.xml}.out

    [[ -f $out ]] || out=$1
    sed -e 's/&#13;/\r/g; s/&#9;/\t/g; s/&#10;/\n/g' "$out"
}

text_of() {
    xmllint --xpath "string($2)" "$1"
}

# same NAME WANT: OUT is the same, apart from lines that match EXCEPT.
same() {
    is "$(grep -vE "$EXCEPT" <<<"$OUT")" "$(grep -vE "$EXCEPT" <<<"$2")" "$1"
}

each() {
    local file name

    for file in "$golden/$1"/*.xml; do
        name=$1/$(basename "$file" .xml)
        [[ ${not_libvirt[$name]+x} ]] || "$2" "$file" "$name"
    done
}

# Ours is what libvirt does not know, and leaves out.
EXCEPT='^$|coffer:value'
check_secret() {
    local uuid want

    if [[ $2 == *-invalid ]]; then
        run virsh secret-define "$1"
        isnt "$STATUS" 0 "$2 is refused"
        return
    fi
    want=$(expected "$1")
    uuid=$(sed -n 's,.*<uuid>\(.*\)</uuid>.*,\1,p' <<<"$want")
    run virsh "secret-define $1; secret-dumpxml $uuid"
    same "$2" "${want/ xmlns:coffer=\'urn:coffer:xml:1.0\'/}"
    virsh secret-undefine "$uuid" >/dev/null
}
# These two say wrong only what is ours.
not_libvirt[secret/coffer-origin-invalid]=1
not_libvirt[secret/coffer-no-origin-invalid]=1
# libvirt lets the first be nobody's UUID, expands the entities of the next, and shows any usage.
not_libvirt[secret/uuid-zero-invalid]=1
not_libvirt[secret/dtd-invalid]=1
not_libvirt[secret/usage-control-invalid]=1
each secret check_secret

# The daemon for namespaces, which only it reads; a running pool's sizes are the driver's.
EXCEPT="^$| unit='bytes'>"
check_pool() {
    local client=virsh_test name want

    if [[ $2 == *-invalid ]]; then
        [[ $2 =~ ^pool/($stricter)-invalid$ ]] && return
        run virsh_test pool-define "$1"
        isnt "$STATUS" 0 "$2 is refused"
        return
    fi
    want=$(expected "$1")
    name=$(text_of "$1" /pool/name)
    if [[ $want == *xmlns:fs* || ($want == *xmlns:rbd* && $have_rbd) ]]; then
        client=virsh
    elif [[ $want == *xmlns:rbd* ]]; then
        want=$(sed '/<rbd:/d; /<\/rbd:/d; s/ xmlns:rbd=[^>]*//' <<<"$want")
    fi
    run "$client" "pool-define $1; pool-dumpxml '${name:-$(text_of "$1" /pool/source/name)}'"
    [[ $want == *'<uuid>'* ]] || OUT=$(grep -v '<uuid>' <<<"$OUT")
    same "$2" "$want"
}
# Debian has that back end in a package of its own, with all of Ceph behind it.
have_rbd=$(virsh pool-capabilities | grep "type='rbd' supported='yes'")
each pool check_pool

# A pool decides on key and path of a volume. POOL: XML of the pool to try it in.
EXCEPT='^$|<key>|^    <path>'
check_volume() {
    local want

    if [[ $2 == *-invalid ]]; then
        [[ $2 =~ ^volume/($stricter)-invalid$ ]] && return
        run virsh_test "pool-create $POOL; vol-create p $1"
        isnt "$STATUS" 0 "$2 is refused"
        return
    fi
    want=$(expected "$1")
    run virsh_test "pool-create $POOL; vol-create p $1; vol-dumpxml '$(text_of "$1" /volume/name)' p"
    same "$2" "$want"
}
target='<target><path>/dev</path></target>'
echo "<pool type='dir'><name>p</name>$target</pool>" >"$TMP/dir"
echo "<pool type='disk'><name>p</name><source><device path='/d'/></source>$target</pool>" >"$TMP/disk"
echo "<pool type='logical'><name>p</name></pool>" >"$TMP/logical"
POOL=$TMP/dir
each volume check_volume
POOL=$TMP/disk
each volume-disk check_volume
POOL=$TMP/logical
each volume-logical check_volume

# The schemas, over all golden files. Ours take more where libvirt's documentation or a later libvirt
# does, and less nowhere but in the UUID of a secret.
more='secret/coffer-(generated|other-prefix)|pool/(iscsi-direct|auth-uuid-invalid)'
more+='|volume/encryption-luks(-any-layers|-cipher-short|-ivgen-short|-input|2-dm-crypt)'

verdict() {
    xmllint --nonet --noout --relaxng "$1" "$2" >/dev/null 2>&1 && echo valid || echo invalid
}

check_schema() {
    local kind=${2%%[/-]*}
    local -A libvirt=([secret]=secret [pool]=storagepool [volume]=storagevol)

    [[ $2 =~ ^($more)$ ]] && return
    is "$(verdict "$COFFER_SOURCE/xml-schemas/$kind.rng" "$1")" \
        "$(verdict "$libvirt_schemas/${libvirt[$kind]}.rng" "$1")" "the schemas agree on $2"
}
not_libvirt=()
for folder in secret pool volume volume-disk volume-logical; do
    each "$folder" check_schema
done

done_testing
