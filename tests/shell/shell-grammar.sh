#!/bin/bash
# shell-grammar.sh: options, words, quotes, several commands, help and exit statuses of the shell; what commands do is tested
# elsewhere.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
. "$COFFER_SOURCE/tests/lib/json.sh"
requires python3

# The program without a root: nothing here needs one.
bare() {
    timeout -k 5 "$TIME_LIMIT" "$COFFER" "$@"
}

# --- The program's own options.
ok '--version' bare --version
like "$OUT" '^[0-9]+\.[0-9]+\.[0-9]+$' 'it is just the version'
version=$OUT
for words in -v --version=short; do
    run bare "$words"
    is "$OUT" "$version" "$words is the same"
done
for words in -V --version=long; do
    run bare "$words"
    like "$OUT" "libcoffer $version" "$words says more"
done
fails 2 "^error: .*'nonsense'" 'another type of version' bare --version=nonsense
ok '--help' bare --help
like "$OUT" '--connect=URI' 'it has the options'
like "$OUT" 'secret-set-value' 'and the commands'
unlike "$OUT" 'self-test' 'but not the hidden ones'
fails 2 "^error: .*'--frobnicate'" 'an unknown option' bare --frobnicate uri
fails 2 "^error: .*did you mean --root" 'an option with a slip' bare --rooot=x uri
fails 2 "^error: .*'-x'" 'an unknown letter' bare -x uri
fails 2 '^error: .*--root needs a value' 'an option without its value' bare --root
fails 2 '^error: .*--root is empty' 'an empty root' bare --root '' uri
fails 2 '^error: .*--quiet takes no value' 'a value for an option without' bare --quiet=yes uri
fails 1 '^error: .*nonsense' 'an impossible URI' bare -c nonsense:///x uri

# --- Where the root is.
root="$TMP/with space & ünïcode%41"
for words in "-R|$root" "--root|$root" "--root=$root" "-R$root"; do
    IFS='|' read -ra options <<<"$words"
    ok "${options[0]:0:8}: a root" bare "${options[@]}" uri
    is "$OUT" "coffer:///embed?root=$TMP/with%20space%20%26%20%C3%BCn%C3%AFcode%2541" 'its URI'
done
uri=$OUT
is "$(find "$TMP" -maxdepth 1 -name 'with*')" "$root" 'the folder has the very name'
for words in "-c|$uri" "--connect|$uri" "--connect=$uri"; do
    IFS='|' read -ra options <<<"$words"
    ok "${options[0]:0:9}: a URI" bare "${options[@]}" uri
    is "$OUT" "$uri" 'is taken as it is'
done
run env COFFER_DEFAULT_URI="$uri" "$COFFER" uri
is "$OUT" "$uri" 'COFFER_DEFAULT_URI is the default'
(cd "$TMP" && timeout 20 "$COFFER" --root relative uri) >"$TMP/uri"
is "$(cat "$TMP/uri")" "coffer:///embed?root=$TMP/relative" 'a relative root is made absolute'

# --- Options of commands.
pool=(pool-define-as --print-xml)
ok 'arguments in their places' coffer "${pool[@]}" p dir
places=$OUT
for words in '--name p --type dir' '--type dir --name p' '--name=p dir' '-- p dir' \
    'p -- dir'; do
    # shellcheck disable=SC2086  # the words are words
    run coffer "${pool[@]}" $words
    is "$OUT" "$places" "the same: $words"
done
ok 'behind -- nothing is an option' coffer "${pool[@]}" -- --name dir
like "$OUT" '<name>--name</name>' 'but data'
ok 'an optional argument in its place' coffer vol-create-as --help
run coffer pool-define-as p dir host --print-xml
like "$OUT" "<host name='host'/>" 'is taken as with virsh'

usage() {
    fails_unchanged 2 "$@"
}
mkdir "$ROOT"
usage "^error: unknown command: 'frob'" 'an unknown command' coffer frob
usage "^error: unknown command: 'secret-lsit'; did you mean 'secret-list'\?" 'one with a slip' \
    coffer secret-lsit
usage "^error: command 'pool-info' doesn't support option --frob" 'an unknown option' \
    coffer pool-info --frob
usage 'did you mean --details\?' 'one with a slip' coffer pool-list --detials
usage "^error: command 'pool-info' requires <pool> option" 'a missing argument' coffer pool-info
usage "^error: command 'pool-info': unexpected data" 'one too many' coffer pool-info a b
usage 'option --type needs a value' 'an option without its value' coffer pool-list --type
usage 'option --all takes no value' 'a flag with one' coffer pool-list --all=yes
usage 'option --pool is given twice' 'an option twice' coffer pool-info --pool a --pool b
usage 'option --pool is given twice' 'by place and by name' coffer vol-info v p --pool p
usage 'option --pool is empty' 'an empty value' coffer pool-info ''
usage '--capacity: .*size' 'a size that is none' coffer vol-create-as p v twenty
usage '--capacity: .*unit' 'a unit that is none' coffer vol-create-as p v 20Q
usage '--capacity: .*too large' 'a size out of range' coffer vol-create-as p v 99999999999E
usage 'exclude each other' 'options that exclude each other' \
    coffer pool-build p --overwrite --no-overwrite
