/* machine.c: the program and the machine that the disks are in: accelerator, processors, memory,
 * firmware, kernel. (QEMU: qemu-options.hx) */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "domain/build.h"

#include <string.h>

/* Where QEMU's name for an architecture is not libvirt's. */
static const struct {
    const char *arch;
    const char *qemu;
} arch_names[] = {
    { "i686", "i386" },    { "i586", "i386" },   { "i486", "i386" },     { "armv7l", "arm" },
    { "armv7b", "arm" },   { "armv6l", "arm" },  { "ppc64le", "ppc64" }, { "ppcle", "ppc" },
    { "itanium", "ia64" }, { "parisc", "hppa" }, { "parisc64", "hppa" }, { "sparcv9", "sparc64" },
};

static const CofferElement *
os_child(const CofferDomainDef *def, const char *name)
{
    return coffer_element_child(def->os, name);
}

static const char *
qemu_arch(const CofferNativeRequest *request)
{
    const char *arch = coffer_element_attr(os_child(request->def, "type"), "arch");

    if (arch == NULL)
        arch = request->host_arch;
    for (gsize i = 0; i < G_N_ELEMENTS(arch_names); i++) {
        if (g_str_equal(arch, arch_names[i].arch))
            return arch_names[i].qemu;
    }
    return arch;
}

static gboolean
is_x86(const CofferNativeRequest *request)
{
    const char *arch = qemu_arch(request);

    return g_str_equal(arch, "x86_64") || g_str_equal(arch, "i386");
}

static const char *
machine_type(const CofferNativeRequest *request)
{
    const char *machine = coffer_element_attr(os_child(request->def, "type"), "machine");

    if (machine != NULL)
        return machine;
    return is_x86(request) ? "pc" : "virt";
}

CofferChipset
coffer_build_chipset(const CofferNativeRequest *request)
{
    const char *machine = machine_type(request);

    if (!is_x86(request))
        return COFFER_CHIPSET_OTHER;
    if (g_str_equal(machine, "pc") || g_str_has_prefix(machine, "pc-i440fx"))
        return COFFER_CHIPSET_PC;
    if (g_str_equal(machine, "q35") || g_str_has_prefix(machine, "pc-q35"))
        return COFFER_CHIPSET_Q35;
    return COFFER_CHIPSET_OTHER;
}

static gboolean
add_program(CofferBuild *build, GError **error)
{
    g_autofree char *program = g_strdup_printf("qemu-system-%s", qemu_arch(build->request));

    coffer_build_add(build, build->def->emulator != NULL ? build->def->emulator : program, NULL);
    return TRUE;
}

static gboolean
add_name(CofferBuild *build, GError **error)
{
    g_autoptr(CofferOptions) options = coffer_options_new(NULL, NULL);
    char uuid[COFFER_UUID_TEXT_SIZE];

    coffer_options_put(options, "guest", build->def->name);
    coffer_build_add_options(build, "-name", options);
    if (build->def->has_uuid) {
        coffer_uuid_format(&build->def->uuid, uuid);
        coffer_build_add(build, "-uuid", uuid);
    }
    return TRUE;
}

/* Without -display QEMU would open a VNC server; a later -display or -nographic takes its place. */
static gboolean
add_defaults(CofferBuild *build, GError **error)
{
    coffer_build_add(build, "-no-user-config", NULL);
    coffer_build_add(build, "-nodefaults", NULL);
    coffer_build_add(build, "-display", "none");
    return TRUE;
}

/* One of the two flash chips of UEFI: code that the guest does not write, and its variables. */
static void
add_flash(CofferBuild *build, const char *node, const char *path, gboolean read_only)
{
    g_autoptr(CofferOptions) file = coffer_options_new(NULL, NULL);
    g_autoptr(CofferOptions) raw = coffer_options_new(NULL, NULL);
    g_autofree char *file_node = g_strdup_printf("%s-file", node);

    coffer_options_put(file, "driver", "file");
    coffer_options_put(file, "node-name", file_node);
    coffer_options_put(file, "filename", path);
    coffer_options_put_switch(file, "read-only", read_only);
    coffer_build_add_options(build, "-blockdev", file);
    coffer_options_put(raw, "driver", "raw");
    coffer_options_put(raw, "node-name", node);
    coffer_options_put(raw, "file", file_node);
    coffer_options_put_switch(raw, "read-only", read_only);
    coffer_build_add_options(build, "-blockdev", raw);
}

static gboolean
has_flash(const CofferDomainDef *def)
{
    const CofferElement *loader = os_child(def, "loader");

    return coffer_element_text(loader) != NULL &&
           g_strcmp0(coffer_element_attr(loader, "type"), "pflash") == 0;
}

static gboolean
add_firmware(CofferBuild *build, GError **error)
{
    const CofferElement *loader = os_child(build->def, "loader");
    const char *path = coffer_element_text(loader);
    const char *nvram = coffer_element_text(os_child(build->def, "nvram"));
    gboolean read_only = g_strcmp0(coffer_element_attr(loader, "readonly"), "yes") == 0;

    if (coffer_element_attr(build->def->os, "firmware") != NULL && path == NULL)
        return coffer_element_throw(build->def->os, error, COFFER_ERROR_UNSUPPORTED,
                                    "firmware= is not chosen here; name its file in a <loader>");
    if (path == NULL)
        return TRUE;
    if (!has_flash(build->def)) {
        coffer_build_add(build, "-bios", path);
        return TRUE;
    }
    add_flash(build, "pflash0", path, read_only);
    if (nvram != NULL)
        add_flash(build, "pflash1", nvram, FALSE);
    return TRUE;
}

