/* native.c: puts the parts of a machine's arguments together, in an order that QEMU takes. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain/native.h"

#include "base/error.h"
#include "domain/build.h"
#include "model/disk-target.h"

#include <string.h>

static CofferNative *
native_new(void)
{
    CofferNative *native = g_new0(CofferNative, 1);

    native->argv = g_ptr_array_new_with_free_func(g_free);
    native->secrets = g_array_new(FALSE, FALSE, sizeof(CofferNativeSecret));
    native->notes = g_ptr_array_new_with_free_func(g_free);
    return native;
}

void
coffer_native_free(CofferNative *native)
{
    if (native == NULL)
        return;
    g_ptr_array_unref(native->argv);
    g_array_unref(native->secrets);
    g_ptr_array_unref(native->notes);
    g_free(native);
}

static void
build_clear(CofferBuild *build)
{
    g_clear_pointer(&build->native, coffer_native_free);
    g_clear_pointer(&build->throttle_groups, g_hash_table_unref);
    g_clear_pointer(&build->controllers, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CofferBuild, build_clear)

void
coffer_build_add(CofferBuild *build, const char *option, const char *value)
{
    g_ptr_array_add(build->native->argv, g_strdup(option));
    if (value != NULL)
        g_ptr_array_add(build->native->argv, g_strdup(value));
}

void
coffer_build_add_options(CofferBuild *build, const char *option, const CofferOptions *options)
{
    g_ptr_array_add(build->native->argv, g_strdup(option));
    g_ptr_array_add(build->native->argv, coffer_options_to_string(options));
}

void
coffer_build_note(CofferBuild *build, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(build->native->notes, g_strdup_vprintf(format, args));
    va_end(args);
}

gboolean
coffer_build_is_id(const char *text)
{
    static const char others[] = "-._";

    if (!g_ascii_isalpha(*text))
        return FALSE;
    while (g_ascii_isalnum(*text) || (*text != '\0' && strchr(others, *text) != NULL))
        text++;
    return *text == '\0';
}

/* Room for a suffix in the 31 characters of a node's name. (QEMU: block.c) */
#define MAX_DISK_NAME 16

char *
coffer_build_disk_name(const CofferBuild *build, guint index)
{
    const CofferDiskDef *disk = build->def->disks->pdata[index];
    guint ignored = 0;

    if (coffer_disk_target_index(disk->target, &ignored) && strlen(disk->target) <= MAX_DISK_NAME)
        return g_strdup(disk->target);
    return g_strdup_printf("disk%u", index);
}

static void
note_part(CofferBuild *build, const CofferElement *owner, const char *name)
{
    const CofferElement *part = coffer_element_child(owner, name);

    if (part != NULL)
        coffer_build_note(build, "line %u: <%s> is left out", coffer_element_line(part), name);
}

/* What a disk says and QEMU's command line has no word for. */
static void
note_disks(CofferBuild *build)
{
    for (guint i = 0; i < build->def->disks->len; i++) {
        const CofferDiskDef *disk = build->def->disks->pdata[i];

        note_part(build, disk->driver, "statistics");
        note_part(build, disk->source.element, "seclabel");
        if (coffer_element_attr(disk->element, "rawio") != NULL ||
            coffer_element_attr(disk->element, "sgio") != NULL)
            coffer_build_note(build,
                              "line %u: disk '%s': rawio= and sgio= are left out: QEMU has the "
                              "rights of who starts it",
                              disk->line, disk->target);
    }
}

static void
note_extras(CofferBuild *build)
{
    for (guint i = 0; i < build->def->extras->len; i++) {
        const CofferDomainExtra *extra = build->def->extras->pdata[i];

        coffer_build_note(build, "line %u: <%s> is left out: the arguments are those of disks",
                          extra->line, extra->name);
    }
    if (build->def->current_memory < build->def->memory)
        coffer_build_note(build, "<currentMemory> is left out: the guest has all of <memory>");
    coffer_build_note(build,
                      "there is no display, console or network: add them behind '--', such as "
                      "'-serial mon:stdio'");
}

static void
note_secrets(CofferBuild *build)
{
    const GArray *secrets = build->native->secrets;

    for (guint i = 0; i < secrets->len; i++) {
        const CofferNativeSecret *secret = &g_array_index(secrets, CofferNativeSecret, i);
        char text[COFFER_UUID_TEXT_SIZE];

        coffer_uuid_format(&secret->uuid, text);
        coffer_build_note(build, "descriptor %d must give the value of the secret %s", secret->fd,
                          text);
    }
}

static gboolean
is_left_out(const CofferBuild *build, guint index)
{
    const CofferDiskDef *disk = build->def->disks->pdata[index];

    return build->request->images[index] == NULL && disk->device != COFFER_DISK_DEVICE_CDROM &&
           disk->device != COFFER_DISK_DEVICE_FLOPPY;
}

