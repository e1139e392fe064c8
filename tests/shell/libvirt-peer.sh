#!/bin/bash
# libvirt-peer.sh: the private libvirtd that other tests take as a witness works, and is really private.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/libvirtd.sh"

uuid=6ba7b811-9dad-11d1-80b4-00c04fd430c8
libvirtd_start

cat >"$TMP/secret.xml" <<END
<secret ephemeral='no' private='no'>
  <uuid>$uuid</uuid>
  <usage type='volume'><volume>$TMP/pool/v.img</volume></usage>
</secret>
END
ok 'it defines a secret' virsh secret-define "$TMP/secret.xml"
printf 'throw-away' >"$TMP/value"
ok 'it takes a value' virsh secret-set-value "$uuid" --file "$TMP/value" --plain
ok 'it gives the value back' virsh secret-get-value "$uuid" --plain
is "$OUT" 'throw-away' 'the value is what was set'

if [[ -f $LIBVIRTD_ETC/secrets/$uuid.base64 ]]; then
    pass 'its files are in its own folder'
else
    fail 'its files are in its own folder' "$(find "$LIBVIRTD_DIR")"
fi
if [[ -e /etc/libvirt/secrets/$uuid.xml || -e ~/.config/libvirt/secrets/$uuid.xml ]]; then
    fail 'the host is not touched'
else
    pass 'the host is not touched'
fi

mkdir "$TMP/pool"
ok 'it runs a pool' virsh pool-create-as peer dir --target "$TMP/pool"
ok 'it makes a volume' virsh vol-create-as peer plain.qcow2 1M --format qcow2
like "$(head -c 4 "$TMP/pool/plain.qcow2" | od -An -c)" 'Q +F +I' 'the volume is really there'

done_testing