/* dump-guest-core=off: a core dump must not hold what the guest read from its encrypted disk. */
static gboolean
add_machine(CofferBuild *build, GError **error)
{
    g_autoptr(CofferOptions) options = coffer_options_new("type", machine_type(build->request));

    coffer_options_put_switch(options, "dump-guest-core", FALSE);
    if (has_flash(build->def)) {
        coffer_options_put(options, "pflash0", "pflash0");
        if (coffer_element_text(os_child(build->def, "nvram")) != NULL)
            coffer_options_put(options, "pflash1", "pflash1");
    }
    coffer_build_add_options(build, "-machine", options);
    coffer_build_add(build, "-accel", build->def->type == COFFER_DOMAIN_TYPE_KVM ? "kvm" : "tcg");
    return TRUE;
}

static gboolean
add_cpu(CofferBuild *build, GError **error)
{
    const char *mode = coffer_element_attr(build->def->cpu, "mode");
    const char *model = coffer_element_child_text(build->def->cpu, "model");

    if (mode != NULL && !g_str_equal(mode, "custom"))
        model = build->def->type == COFFER_DOMAIN_TYPE_KVM && !g_str_equal(mode, "maximum") ? "host"
                                                                                            : "max";
    if (model != NULL) {
        g_autoptr(CofferOptions) options = coffer_options_new("model", model);

        coffer_build_add_options(build, "-cpu", options);
    }
    return TRUE;
}

static gboolean
add_processors(CofferBuild *build, GError **error)
{
    static const char *const parts[] = { "sockets", "dies", "cores", "threads" };
    const CofferElement *topology = coffer_element_child(build->def->cpu, "topology");
    g_autoptr(CofferOptions) options = coffer_options_new("cpus", NULL);
    guint64 count = 1;

    coffer_options_put_number(options, "cpus", build->def->vcpus);
    if (build->def->max_vcpus != build->def->vcpus || topology != NULL)
        coffer_options_put_number(options, "maxcpus", build->def->max_vcpus);
    for (gsize i = 0; topology != NULL && i < G_N_ELEMENTS(parts); i++) {
        coffer_options_put(options, parts[i], coffer_element_attr(topology, parts[i]));
        count *= coffer_element_number(topology, parts[i], 1);
    }
    if (topology != NULL && count != build->def->max_vcpus)
        return coffer_element_throw(topology, error, COFFER_ERROR_INVALID_XML,
                                    "has room for %" G_GUINT64_FORMAT
                                    " processors, but <vcpu> says %u",
                                    count, build->def->max_vcpus);
    coffer_build_add_options(build, "-smp", options);
    return TRUE;
}

static gboolean
add_memory(CofferBuild *build, GError **error)
{
    g_autoptr(CofferOptions) options = coffer_options_new(NULL, NULL);

    coffer_options_put_printf(options, "size", "%" G_GUINT64_FORMAT "k",
                              build->def->memory / 1024 + (build->def->memory % 1024 != 0));
    coffer_build_add_options(build, "-m", options);
    return TRUE;
}

static gboolean
add_boot(CofferBuild *build, GError **error)
{
    const CofferElement *menu = os_child(build->def, "bootmenu");
    g_autoptr(CofferOptions) options = coffer_options_new(NULL, NULL);

    if (menu != NULL) {
        coffer_options_put_switch(options, "menu",
                                  g_str_equal(coffer_element_attr(menu, "enable"), "yes"));
        coffer_options_put(options, "splash-time", coffer_element_attr(menu, "timeout"));
    }
    /* From nothing that is not listed. */
    coffer_options_put_switch(options, "strict", TRUE);
    coffer_build_add_options(build, "-boot", options);
    return TRUE;
}

static gboolean
add_kernel(CofferBuild *build, GError **error)
{
    static const struct {
        const char *element;
        const char *option;
    } parts[] = { { "kernel", "-kernel" }, { "initrd", "-initrd" }, { "cmdline", "-append" } };
    const char *kernel = coffer_element_text(os_child(build->def, "kernel"));

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        const char *text = coffer_element_text(os_child(build->def, parts[i].element));

        if (text == NULL)
            continue;
        if (kernel == NULL)
            return coffer_element_throw(build->def->os, error, COFFER_ERROR_INVALID_XML,
                                        "<%s> needs a <kernel>", parts[i].element);
        coffer_build_add(build, parts[i].option, text);
    }
    return TRUE;
}

static gboolean
add_iothreads(CofferBuild *build, GError **error)
{
    for (guint i = 0; i < build->def->iothreads->len; i++) {
        g_autoptr(CofferOptions) options = coffer_options_new("qom-type", "iothread");

        coffer_options_put_printf(options, "id", "iothread%u",
                                  g_array_index(build->def->iothreads, guint, i));
        coffer_build_add_options(build, "-object", options);
    }
    return TRUE;
}

gboolean
coffer_build_machine(CofferBuild *build, GError **error)
{
    static gboolean (*const parts[])(CofferBuild * build, GError * *error) = {
        add_program,    add_name,   add_defaults, add_firmware, add_machine,   add_cpu,
        add_processors, add_memory, add_boot,     add_kernel,   add_iothreads,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!parts[i](build, error))
            return FALSE;
    }
    return TRUE;
}
