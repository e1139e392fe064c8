#!/bin/bash
# shell-tables.sh: the tables of commands are sound, and help, manual and JSON agree with them.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
requires python3

ok 'the self-test' "$COFFER" self-test
like "$OUT" '^[0-9]+ commands are fine$' 'finds no fault'

"$COFFER" --json help >"$TMP/help.json"
"$COFFER" --help >"$TMP/help.txt"
mkdir "$TMP/help"
# Both ways of asking, for each command.
python3 -c 'import json, sys
for command in json.load(sys.stdin):
    print(command["name"], command["group"])' <"$TMP/help.json" >"$TMP/commands"
isnt "$(wc -l <"$TMP/commands")" 0 'there are commands'
while read -r name group; do
    "$COFFER" help "$name" >"$TMP/help/$name" 2>&1 || echo "help $name" >>"$TMP/faults"
    "$COFFER" "$name" --help | cmp -s - "$TMP/help/$name" || echo "$name --help" >>"$TMP/faults"
    echo "$group" >>"$TMP/groups"
done <"$TMP/commands"
is "$(cat "$TMP/faults" 2>/dev/null)" '' 'help COMMAND and COMMAND --help are there and the same'
while read -r group; do
    run "$COFFER" help "$group"
    like "$STATUS $OUT" "^0 .*help keyword '$group'" "help $group"
done < <(sort -u "$TMP/groups")
fails 2 "^error: .*'nonsense'" 'help on what is not there' "$COFFER" help nonsense
is "$("$COFFER" --json help pool-info | tr '{' '\n' | grep -c '"group":"pool"')" 1 'JSON help of one command'

# check NAME: a fault for each line that the Python program on standard input prints.
check() {
    local faults

    faults=$(python3 - "$TMP" "$COFFER_SOURCE/tools/coffer.1" 2>&1)
    is "$faults" '' "$1"
}
check 'help names every option, in lines that fit' <<'END'
import json, sys
for command in json.load(open(sys.argv[1] + "/help.json")):
    text = open(sys.argv[1] + "/help/" + command["name"]).read()
    for option in command["options"]:
        form = "<%s>" % option["name"] if option["kind"] == "rest" else "--" + option["name"]
        if form not in text or option["help"] not in text:
            print(command["name"], option["name"])
    if command["name"] not in text or command["help"] not in text:
        print(command["name"])
    for line in text.split("SYNOPSIS")[0].splitlines() + text.split("DESCRIPTION")[-1].splitlines():
        if len(line) > 120:
            print("too long:", line)
END
check 'the manual has a section for each command, with every option' <<'END'
import json, re, sys
manual = open(sys.argv[2]).read().replace("\\-", "-")
sections = re.split(r"^\.S[HS] ", manual, flags=re.M)[1:]
for command in json.load(open(sys.argv[1] + "/help.json")):
    mine = [s for s in sections if re.match(r"([a-z-]+, )*%s[ ,\n]" % command["name"], s)]
    if len(mine) != 1:
        print(command["name"], "has", len(mine), "sections")
        continue
    for option in command["options"]:
        place = option["positional"] and option["name"].split("-")[-1].upper() in mine[0]
        if not place and not re.search(r"--%s(?![a-z-])" % option["name"], mine[0]):
            print(command["name"], option["name"])
END
check 'the manual has no other commands and options' <<'END'
import json, re, sys
manual = open(sys.argv[2]).read().replace("\\-", "-")
names = {c["name"] for c in json.load(open(sys.argv[1] + "/help.json"))}
known = {o["name"] for c in json.load(open(sys.argv[1] + "/help.json")) for o in c["options"]}
known |= set(re.findall(r"--([a-z]+)", open(sys.argv[1] + "/help.txt").read()))
known |= {"name"}
for heading in re.findall(r"^\.SS ([a-z-]+(?:, [a-z-]+)*)", manual, flags=re.M):
    for name in heading.split(", "):
        if name not in names:
            print(name)
for option in sorted(set(re.findall(r"--([a-z][a-z-]*[a-z])", manual)) - known):
    print("--" + option)
END
check 'the manual has every code of an error' <<'END'
import re, sys
manual = re.sub(r"\s+", " ", open(sys.argv[2]).read().replace("\\-", "-"))
source = open(sys.argv[2].replace("coffer.1", "failure.c")).read()
for code in re.findall(r'return "([a-z-]+)";', source):
    if code not in re.split(r"[ ,.]+", manual.split("with one of the codes")[1]):
        print(code)
END
if command -v groff >/dev/null; then
    is "$(groff -man -ww -z -K utf8 "$COFFER_SOURCE/tools/coffer.1" 2>&1)" '' 'the manual is well-formed'
else
    skip 'the manual is well-formed' 'groff is not installed'
fi

done_testing
