#!/bin/bash
# runner.sh: the test runner counts every result, and takes nothing that went wrong for a success.
# SPDX-License-Identifier: LGPL-2.1-or-later
. "$(dirname "$0")/../lib/tap.sh"
requires meson ninja python3

mkdir "$TMP/project"
cd "$TMP/project" || exit

# project NAME=SCRIPT...: a project with these tests, built.
project() {
    local test

    rm -rf ./*
    echo "project('sample', meson_version: '>= 1.0')" >meson.build
    for test; do
        printf '%s\n' "${test#*=}" >"${test%%=*}.sh"
        echo "test('${test%%=*}', find_program('bash'), args: [files('${test%%=*}.sh')]," \
            "protocol: 'tap', suite: 'unit', timeout: 2)" >>meson.build
    done
    meson setup build >/dev/null || fail 'setting up a project'
}

# counts STATUS LAST-LINE NAME [ARGUMENT...]
counts() {
    run env CI="${IN_CI-}" MESON_TESTTHREADS=2 python3 "$COFFER_SOURCE/tests/lib/report.py" build "${@:4}"
    is "$STATUS ${OUT##*$'\n'}" "$1 $2" "$3"
}

two='echo ok 1 - a; echo ok 2 - b; echo 1..2'
project "two=$two" "one=echo ok 1; echo 1..1"
counts 0 '3 passed, 0 failed, 0 skipped' 'every result is counted, not every program'
counts 0 '2 passed, 0 failed, 0 skipped' 'a name selects' two
counts 0 '3 passed, 0 failed, 0 skipped' 'a suite selects' unit
counts 1 '0 passed, 0 failed, 0 skipped' 'no test at all is no success' style
run python3 "$COFFER_SOURCE/tests/lib/report.py" build nonsense
is "$STATUS" 1 'an unknown name is an error'

project "two=$two" "bad=$two; echo not ok 3 - c; echo 1..3"
counts 1 '4 passed, 1 failed, 0 skipped' 'a failure is counted among successes'
like "$OUT" 'FAILED: bad: c' 'and named'
project "crash=echo ok 1; kill -SEGV \$\$"
counts 1 '1 passed, 1 failed, 0 skipped' 'a crash is a failure'
project "status=$two; exit 99"
counts 1 '2 passed, 1 failed, 0 skipped' 'a bad status is a failure, as of a sanitizer'
project "few=echo ok 1; echo 1..3"
counts 1 '1 passed, 1 failed, 0 skipped' 'results that were planned and are missing are a failure'
project "none=echo nothing"
counts 1 '0 passed, 1 failed, 0 skipped' 'a program without results is a failure'
project "bail=echo ok 1; echo Bail out! broken; exit 1"
counts 1 '1 passed, 1 failed, 0 skipped' 'a program that gives up is a failure'
project "long=echo ok 1; read -rt 60 <> <(:); echo 1..1"
counts 1 '1 passed, 1 failed, 0 skipped' 'a program that hangs is a failure'

project "skip=echo ok 1 - a '# SKIP xyz is not installed'; echo ok 2 - b; echo 1..2" \
    "all=echo '1..0 # SKIP this host has no such thing'"
counts 0 '1 passed, 0 failed, 2 skipped' 'skips are counted'
like "$OUT" 'skipped: skip: a: xyz is not installed' 'with their reasons'
IN_CI=true counts 1 '1 passed, 1 failed, 1 skipped' 'in CI, what a package provides must not be skipped'
like "$OUT" 'FAILED: skip: a \(skipped: xyz is not installed\)' 'and the failure says so'

done_testing