usage "^error: unexpected data|^error: command 'pool-info': unexpected data" \
    'a word that may be a value is not repeated' coffer pool-info a s3cr3t
unlike "$ERR" 's3cr3t' 'in the message'

# --- Words of a line, by echo.
# words LINE WANT NAME
words() {
    run bare "$1"
    is "$STATUS $OUT$ERR" "0 $2" "$3"
}
words 'echo a  b' 'a b' 'blanks separate'
words "echo 'a  b'" 'a  b' 'single quotes keep them'
words 'echo "a  b"' 'a  b' 'double quotes too'
words "echo 'a\\b' \"c\\\"d\" e\\ f" 'a\b c"d e f' 'backslashes'
words "echo a'b'\"c\"d" 'abcd' 'quotes inside of a word'
words "echo '' x" ' x' 'an empty word is a word'
words 'echo a # b' 'a' 'a comment'
words 'echo a#b' 'a#b' 'no comment inside of a word'
words $'echo a\\\nb' 'ab' 'a line that goes on'
words $'echo a\necho b' $'a\nb' 'two lines'
words 'echo a; echo b;;' $'a\nb' 'semicolons'
words "echo 'a; b'" 'a; b' 'but not in quotes'
words 'echo --xml "<a b=\"c\">"' '&lt;a b=&quot;c&quot;&gt;' 'escaped for XML'
words "echo --shell 'a b'" "'a b'" 'escaped for a shell'
words ';' '' 'no command at all'
run bare echo 'a;  b' '"c"'
is "$OUT" 'a;  b "c"' 'words of a program are taken as they are'
run bare echo a \; echo b
is "$OUT" $'a\nb' 'but a semicolon alone separates'
fails 2 "^error: missing ' at the end" 'a quote that is not closed' bare "echo 'a"
fails 2 '^error: missing " at the end' 'the other one' bare 'echo "a'
fails 2 "^error: unknown command: 'frob'" 'a mistake in one command, and none is run' \
    bare 'echo a; frob; echo b'
run coffer 'pool-info none; echo b'
is "$STATUS $OUT" '1 b' 'a failure does not stop the others, but is the result'
run coffer 'echo a; quit; echo b'
is "$STATUS $OUT" '0 a' 'quit does'

# --- Commands from standard input.
printf 'echo one\n\n# nothing\necho "two"; echo three\n' >"$TMP/script"
ok 'a script' coffer <"$TMP/script"
is "$OUT" $'one\ntwo\nthree' 'its output is that of its commands'
run coffer < <(printf 'echo one\nfrob\npool-info none\necho two')
is "$STATUS $OUT" $'2 one\ntwo' 'the first failure is the result, and all lines are run'
is "$(grep -c ^error: <<<"$ERR")" 2 'each says why'
run coffer < <(printf 'echo one\nquit\necho two\n')
is "$OUT" one 'quit ends a script'
run coffer < <(printf 'cd %s\npwd\n' "$TMP")
is "$OUT" "$TMP" 'cd and pwd'
fails 2 'only in interactive mode' 'cd makes no sense in a single call' coffer cd /
run coffer < <(printf 'secret-define -\n<secret/>\n')
is "$STATUS" 2 'a script on standard input cannot also be a file'
like "$ERR" 'standard input holds the commands' 'and is told so'
run coffer < <(printf 'echo a\0b\n')
like "$STATUS $ERR" '^2 error: .*NUL' 'a NUL in a script'
run coffer </dev/null
is "$STATUS $OUT$ERR" '0 ' 'an empty script'

# --- Quiet, timing, JSON.
run coffer -q pool-define-as quiet dir --target "$TMP/quiet"
is "$STATUS $OUT$ERR" '0 ' '--quiet says nothing of what was done'
run coffer -t echo a
like "$OUT" $'^a\n+\\(Time: [0-9.]+ ms\\)$' '--timing'
for words in '--json echo a' '-j echo a' 'echo a --json'; do
    # shellcheck disable=SC2086
    run coffer $words
    is "$OUT" '{"text":"a"}' "$words"
done
run coffer 'echo a --json; echo b'
is "$OUT" $'{"text":"a"}\nb' 'a command'\''s own --json is for it only'
run coffer --json frob
is "$(json "$ERR" 'it["error"]["code"], it["error"]["message"][:16]')" \
    "('usage', 'unknown command:')" 'wrong usage as JSON'
run coffer --json pool-info none
is "$STATUS $(json "$ERR" 'it["error"]["code"]')" '1 not-found' 'a failure as JSON'
run coffer --json echo $'tab\t"quote" \xff end'
is "$(json "$OUT" 'it["text"]')" $'tab\t"quote" � end' 'what is not UTF-8 is replaced in JSON'

# --- Output that cannot be written.
if [[ -c /dev/full ]]; then
    coffer help >/dev/full 2>"$TMP/err"
    is "$? $(cat "$TMP/err")" \
        "1 error: cannot write to 'standard output': No space left on device" 'a full disk is noticed'
fi
run coffer pool-info $'a\nb\x1b[31m'
is "$(wc -l <"$TMP/.err") $(grep -c $'\x1b' "$TMP/.err")" '1 0' \
    'a message is one line without control characters'

done_testing
