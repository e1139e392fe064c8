#!/bin/bash
# files.sh: every file that Coffer writes stands in the table of docs/files.md.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/peers.sh"
requires qemu-img

# The first column of the table as patterns of paths below a root.
patterns() {
    sed -n 's/^| \(`[^|]*`\) |.*/\1/p' "$COFFER_SOURCE/docs/files.md" | grep -o '`[^`]*`' |
        tr -d '`' | sed -E 's/^CONFIG/config/; s/^STATE/state/; s/^RUN/run/; s/\./\\./g
            s/UUID/[0-9a-f-]{36}/; s/NAME/[^\/]+/; s/DIGEST/[0-9a-f]{64}/; s/\*/[^\/]+/
            s/.*/^&$/'
}
patterns >"$TMP/patterns"
isnt "$(grep -c '^^config' "$TMP/patterns")" 0 'the table can be read'

persistent=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a0a
ephemeral=7d6f0e6a-53a2-4c7e-9c43-2b8f6b2f1a0b
ok 'a secret with a value' define_secret "$persistent" 'throw-away value'
secret_xml "$ephemeral" '' "ephemeral='yes' private='no'" >"$TMP/secret.xml"
ok 'an ephemeral one' coffer secret-define "$TMP/secret.xml"
ok 'a running pool' running_pool pool "$TMP/pool"
ok 'with autostart' coffer pool-autostart pool
ok 'an encrypted volume' coffer vol-create-as pool v.img 1M --format raw --encrypt
# And what is there while something is being done.
COFFER_FAULT=volume:removed=kill run coffer vol-delete v.img pool

find "$ROOT" ! -type d -printf '%P\n' | sort >"$TMP/files"
diag "$(cat "$TMP/files")"
is "$(grep -vEf "$TMP/patterns" "$TMP/files")" '' 'every file stands in the table'
for kind in 'config/secrets/.*base64' 'config/storage/autostart/' 'state/uses/' 'state/jobs/' \
    'run/secrets/' 'run/storage/' 'run/locks/'; do
    isnt "$(grep -cE "^$kind" "$TMP/files")" 0 "there was a file $kind"
done
is "$(find "$ROOT" -name '*.new')" '' 'no leftover'

done_testing
