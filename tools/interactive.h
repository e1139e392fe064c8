/* interactive.h: commands from standard input: typed, with history and completion, or from a pipe.
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "shell.h"

/* Both run until the input ends or `quit`. Returns: the first failure of a script; of what was
 * typed, always SHELL_DONE. */
ShellStatus shell_run_terminal(Shell *shell);
ShellStatus shell_run_script(Shell *shell);
