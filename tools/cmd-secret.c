/* cmd-secret.c: the commands on secrets: their definitions, and how a value goes in and out. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "complete.h"
#include "input.h"
#include "lookup.h"
#include "print.h"

#include <string.h>
#include <unistd.h>

#define SECRET_OPTION                                                                              \
    {                                                                                              \
        .name = "secret", .help = "secret UUID", .kind = SHELL_STRING,                             \
        .flags = SHELL_REQUIRED | SHELL_POSITIONAL, .completer = &shell_complete_secret,           \
    }

/* Says what was done to @secret, with the note that the library may have. */
static void
print_secret_done(Shell *shell, CofferSecret *secret, const char *what, const char *note)
{
    g_autoptr(ShellRecord) record = shell_record_new();

    shell_record_add_text(record, "uuid", coffer_secret_get_uuid(secret));
    shell_print_done(shell, record, "%s", what);
    if (note != NULL)
        shell_print_warning(shell, note);
}

static const ShellOption define_options[] = {
    { .name = "file",
      .help = "file containing secret attributes in XML; - is standard input",
      .kind = SHELL_STRING,
      .flags = SHELL_REQUIRED | SHELL_POSITIONAL,
      .completer = &shell_complete_file },
    { .name = "validate", .help = "validate the XML against the schema" },
    { 0 },
};

static gboolean
run_define(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autofree char *xml = shell_read_xml(shell, shell_args_get(args, "file"), error);
    CofferConnection *connection = xml != NULL ? shell_connect(shell, error) : NULL;
    g_autoptr(CofferSecret) secret = NULL;
    g_autofree char *message = NULL;

    if (connection == NULL)
        return FALSE;
    secret = coffer_connection_define_secret(
        connection, xml,
        shell_args_has(args, "validate") ? COFFER_DEFINE_VALIDATE : COFFER_DEFINE_NONE, error);
    if (secret == NULL)
        return FALSE;
    message = g_strdup_printf("Secret %s created", coffer_secret_get_uuid(secret));
    print_secret_done(shell, secret, message, NULL);
    return TRUE;
}

static const ShellOption only_secret_options[] = { SECRET_OPTION, { 0 } };

static gboolean
run_dumpxml(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferSecret) secret = shell_find_secret(shell, args, error);
    g_autofree char *xml = secret != NULL ? coffer_secret_dup_xml(secret, error) : NULL;

    if (xml == NULL)
        return FALSE;
    shell_print_value(shell, "xml", xml);
    return TRUE;
}

static const ShellOption list_options[] = {
    { .name = "ephemeral", .help = "list ephemeral secrets" },
    { .name = "no-ephemeral", .help = "list non-ephemeral secrets" },
    { .name = "private", .help = "list private secrets" },
    { .name = "no-private", .help = "list non-private secrets" },
    { 0 },
};

static ShellRecord *
describe_secret(Shell *shell, CofferSecret *secret)
{
    ShellRecord *record = shell_record_new();
    const char *usage_id = NULL;
    CofferSecretUsageType type = coffer_secret_get_usage(secret, &usage_id);
    g_autofree char *usage = NULL;
    g_auto(GStrv) uses = NULL;

    shell_record_add_text(record, "uuid", coffer_secret_get_uuid(secret));
    if (type == COFFER_SECRET_USAGE_NONE) {
        shell_record_add_text(record, "usage_type", NULL);
        shell_record_set_shown(record, "usage", "Unused");
    } else {
        usage = g_strdup_printf("%s %s", coffer_secret_usage_type_to_string(type), usage_id);
        shell_record_add_text(record, "usage_type", coffer_secret_usage_type_to_string(type));
        shell_record_set_shown(record, "usage", usage);
    }
    if (!shell->json)
        return record;
    uses = coffer_secret_list_uses(secret, NULL);
    shell_record_add_text(record, "usage_id", usage_id);
    shell_record_add_flag(record, "ephemeral", coffer_secret_is_ephemeral(secret));
    shell_record_add_flag(record, "private", coffer_secret_is_private(secret));
    shell_record_add_text(record, "description", coffer_secret_get_description(secret));
    shell_record_add_flag(record, "has_value", coffer_secret_has_value(secret));
    shell_record_add_list(record, "needed_by", (const char *const *)uses);
    return record;
}

