# report.py: has meson run tests and counts every single TAP result; it knows nothing of what is tested.
# SPDX-License-Identifier: LGPL-2.1-or-later
import argparse
import json
import os
import re
import subprocess
import sys

SUITES = ("style", "unit", "shell", "slow")

# A skip is all right in CI only where the reason says that the host itself cannot do it: a kernel
# without keyrings, no right to mount. What Debian packages provide has to be there.
ALLOWED_SKIP = re.compile(r"this host ", re.IGNORECASE)

RESULT = re.compile(r"(not )?ok\b\s*(\d*)\s*(.*)")
DIRECTIVE = re.compile(r"(.*?)\s*#\s*(SKIP|TODO)\S*\s*(.*)", re.IGNORECASE)
SKIP_ALL = re.compile(r"1\.\.0\s*(?:#\s*(?:SKIP\S*)?\s*(.*))?$", re.IGNORECASE)


class Count:
    def __init__(self, verbose):
        self.verbose = verbose
        self.passed = 0
        self.failures = []  # "test: subtest"
        self.skips = []  # ("test: subtest", reason)

    def add_line(self, test, line):
        """Counts one line of TAP; returns whether it was a failure."""
        match = SKIP_ALL.match(line)
        if match:
            self.skips.append((test, match.group(1) or "no reason given"))
            return False
        match = RESULT.match(line)
        if not match:
            return False
        failed, number, name = match.groups()
        directive = DIRECTIVE.match(name)
        label = f"{test}: {(directive.group(1) if directive else name).lstrip('- ') or number}"
        if directive and directive.group(2).upper() == "SKIP" and not failed:
            self.skips.append((label, directive.group(3) or "no reason given"))
            return False
        if failed:
            self.failures.append(label)
            return True
        self.passed += 1
        if self.verbose:
            print(f"ok: {label}")
        return False

    def add_test(self, name, entry):
        """Counts a program: its subtests, and itself once more where it did not end well."""
        output = entry.get("stdout") or ""
        before = self.passed + len(self.skips)
        failed = any([self.add_line(name, line) for line in output.splitlines()])
        fine = entry["result"] in ("OK", "SKIP", "EXPECTEDFAIL")
        if not fine and not failed:
            self.failures.append(f"{name}: ended with {entry['result']}, status {entry['returncode']}")
        if fine and not failed and self.passed + len(self.skips) == before:
            self.failures.append(f"{name}: gave no result")
        if not fine:
            # What it said, so that a log of CI suffices to see why.
            print(f"---- {name} ----\n{output}{entry.get('stderr') or ''}---- end of {name} ----")


class Run:
    """One call of meson: its arguments, and the names of the tests that it has to run."""

    def __init__(self, arguments, tests):
        self.arguments = arguments
        self.names = [test["name"] for test in tests]


def plan(build, selected):
    """The runs that the selection needs."""
    listed = json.loads(subprocess.run(["meson", "introspect", "--tests", build], check=True,
                                       capture_output=True).stdout)
    suites = [word for word in selected if word in SUITES]
    names = [word for word in selected if word not in SUITES]
    known = {test["name"] for test in listed}
    unknown = [word for word in names if word not in known]
    if unknown:
        sys.exit(f"tests/run: no suite or test is called {', '.join(unknown)}; the suites are "
                 f"{' '.join(SUITES)}, the tests {' '.join(sorted(known))}")
    if not selected:
        return [Run([], listed)]
    # Meson writes "project:suite".
    of_suite = [test for test in listed
                if any(word.split(":")[-1] in suites for word in test["suite"])]
    wanted = [Run([f"--suite={suite}" for suite in suites], of_suite)] if suites else []
    if names:
        wanted.append(Run(names, [test for test in listed if test["name"] in names]))
    return wanted


def execute(build, run, number, count):
    """Has meson do one run, and counts what it logged and what it should have logged."""
    base = f"testlog-{number}"
    log = os.path.join(build, "meson-logs", base + ".json")
    if os.path.exists(log):
        os.remove(log)
    # Meson's own status is not asked: what it did not run is found missing in its log.
    subprocess.run(["meson", "test", "-C", build, "--no-rebuild", f"--logbase={base}"]
                   + run.arguments, check=False)
    missing = list(run.names)
    if os.path.exists(log):
        with open(log, encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                name = entry["name"].split(" / ")[-1]
                if name in missing:
                    missing.remove(name)
                count.add_test(name, entry)
    count.failures += [f"{name}: was not run" for name in missing]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("selected", nargs="*")
    options = parser.parse_args()

    count = Count(options.verbose)
    for number, run in enumerate(plan(options.build, options.selected)):
        execute(options.build, run, number, count)

    if os.environ.get("CI") == "true":
        count.failures += [f"{label} (skipped: {reason})" for label, reason in count.skips
                           if not ALLOWED_SKIP.match(reason)]
        count.skips = [skip for skip in count.skips if ALLOWED_SKIP.match(skip[1])]

    print()
    for label, reason in count.skips:
        print(f"skipped: {label}: {reason}")
    for label in count.failures:
        print(f"FAILED: {label}")
    print(f"{count.passed} passed, {len(count.failures)} failed, {len(count.skips)} skipped")
    return 1 if count.failures or not count.passed else 0


if __name__ == "__main__":
    sys.exit(main())
