# peers.sh: XML and small steps that several black-box tests share; it tests nothing itself.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# After tap.sh. The values that tests set are throw-away texts, never random, so that they can be searched for.

# secret_xml UUID [USAGE-VOLUME] [ATTRIBUTES]
secret_xml() {
    printf "<secret %s>\n  <uuid>%s</uuid>\n" "${3:-ephemeral='no' private='no'}" "$1"
    [[ ${2-} ]] && printf "  <usage type='volume'>\n    <volume>%s</volume>\n  </usage>\n" "$2"
    printf '</secret>\n'
}

# volume_xml NAME FORMAT [SECRET-UUID]: 8 MiB, sparse.
volume_xml() {
    printf "<volume>\n  <name>%s</name>\n  <capacity unit='MiB'>8</capacity>\n" "$1"
    printf "  <allocation>0</allocation>\n  <target>\n    <format type='%s'/>\n" "$2"
    [[ ${3-} ]] && printf "    <encryption format='luks'>\n      <secret type='passphrase' uuid='%s'/>\n    </encryption>\n" "$3"
    printf '  </target>\n</volume>\n'
}

# define_secret UUID VALUE [USAGE-VOLUME]: by the program under test.
define_secret() {
    secret_xml "$1" "${3-}" >"$TMP/define.xml"
    coffer secret-define "$TMP/define.xml" >/dev/null &&
        printf '%s' "$2" >"$TMP/define.value" &&
        coffer secret-set-value "$1" --file "$TMP/define.value" --plain >/dev/null
    rm -f "$TMP/define.xml" "$TMP/define.value"
}

# running_pool NAME FOLDER
running_pool() {
    coffer pool-define-as "$1" dir --target "$2" >/dev/null && coffer pool-build "$1" >/dev/null &&
        coffer pool-start "$1" >/dev/null
}

# opens FILE FORMAT VALUE: whether QEMU reads the first sector of an encrypted image with that value.
opens() {
    local image="driver=luks,key-secret=s,file.filename=$1"

    [[ $2 == qcow2 ]] &&
        image="driver=qcow2,encrypt.format=luks,encrypt.key-secret=s,file.filename=$1"
    limit qemu-io -r --object secret,id=s,file=/dev/fd/9 --image-opts "$image" -c 'read 0 512' \
        9< <(printf '%s' "$3")
}