static gboolean
run_list(Shell *shell, const ShellArgs *args, GError **error)
{
    static const ShellColumn columns[] = { { "uuid", "UUID" }, { "usage", "Usage" }, { 0 } };
    CofferConnection *connection = shell_connect(shell, error);
    CofferSecretListFlags flags = COFFER_SECRET_LIST_ALL;
    g_autoptr(GPtrArray) secrets = NULL;
    g_autoptr(GPtrArray) records = shell_records_new();

    if (shell_args_has(args, "ephemeral"))
        flags |= COFFER_SECRET_LIST_EPHEMERAL;
    if (shell_args_has(args, "no-ephemeral"))
        flags |= COFFER_SECRET_LIST_NO_EPHEMERAL;
    if (shell_args_has(args, "private"))
        flags |= COFFER_SECRET_LIST_PRIVATE;
    if (shell_args_has(args, "no-private"))
        flags |= COFFER_SECRET_LIST_NO_PRIVATE;
    secrets = connection != NULL ? coffer_connection_list_secrets(connection, flags, error) : NULL;
    if (secrets == NULL)
        return FALSE;
    for (guint i = 0; i < secrets->len; i++)
        g_ptr_array_add(records, describe_secret(shell, g_ptr_array_index(secrets, i)));
    shell_print_table(shell, columns, records);
    return TRUE;
}

static const ShellOption undefine_options[] = {
    SECRET_OPTION,
    { .name = "force", .help = "even if volumes need it; their data becomes unreadable" },
    { 0 },
};

static gboolean
run_undefine(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferSecret) secret = shell_find_secret(shell, args, error);
    g_autofree char *message = NULL;

    if (secret == NULL ||
        !coffer_secret_undefine(secret,
                                shell_args_has(args, "force") ? COFFER_SECRET_UNDEFINE_FORCE
                                                              : COFFER_SECRET_UNDEFINE_NONE,
                                error))
        return FALSE;
    message = g_strdup_printf("Secret %s deleted", coffer_secret_get_uuid(secret));
    print_secret_done(shell, secret, message, NULL);
    return TRUE;
}

/* virsh takes the value as base64 in the third place or behind --base64: both are refused, however
 * many words it is. */
#define REFUSAL                                                                                    \
    "a value on the command line can be seen by everybody on this host; use --file FILE, --stdin " \
    "or --interactive"

static const ShellOption set_value_options[] = {
    SECRET_OPTION,
    { .name = "file",
      .help = "read the value from a file that holds its base64; - is standard input",
      .kind = SHELL_STRING,
      .completer = &shell_complete_file },
    { .name = "plain", .help = "the file holds the value itself" },
    { .name = "interactive", .help = "ask for the value itself on the terminal" },
    { .name = "stdin", .help = "read the value itself from standard input, to its end" },
    { .name = "force",
      .help = "even if volumes need the present value; their data becomes unreadable" },
    { .name = "base64",
      .help = REFUSAL,
      .kind = SHELL_REFUSED,
      .flags = SHELL_POSITIONAL | SHELL_HIDDEN },
    { 0 },
};

static CofferBytes *
read_value_file(Shell *shell, const char *path, gboolean plain, GError **error)
{
    g_auto(ShellFd) fd = SHELL_FD_NONE;
    CofferBytes *value = NULL;

    if (!shell_open_input(shell, path, &fd, error))
        return NULL;
    value = plain ? coffer_bytes_read_fd(fd, error) : coffer_bytes_read_base64_fd(fd, error);
    if (value == NULL)
        g_prefix_error(error, "'%s': ", path);
    return value;
}

/* Whether it is said where the value is, once. */
static gboolean
check_source(Shell *shell, const ShellArgs *args, GError **error)
{
    if (!shell_args_exclude(args, error, "file", "interactive", "stdin", NULL) ||
        !shell_args_exclude(args, error, "plain", "interactive", NULL))
        return FALSE;
    if (!shell_args_has(args, "file") && !shell_args_has(args, "interactive") &&
        !shell_args_has(args, "stdin"))
        return shell_throw_usage(error,
                                 "where is the value? use --file FILE, --stdin or --interactive");
    if (shell_args_has(args, "stdin") && !shell->stdin_is_commands && isatty(STDIN_FILENO))
        return shell_throw_usage(error, "standard input is a terminal; use --interactive");
    return TRUE;
}

static CofferBytes *
read_value(Shell *shell, const ShellArgs *args, GError **error)
{
    const char *path = shell_args_get(args, "file");

    if (path != NULL)
        return read_value_file(shell, path, shell_args_has(args, "plain"), error);
    if (shell_args_has(args, "interactive"))
        return shell_ask_value("Enter new value for secret: ", error);
    return read_value_file(shell, "-", TRUE, error);
}

