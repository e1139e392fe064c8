#!/bin/bash
# virsh-same.sh: the same commands given to virsh and to coffer print the same and succeed or fail alike.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/libvirtd.sh"

uuid=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a70
pool=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a71
libvirtd_start
cd "$TMP" || exit
cat >secret.xml <<END
<secret ephemeral='no' private='no'>
  <uuid>$uuid</uuid>
  <description>a 'quoted' &lt;description&gt; in ünïcode</description>
  <usage type='volume'><volume>$TMP/pool/v.img</volume></usage>
</secret>
END
cat >private.xml <<END
<secret ephemeral='yes' private='yes'><uuid>${uuid%0}2</uuid><usage type='ceph'><name>a name</name></usage></secret>
END
cat >pool.xml <<END
<pool type='dir'><name>xml</name><uuid>$pool</uuid><target><path>$TMP/xml-pool</path></target></pool>
END
cat >volume.xml <<END
<volume><name>xml.img</name><capacity unit='MiB'>2</capacity><allocation>0</allocation><target><format type='raw'/></target></volume>
END
printf 'dGhyb3ctYXdheQ==' >base64
printf 'throw-away' >plain
head -c 100000 /dev/zero | tr '\0' u >upload

# One a line; # begins a comment. What the file system says of itself is masked.
cat >commands <<END
secret-list
secret-define secret.xml
secret-define --file secret.xml --validate
secret-define private.xml
secret-define none.xml
secret-list
secret-list --ephemeral
secret-list --no-ephemeral
secret-list --private --no-private
secret-dumpxml $uuid
secret-dumpxml --secret ${uuid%0}2
secret-dumpxml ${uuid%0}9
secret-get-value $uuid
secret-set-value $uuid --file base64
secret-get-value $uuid
secret-set-value $uuid --file plain --plain
secret-get-value $uuid
secret-get-value $uuid --plain
secret-set-value $uuid --file base64 --interactive
secret-set-value ${uuid%0}2 --file base64
secret-get-value ${uuid%0}2
secret-undefine ${uuid%0}2
secret-undefine ${uuid%0}2
pool-list --all
pool-define pool.xml
pool-define-as as dir --target $TMP/pool
pool-define-as as2 dir - - - - $TMP/pool2
pool-define-as none dir
pool-create-as transient dir --target $TMP/transient --build
pool-list
pool-list --all
pool-list --inactive
pool-list --transient
pool-list --all --persistent
pool-list --all --type dir
pool-list --type fs
pool-list --type nonsense
pool-list --all --name
pool-list --uuid --transient --inactive
pool-build as
pool-build xml
pool-build as --overwrite
pool-start as
pool-start as
pool-start xml --build
pool-start as2
pool-autostart xml
pool-autostart transient
pool-list --all --autostart
pool-list --all --no-autostart
pool-autostart xml --disable
pool-uuid xml
pool-name $pool
pool-info xml
pool-info $pool --bytes
pool-info as2
pool-list --all --details
pool-dumpxml as2 --inactive
pool-refresh as
pool-refresh as2
pool-undefine as
pool-delete as
pool-destroy transient
pool-destroy transient
pool-define-as p dir h p d n t --source-format f --print-xml
pool-define-as p iscsi --source-host h --source-dev d --source-initiator i --auth-type chap --auth-username u --secret-usage s --target t --print-xml
pool-create-as p scsi --adapter-wwnn n --adapter-wwpn p --adapter-parent x --print-xml
vol-list as
vol-create-as as v.img 1M --allocation 0
vol-create-as as v.img 1M
vol-create-as as v.qcow2 3MiB --format qcow2
vol-create-as as top.qcow2 3MiB --format qcow2 --backing-vol v.img --backing-vol-format raw
vol-create-as as w.img 1M 0 raw --print-xml
vol-create-as as w.img 1X
vol-create-as none w.img 1M
vol-create as volume.xml
vol-create --pool as --file volume.xml
vol-create as volume.xml --validate
vol-list as
vol-list as --details
vol-list none
vol-info v.img as
vol-info v.img --pool as --bytes
vol-info --vol $TMP/pool/v.qcow2 --bytes --physical
vol-info v.img
vol-info none as
vol-path v.img as
vol-path v.img --pool as
vol-key v.img as
vol-key $TMP/pool/v.img
vol-name $TMP/pool/v.img
vol-name $TMP/pool/none
vol-pool $TMP/pool/v.img
vol-pool $TMP/pool/none
vol-resize v.img 4M as
vol-info v.img as
vol-resize v.img 1M as
vol-resize v.img 1M as --delta
vol-resize v.img 2M as --shrink
vol-resize v.img --capacity=-1M --pool as --delta --shrink
vol-resize v.img --capacity=-1M --pool as
vol-resize v.qcow2 5M as
vol-info v.qcow2 as --bytes
vol-download v.img down as --length 16
vol-download none down as
vol-delete xml.img as
vol-delete top.qcow2 --pool as
vol-delete v.img as
vol-delete v.qcow2 as
vol-delete v.img as
pool-destroy as
pool-delete as
pool-delete as
pool-undefine as
pool-undefine as
pool-destroy xml
pool-undefine xml
pool-undefine as2
pool-list --all
secret-undefine $uuid
secret-list
nonsense
secret-list --nonsense
secret-list more
secret-dumpxml
vol-path v.img --pool
echo --shell "a b" 'c d'
echo --xml "<a>"
END

# masked FILE: without what is another at each run: sizes of the file system, UUIDs made up; and without
# blank lines and widths of columns, which follow from these.
masked() {
    sed -E -e '/^UUID:/,$s/^(Capacity|Allocation|Available): .*/\1: SIZE/' \
        -e 's/( running .*(yes|no)) .*/\1 SIZES/' -e '/^-----/d; s/  +/  /g; s/ +$//; /^$/d' \
        -e "/$uuid|${uuid%0}2|$pool/!s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/" "$1"
}

# session COMMAND...: all of them, into the folder OUT.
session() {
    local number=0 line

    while read -r line; do
        ((number++))
        "$@" "$line" >"$OUT/$number" 2>"$OUT/$number.err" </dev/null
        echo $? >"$OUT/$number.status"
    done <commands
}
by_virsh() {
    timeout -k 5 "$TIME_LIMIT" "$(type -P virsh)" -c "$LIBVIRT_URI" "$1"
}
OUT=$TMP/by-virsh
mkdir "$OUT"
session by_virsh
rm -rf "$TMP"/{pool,xml-pool,pool2,transient,down}
OUT=$TMP/by-coffer
mkdir "$OUT"
session coffer

number=0
while read -r line; do
    ((number++))
    is "$(masked "by-coffer/$number")" "$(masked "by-virsh/$number")" "$line"
    theirs=$(cat "by-virsh/$number.status")
    ours=$(cat "by-coffer/$number.status")
    ((ours == 2)) && ours=1
    is "$ours" "$theirs" "$line: the status" || diag "$(cat "by-virsh/$number.err" "by-coffer/$number.err")"
done <commands

done_testing
