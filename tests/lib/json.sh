# json.sh: looks into JSON that the program under test printed; it tests nothing itself.
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash

# json TEXT EXPRESSION: the expression in Python, in which `it` is what TEXT parses to.
json() {
    printf '%s' "$1" | python3 -c '
import json, sys
it = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$2"
}
