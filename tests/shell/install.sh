#!/bin/bash
# install.sh: what `meson install` puts in place is complete, and a program elsewhere can be built with it.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
requires meson pkg-config gcc /usr/bin/python3

TIME_LIMIT=120
dest=$TMP/dest
ok 'meson install' env DESTDIR="$dest" meson install -C "$COFFER_BUILD" --no-rebuild --quiet
prefix=$(find "$dest" -type d -path '*/include/coffer' | sed 's|/include/coffer$||')
library=$(dirname "$(find "$dest" -name 'libcoffer.so')")
typelibs=$(dirname "$(find "$dest" -name 'Coffer-0.typelib')")

# there PATTERN NAME
there() {
    isnt "$(find "$dest" ! -type d -path "*$1")" '' "$2 is installed"
}
there '/bin/coffer' 'the program'
there '/libcoffer.so.0' 'the library'
there '/pkgconfig/coffer.pc' 'the pkg-config file'
there '/gir-1.0/Coffer-0.gir' 'the introspection data'
there '/girepository-1.0/Coffer-0.typelib' 'the typelib'
there '/man1/coffer.1*' 'the man page'
there '/bash-completion/completions/coffer' 'the completion'
for header in "$COFFER_SOURCE"/src/coffer/*.h; do
    there "/include/coffer/${header##*/}" "the header ${header##*/}"
done
for schema in "$COFFER_SOURCE"/xml-schemas/*.rng; do
    there "/coffer/schemas/${schema##*/}" "the schema ${schema##*/}"
done
is "$(find "$dest" -name '*.a')" '' 'no static part is'

export LD_LIBRARY_PATH=$library
ok 'the installed program runs' "$prefix/bin/coffer" --version
# As if it had been configured for where it is now.
mkdir "$TMP/pkgconfig"
sed "s|^prefix=.*|prefix=$prefix|" "$library/pkgconfig/coffer.pc" >"$TMP/pkgconfig/coffer.pc"
export PKG_CONFIG_PATH=$TMP/pkgconfig
flags=$(pkg-config --cflags --libs coffer) || fail 'pkg-config knows coffer'
sanitize=()
nm -D "$library/libcoffer.so" | grep -q __asan_init && sanitize=('-fsanitize=address,undefined')
# shellcheck disable=SC2086  # flags are words
ok 'a program is built with the installed library' gcc -Wall -Werror "${sanitize[@]}" \
    "$COFFER_SOURCE/examples/c/encrypted-volume.c" -o "$TMP/encrypted-volume" $flags
mkdir "$TMP/c"
ok 'it runs' "$TMP/encrypted-volume" "$TMP/c"
like "$OUT" "^$TMP/c/pool/disk.img is opened by the secret [0-9a-f-]{36}\$" 'it made a volume'

# Python itself is built without sanitizers, and leaks by design: only our code is to be watched.
preload=()
((${#sanitize[@]})) && preload=(
    "LD_PRELOAD=$(gcc -print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)"
    "ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0"
)
mkdir "$TMP/python"
ok 'the example in Python runs' env GI_TYPELIB_PATH="$typelibs" PYTHONDONTWRITEBYTECODE=1 "${preload[@]}" \
    /usr/bin/python3 "$COFFER_SOURCE/examples/python/vault.py" "$TMP/python"
like "$OUT" 'volume disk.img 16.00 MiB' 'it made a volume'
like "$OUT" "needed by $TMP/python/pool/disk.img" 'whose secret knows it'
like "$OUT" 'in use: True' 'an error has its code'
like "$OUT" 'value has 64 bytes' 'a value comes as bytes'

done_testing
