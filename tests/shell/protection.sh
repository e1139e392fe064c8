#!/bin/bash
# protection.sh: no volume loses its secret by a path that looks harmless.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
requires qemu-img

pool=$TMP/pool
coffer -q pool-define-as p dir --target "$pool" && coffer -q pool-build p && coffer -q pool-start p ||
    exit 1

# How many secrets have a value.
secrets() {
    find "$ROOT/config/secrets" -name '*.base64' | wc -l
}

# A volume that was moved away still needs the secret that was made for it.
ok 'a volume with a secret of its own' coffer vol-create-as p moved 1M --encrypt
mv "$pool/moved" "$pool/moved.old"
fails_unchanged 1 'pool-refresh' 'its name is not taken over with encryption' \
    coffer vol-create-as p moved 1M --encrypt
ok 'a plain volume may have the name' coffer vol-create-as p moved 1M
ok 'and is deleted' coffer vol-delete moved p
unlike "$OUT" 'generated for it' 'without the secret of the other'
is "$(secrets)" 1 'which is there'
ok 'a refresh finds the volume' coffer pool-refresh p
like "$(coffer vol-dumpxml moved.old p)" '<secret type=' 'and its secret'
ok 'deleted under its new name' coffer vol-delete moved.old p
is "$(secrets)" 0 'with its secret'

# A generated secret that somebody defined for more than one volume stays.
uuid=3f1b7e0a-6c2d-4d0e-8a55-0f6b9c2d7e11
printf '<secret><uuid>%s</uuid></secret>' "$uuid" >"$TMP/s.xml"
coffer -q secret-define "$TMP/s.xml" && coffer -q secret-generate "$uuid" || exit 1
ok 'a volume of a secret that was defined by hand' coffer vol-create-as p one 1M --encrypt --secret "$uuid"
cp "$pool/one" "$TMP/backup"
sed 's/<secret/<secret ephemeral="yes"/' "$TMP/s.xml" >"$TMP/e.xml"
fails_unchanged 1 'needs it' 'a secret in use does not become ephemeral' coffer secret-define "$TMP/e.xml"
fails_unchanged 1 'is the volume itself' 'a volume is not downloaded onto itself' \
    coffer vol-download one "$pool/one" p

# What cannot be read may be the use of any secret.
use=$(echo "$ROOT"/state/uses/*.use)
cp "$use" "$TMP/use"
echo junk >"$use"
run coffer secret-undefine "$uuid"
is "$STATUS" 1 'with a damaged record of a use, nothing is undefined'
like "$ERR" 'mend it' 'and the record is named'
run coffer secret-set-value "$uuid" --stdin < <(printf wrong)
is "$STATUS" 1 'nor is a value replaced'
cat "$TMP/use" >"$use"

ok 'its volume is deleted' coffer vol-delete one p
is "$(secrets)" 1 'the secret stays, for the backup'
ok 'undefined by hand' coffer secret-undefine "$uuid"

# Where the volume is lost for good, force lets go of the record too.
ok 'another' coffer vol-create-as p lost 1M --encrypt
rm "$pool/lost"
uuid=$(basename "$(echo "$ROOT"/config/secrets/*.xml)" .xml)
ok 'forced' coffer secret-undefine "$uuid" --force
ok 'the name is free again' coffer vol-create-as p lost 1M --encrypt

fails_unchanged 1 'raw volume cannot have a backing' 'a raw volume has no backing file' \
    coffer vol-create-as p raw 1M --backing-vol lost --backing-vol-format raw
ln -s "$pool" "$TMP/link"
fails_unchanged 1 'is that of pool' 'one folder is one pool, by whatever path' \
    coffer pool-define-as q dir --target "$TMP/link"
mv "$pool" "$pool.away"
ok 'a pool whose folder is gone is listed' coffer pool-list
like "$OUT" $'\n *p +active' 'by name'
done_testing
