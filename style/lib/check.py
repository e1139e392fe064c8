# check.py: what the style checks share: which files there are, TAP, and proof that a check can fail.
# SPDX-License-Identifier: LGPL-2.1-or-later
import os
import re
import subprocess
import sys

SHOWN = 30  # of the problems of one result
TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def files(*folders, endings):
    """The project's own files below @folders, as paths from the top; what git ignores is left out."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                cwd=TOP, check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        listed = [os.path.relpath(os.path.join(folder, name), TOP)
                  for folder, _, names in os.walk(TOP) for name in names]
        listed = [path for path in listed if not path.startswith("build")]
    return sorted(path for path in set(listed)
                  if path.endswith(endings) and os.path.isfile(os.path.join(TOP, path))
                  and (not folders or path.startswith(tuple(f + "/" for f in folders))))


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as text:
        return text.read()


def blank(text):
    """@text without comments and without what stands in string literals; lines stay where they are."""
    def keep_lines(match):
        found = match.group(0)
        if found.startswith(("/*", "//")):
            return "\n" * found.count("\n") or " "
        return '""' if found.startswith('"') else "' '"

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', keep_lines, text,
                  flags=re.DOTALL)


class Tap:
    """Numbered results on standard output; finish() gives the exit status."""

    def __init__(self):
        self.count = 0
        self.failed = False

    def result(self, name, problems=()):
        self.count += 1
        print(f"{'not ok' if problems else 'ok'} {self.count} - {name}")
        for problem in problems[:SHOWN]:
            print(f"# {problem}")
        if len(problems) > SHOWN:
            print(f"# and {len(problems) - SHOWN} more")
        self.failed = self.failed or bool(problems)

    def finish(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def run(rule, groups, bad, good):
    """Applies @rule, a function of path and text that yields texts with a line number, to groups of files.

    @groups: pairs of a name and its paths.
    @bad: triples of what is wrong, a path and a text in which the rule has to find something.
    @good: pairs of a path and a text in which it must find nothing.
    """
    tap = Tap()
    for wrong, path, text in bad:
        found = list(rule(path, text))
        tap.result(f"a bad sample is caught: {wrong.strip()}", [] if found else [f"not caught: {text!r}"])
    for path, text in good:
        tap.result(f"a good sample passes: {path}", [f"{n}: {what}" for n, what in rule(path, text)])
    for name, paths in groups:
        tap.result(f"{name} ({len(paths)} files)",
                   [f"{path}:{n}: {what}" for path in paths for n, what in rule(path, read(path))])
    sys.exit(tap.finish())