static gboolean
run_set_value(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferSecret) secret = NULL;
    g_autoptr(CofferBytes) value = NULL;
    g_autofree char *note = NULL;

    if (!check_source(shell, args, error))
        return FALSE;
    secret = shell_find_secret(shell, args, error);
    value = secret != NULL ? read_value(shell, args, error) : NULL;
    if (value == NULL ||
        !coffer_secret_set_value(secret, value,
                                 shell_args_has(args, "force") ? COFFER_SECRET_SET_FORCE
                                                               : COFFER_SECRET_SET_NONE,
                                 &note, error))
        return FALSE;
    print_secret_done(shell, secret, "Secret value set", note);
    return TRUE;
}

static const ShellOption get_value_options[] = {
    SECRET_OPTION,
    { .name = "plain", .help = "the value itself, not its base64" },
    { 0 },
};

/* Around a value that stdio must not see. */
static gboolean
put(const char *text, GError **error)
{
    shell_print("%s", text);
    return shell_print_flush(error);
}

static gboolean
print_plain(Shell *shell, const CofferBytes *value, GError **error)
{
    gboolean terminal = isatty(STDOUT_FILENO);

    if (!shell_print_flush(error) || !coffer_bytes_write_fd(value, STDOUT_FILENO, error))
        return FALSE;
    if (!terminal)
        return TRUE;
    if (!put("\n", error))
        return FALSE;
    shell_print_warning(shell, "the value is on the screen, and may stay in its history");
    return TRUE;
}

static gboolean
run_get_value(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferSecret) secret = NULL;
    g_autoptr(CofferBytes) value = NULL;
    g_autoptr(CofferBytes) base64 = NULL;

    if (shell->json && shell_args_has(args, "plain"))
        return shell_throw_usage(error, "options --json and --plain exclude each other: a value "
                                        "may be anything, JSON may not");
    secret = shell_find_secret(shell, args, error);
    value = secret != NULL ? coffer_secret_get_value(secret, error) : NULL;
    if (value == NULL)
        return FALSE;
    if (shell_args_has(args, "plain"))
        return print_plain(shell, value, error);
    base64 = coffer_bytes_to_base64(value, error);
    return base64 != NULL && put(shell->json ? "{\"value\":\"" : "", error) &&
           coffer_bytes_write_fd(base64, STDOUT_FILENO, error) &&
           put(shell->json ? "\"}\n" : "\n", error);
}

static gboolean
run_generate(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferSecret) secret = shell_find_secret(shell, args, error);
    g_autofree char *note = NULL;

    if (secret == NULL || !coffer_secret_generate_value(secret, &note, error))
        return FALSE;
    print_secret_done(shell, secret, "Secret value generated", note);
    return TRUE;
}

static const ShellCommand commands[] = {
    {
        .name = "secret-define",
        .help = "define or modify a secret from an XML file",
        .description = "Define or modify a secret. Its value, if there is one, stays.",
        .json = "uuid",
        .options = define_options,
        .run = run_define,
    },
    {
        .name = "secret-dumpxml",
        .help = "secret attributes in XML",
        .description = "Output attributes of a secret as an XML dump to stdout; never the value.",
        .json = "xml",
        .options = only_secret_options,
        .run = run_dumpxml,
    },
    {
        .name = "secret-generate",
        .help = "give a secret a random value",
        .description =
            "Set 32 random bytes, written as text so that every engine takes them, as the "
            "value of a secret that has none.",
        .json = "uuid",
        .options = only_secret_options,
        .run = run_generate,
    },
    {
        .name = "secret-get-value",
        .help = "output a secret value",
        .description =
            "Output a secret value to stdout, as base64 unless --plain is given. Values of "
            "private secrets are not given out.",
        .json = "value",
        .options = get_value_options,
        .run = run_get_value,
    },
    {
        .name = "secret-list",
        .help = "list secrets",
        .description = "Returns a list of secrets.",
        .json =
            "list of: uuid usage_type usage_id ephemeral private description has_value needed_by",
        .options = list_options,
        .run = run_list,
    },
    {
        .name = "secret-set-value",
        .help = "set a secret value",
        .description =
            "Set a secret value from a file, standard input or the terminal. It cannot be "
            "given on the command line, where everybody on the host could see it.",
        .json = "uuid",
        .options = set_value_options,
        .run = run_set_value,
    },
    {
        .name = "secret-undefine",
        .help = "undefine a secret",
        .description =
            "Forget a secret's value and definition. A secret that volumes need is kept, "
            "unless --force is given.",
        .json = "uuid",
        .options = undefine_options,
        .run = run_undefine,
    },
    { 0 },
};

const ShellGroup shell_group_secret = { "Secret", "secret", commands };