/* What <os><boot dev=> calls a disk of this kind. */
static const char *
boot_word(const CofferDiskDef *disk)
{
    switch (disk->device) {
    case COFFER_DISK_DEVICE_CDROM:
        return "cdrom";
    case COFFER_DISK_DEVICE_FLOPPY:
        return "fd";
    case COFFER_DISK_DEVICE_DISK:
    case COFFER_DISK_DEVICE_LUN:
        return "hd";
    }
    g_return_val_if_reached(NULL);
}

static gboolean
any_disk_has_order(const CofferDomainDef *def)
{
    for (guint i = 0; i < def->disks->len; i++) {
        if (((const CofferDiskDef *)def->disks->pdata[i])->boot_order != 0)
            return TRUE;
    }
    return FALSE;
}

/* The first disk of the kind @word boots as number @number. */
static void
assign_boot(const CofferBuild *build, guint *orders, const char *word, guint number)
{
    for (guint i = 0; i < build->def->disks->len; i++) {
        if (is_left_out(build, i) || !g_str_equal(boot_word(build->def->disks->pdata[i]), word))
            continue;
        if (orders[i] == 0)
            orders[i] = number;
        return;
    }
}

/* Each disk's place in the order of booting, from 1, or 0: its own <boot>, else what <os> says,
 * else hard disks (libvirt). */
static guint *
boot_orders(const CofferBuild *build)
{
    const CofferDomainDef *def = build->def;
    const CofferElement *boot = coffer_element_child(def->os, "boot");
    guint *orders = g_new0(guint, def->disks->len + 1);
    guint number = 0;

    if (any_disk_has_order(def)) {
        for (guint i = 0; i < def->disks->len; i++)
            orders[i] = ((const CofferDiskDef *)def->disks->pdata[i])->boot_order;
        return orders;
    }
    for (; boot != NULL; boot = coffer_element_next(def->os, "boot", boot))
        assign_boot(build, orders, coffer_element_attr(boot, "dev"), ++number);
    if (number == 0)
        assign_boot(build, orders, "hd", 1);
    return orders;
}

static gboolean
check_orders(const CofferBuild *build, GError **error)
{
    for (guint i = 0; i < build->def->disks->len; i++) {
        const CofferDiskDef *disk = build->def->disks->pdata[i];

        for (guint j = 0; j < i && disk->boot_order != 0; j++) {
            const CofferDiskDef *other = build->def->disks->pdata[j];

            if (other->boot_order == disk->boot_order)
                return coffer_disk_def_throw(disk, error, COFFER_ERROR_INVALID_XML,
                                             "the disk of line %u has the same <boot order=>",
                                             other->line);
        }
    }
    return TRUE;
}

/* Devices with a PCI address come first: one that QEMU places could take theirs. */
static gboolean
add_devices(CofferBuild *build, const GPtrArray *nodes, gboolean with_address, GError **error)
{
    g_autofree guint *orders = boot_orders(build);

    for (guint i = 0; i < build->def->disks->len; i++) {
        const CofferDiskDef *disk = build->def->disks->pdata[i];

        if (is_left_out(build, i) ||
            (coffer_element_attr(disk->address, "slot") != NULL) != with_address)
            continue;
        if (!coffer_build_device(build, i, nodes->pdata[i], orders[i], error))
            return FALSE;
    }
    return TRUE;
}

/* The nodes of all disks; @nodes gets a name for each, NULL for an empty drive. */
static gboolean
add_nodes(CofferBuild *build, GPtrArray *nodes, GError **error)
{
    for (guint i = 0; i < build->def->disks->len; i++) {
        char *node = NULL;

        if (build->request->images[i] != NULL && !coffer_build_blockdevs(build, i, &node, error))
            return FALSE;
        g_ptr_array_add(nodes, node);
    }
    return TRUE;
}

CofferNative *
coffer_native_build(const CofferNativeRequest *request, GError **error)
{
    g_auto(CofferBuild) build = {
        .request = request,
        .def = request->def,
        .chipset = coffer_build_chipset(request),
        .native = native_new(),
        .throttle_groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .controllers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func(g_free);

    if (!check_orders(&build, error) || !coffer_build_machine(&build, error) ||
        !add_nodes(&build, nodes, error) || !add_devices(&build, nodes, TRUE, error) ||
        !add_devices(&build, nodes, FALSE, error))
        return NULL;
    note_disks(&build);
    note_secrets(&build);
    note_extras(&build);
    g_ptr_array_add(build.native->argv, NULL);
    g_ptr_array_add(build.native->notes, NULL);
    return g_steal_pointer(&build.native);
}
