# terminal.py: a person at a terminal: types into a program and reads what it shows; it tests nothing itself.
# SPDX-License-Identifier: LGPL-2.1-or-later
#
#     python3 terminal.py TRANSCRIPT COMMAND... <<END
#     expect REGULAR-EXPRESSION     waits until it shows behind what was matched before
#     type TEXT                     with \r, \t, \x03, ... as in Python
#     signal NAME                   to what is in the foreground
#     silent REGULAR-EXPRESSION     it must not show between the last two matches
#     end STATUS                    waits until the program ends, with that status
#     END
#
# Ends with 0, or says on standard error what did not come. TRANSCRIPT is all that was on the screen.
import os
import pty
import re
import select
import signal
import sys
import time

TIME_LIMIT = 30


class Terminal:
    def __init__(self, command):
        self.screen = b""
        self.begin = 0  # of the last match
        self.end = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(command[0], command)

    def read(self, until):
        """Takes what comes before the time `until`. Returns False at the end."""
        ready, _, _ = select.select([self.fd], [], [], max(0, until - time.monotonic()))
        if not ready:
            self.give_up("nothing more came")
        try:
            got = os.read(self.fd, 65536)
        except OSError:  # the other side is closed
            got = b""
        self.screen += got
        return bool(got)

    def give_up(self, why):
        os.kill(self.pid, signal.SIGKILL)
        sys.exit(f"{why}; behind the last match the screen shows {self.screen[self.end:]!r}")

    def expect(self, pattern):
        until = time.monotonic() + TIME_LIMIT
        while True:
            match = re.search(pattern.encode(), self.screen[self.end:])
            if match:
                self.begin, self.end = self.end, self.end + match.end()
                return
            if not self.read(until):
                self.give_up(f"the program ended without {pattern!r}")

    def silent(self, pattern):
        if re.search(pattern.encode(), self.screen[self.begin:self.end]):
            self.give_up(f"{pattern!r} shows")

    def type(self, text):
        os.write(self.fd, text.encode("latin-1").decode("unicode_escape").encode())

    def signal(self, name):
        os.killpg(os.tcgetpgrp(self.fd), getattr(signal, "SIG" + name))

    def ended(self, status):
        until = time.monotonic() + TIME_LIMIT
        while self.read(until):
            pass
        _, code = os.waitpid(self.pid, 0)
        if os.waitstatus_to_exitcode(code) != int(status):
            sys.exit(f"it ended with {os.waitstatus_to_exitcode(code)}, not {status}")


def main():
    terminal = Terminal(sys.argv[2:])
    steps = {"expect": terminal.expect, "silent": terminal.silent, "type": terminal.type,
             "signal": terminal.signal, "end": terminal.ended}
    try:
        for line in sys.stdin.read().splitlines():
            verb, _, rest = line.strip().partition(" ")
            if verb:
                steps[verb](rest)
    finally:
        with open(sys.argv[1], "wb") as transcript:
            transcript.write(terminal.screen)


main()
