/* domain-shape.c: <os>, <cpu> and <controller> of a domain as far as Coffer reads them; tables
 * only. (libvirt: formatdomain.html, "Operating system booting", "CPU model and topology",
 * "Controllers")
 */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain-shape.h"

#include "model/disk-shape.h"

#include <string.h>

static const char *const loader_types[] = { "rom", "pflash", NULL };
static const char *const boot_devices[] = { "fd", "hd", "cdrom", "network", NULL };
static const char *const cpu_modes[] = { "custom", "host-model", "host-passthrough", "maximum",
                                         NULL };

/* It becomes part of a program's name. */
static const char *
check_arch(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text)
               ? NULL
               : "is no architecture, such as x86_64";
}

static const char *
check_machine(const char *text)
{
    for (; *text != '\0'; text++) {
        if (!g_ascii_isalnum(*text) && strchr("._-", *text) == NULL)
            return "is no machine type, such as q35";
    }
    return NULL;
}

static const CofferTextShape any_text = { .kind = COFFER_TEXT_ANY };

static const CofferElementShape os_type = {
    .name = "type",
    COFFER_ATTRS({ .name = "arch", .check = check_arch },
                 { .name = "machine", .check = check_machine }),
    .text = &any_text,
};

static const CofferElementShape loader = {
    .name = "loader",
    COFFER_ATTRS(COFFER_ATTR_WORD("type", loader_types),
                 COFFER_ATTR_WORD("readonly", coffer_words_yes_no),
                 COFFER_ATTR_WORD("secure", coffer_words_yes_no)),
    .text = &any_text,
};

static const CofferElementShape nvram = { .name = "nvram", .text = &any_text };
static const CofferElementShape kernel = { .name = "kernel", .text = &any_text };
static const CofferElementShape initrd = { .name = "initrd", .text = &any_text };
static const CofferElementShape cmdline = { .name = "cmdline", .text = &any_text };

static const CofferElementShape boot = {
    .name = "boot",
    .flags = COFFER_ELEMENT_MANY,
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("dev", boot_devices)),
};

static const CofferElementShape boot_menu = {
    .name = "bootmenu",
    COFFER_ATTRS(COFFER_ATTR_WORD_REQUIRED("enable", coffer_words_yes_no),
                 COFFER_ATTR_NUMBER("timeout", 0, G_MAXUINT16)),
};

const CofferElementShape coffer_domain_os_shape = {
    .name = "os",
    COFFER_ATTRS(COFFER_ATTR_ANY("firmware")),
    COFFER_CHILDREN(&os_type, &loader, &nvram, &kernel, &initrd, &cmdline, &boot, &boot_menu),
};

static const CofferElementShape cpu_model = { .name = "model", .text = &any_text };

static const CofferElementShape topology = {
    .name = "topology",
    COFFER_ATTRS(
        COFFER_ATTR_NUMBER("sockets", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXUINT16),
        COFFER_ATTR_NUMBER("dies", COFFER_TEXT_NOT_ZERO, G_MAXUINT16),
        COFFER_ATTR_NUMBER("cores", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXUINT16),
        COFFER_ATTR_NUMBER("threads", COFFER_TEXT_REQUIRED | COFFER_TEXT_NOT_ZERO, G_MAXUINT16)),
};

const CofferElementShape coffer_domain_cpu_shape = {
    .name = "cpu",
    COFFER_ATTRS(COFFER_ATTR_WORD("mode", cpu_modes)),
    COFFER_CHILDREN(&cpu_model, &topology),
};

const CofferElementShape coffer_domain_controller_shape = {
    .name = "controller",
    COFFER_ATTRS(COFFER_ATTR_REQUIRED("type"), COFFER_ATTR_NUMBER_OR_0("index", G_MAXUINT16),
                 COFFER_ATTR_ANY("model")),
};
