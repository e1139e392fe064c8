/* cmd-domain.c: the commands on domains: QEMU's arguments for one, and a QEMU that runs it. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complete.h"
#include "input.h"
#include "print.h"

#include <string.h>
#include <sys/wait.h>

#define VALIDATE_OPTION                                                                            \
    {                                                                                              \
        .name = "validate", .help = "validate the XML against the schema",                         \
    }

static CofferDefineFlags
define_flags(const ShellArgs *args)
{
    return shell_args_has(args, "validate") ? COFFER_DEFINE_VALIDATE : COFFER_DEFINE_NONE;
}

static const ShellOption to_native_options[] = {
    { .name = "format",
      .help = "target format: qemu-argv",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_native },
    { .name = "xml",
      .help = "file containing an XML domain description; - is standard input",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_file },
    VALIDATE_OPTION,
    { 0 },
};

/* Quoted only where a shell would need it. */
static char *
join_quoted(char **argv)
{
    GString *line = g_string_new(NULL);

    for (; *argv != NULL; argv++) {
        static const char plain[] = G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_./=,:@%+";
        g_autofree char *quoted = g_shell_quote(*argv);
        gboolean is_plain = **argv != '\0';

        for (const char *p = *argv; *p != '\0' && is_plain; p++)
            is_plain = strchr(plain, *p) != NULL;
        if (line->len > 0)
            g_string_append_c(line, ' ');
        g_string_append(line, is_plain ? *argv : quoted);
    }
    return g_string_free(line, FALSE);
}

static gboolean
run_to_native(Shell *shell, const ShellArgs *args, GError **error)
{
    CofferConnection *connection = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *line = NULL;
    g_auto(GStrv) argv = NULL;
    g_auto(GStrv) notes = NULL;
    g_autoptr(ShellRecord) record = NULL;

    if (!g_str_equal(shell_args_get(args, "format"), "qemu-argv"))
        return shell_throw(error, COFFER_ERROR_UNSUPPORTED,
                           "unknown format '%s'; the only one is qemu-argv",
                           shell_args_get(args, "format"));
    xml = shell_read_xml(shell, shell_args_get(args, "xml"), error);
    connection = xml != NULL ? shell_connect(shell, error) : NULL;
    if (connection == NULL)
        return FALSE;
    argv = coffer_connection_domain_to_native(connection, xml, define_flags(args), &notes, error);
    if (argv == NULL)
        return FALSE;
    if (shell->json) {
        record = shell_record_new();
        shell_record_add_list(record, "arguments", (const char *const *)argv);
        shell_record_add_list(record, "notes", (const char *const *)notes);
        shell_print_record(shell, record);
        return TRUE;
    }
    line = join_quoted(argv);
    shell_print("%s\n", line);
    for (char **note = notes; note != NULL && *note != NULL; note++)
        shell_print_note(shell, *note);
    return TRUE;
}

static const ShellOption run_options[] = {
    { .name = "file",
      .help = "file containing an XML domain description",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_file },
    VALIDATE_OPTION,
    { .name = "arguments",
      .help = "more arguments for QEMU, after --",
      .kind = SHELL_REST,
      .flags = SHELL_POSITIONAL,
      .completer = &shell_complete_free },
    { 0 },
};

/* QEMU's own messages are on the terminal already. */
static gboolean
check_ended_well(int wait_status, GError **error)
{
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0)
        return TRUE;
    if (WIFEXITED(wait_status))
        return shell_throw(error, COFFER_ERROR_TOOL_FAILED, "QEMU ended with status %d",
                           WEXITSTATUS(wait_status));
    return shell_throw(error, COFFER_ERROR_TOOL_FAILED, "QEMU was ended by signal %d",
                       WTERMSIG(wait_status));
}

static gboolean
run_run(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *xml = shell_read_xml(shell, shell_args_get(args, "file"), error);
    CofferConnection *connection = xml != NULL ? shell_connect(shell, error) : NULL;
    GPtrArray *rest = shell_args_rest(args);
    g_autofree const char **extra = g_new0(const char *, rest->len + 1);
    int wait_status = 0;

    if (connection == NULL || !shell_print_flush(error))
        return FALSE;
    for (guint i = 0; i < rest->len; i++)
        extra[i] = g_ptr_array_index(rest, i);
    return coffer_connection_run_domain(connection, xml, define_flags(args), extra, &wait_status,
                                        error) &&
           check_ended_well(wait_status, error);
}

static const ShellCommand commands[] = {
    {
        .name = "domain-run",
        .help = "run QEMU for a domain XML",
        .description = "Start QEMU for a domain whose disks may be encrypted, hand it the values "
                       "without showing them, and wait until it ends.",
        .options = run_options,
        .run = run_run,
    },
    {
        .name = "domxml-to-native",
        .help = "convert domain XML to QEMU arguments",
        .description = "Print the arguments of QEMU for a domain. They hold no value: a secret "
                       "stands in them as a descriptor.",
        .json = "arguments notes",
        .options = to_native_options,
        .run = run_to_native,
    },
    { 0 },
};

const ShellGroup shell_group_domain = { "Domain", "domain", commands };
