/* cmd-pool-edit.c: pool-edit: the definition goes through an editor and is defined again. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cmd-pool.h"
#include "edit.h"
#include "input.h"
#include "lookup.h"
#include "print.h"

/* Defines @xml in place of @before, unless somebody else was faster. */
static gboolean
redefine(Shell *shell, CofferPool *pool, const char *before, const char *xml, GError **error)
{
    g_autofree char *now = coffer_pool_dup_xml(pool, COFFER_POOL_XML_INACTIVE, error);
    g_autoptr(CofferPool) defined = NULL;

    if (now == NULL)
        return FALSE;
    if (!g_str_equal(now, before))
        return shell_throw(error, COFFER_ERROR_BUSY,
                           "the definition of pool '%s' was changed by another program meanwhile",
                           coffer_pool_get_name(pool));
    defined = coffer_connection_define_pool(shell_connect(shell, NULL), xml, COFFER_DEFINE_VALIDATE,
                                            error);
    return defined != NULL;
}

static void
print_result(Shell *shell, CofferPool *pool, gboolean changed)
{
    g_autoptr(ShellRecord) record = shell_record_new();

    shell_record_add_text(record, "name", coffer_pool_get_name(pool));
    shell_record_add_text(record, "uuid", coffer_pool_get_uuid(pool));
    shell_record_add_flag(record, "changed", changed);
    shell_print_done(shell, record, "Pool %s XML configuration %s.", coffer_pool_get_name(pool),
                     changed ? "edited" : "not changed");
}

gboolean
shell_run_pool_edit(Shell *shell, const ShellArgs *args, GError **error)
{
    g_autoptr(CofferPool) pool = shell_find_pool(shell, args, error);
    g_autofree char *before =
        pool != NULL ? coffer_pool_dup_xml(pool, COFFER_POOL_XML_INACTIVE, error) : NULL;
    g_auto(ShellEdit) edit = { NULL };

    if (before == NULL || !shell_edit_begin(&edit, before, error))
        return FALSE;
    for (;;) {
        g_autoptr(GError) reason = NULL;
        g_autofree char *xml = shell_edit_run(&edit, error);

        if (xml == NULL)
            return FALSE;
        if (g_str_equal(xml, before)) {
            print_result(shell, pool, FALSE);
            return TRUE;
        }
        if (redefine(shell, pool, before, xml, &reason)) {
            print_result(shell, pool, TRUE);
            return TRUE;
        }
        shell_print_flush(NULL);
        if (!shell_ask_again(reason->message)) {
            g_propagate_error(error, g_steal_pointer(&reason));
            return FALSE;
        }
    }
}
