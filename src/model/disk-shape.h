/* disk-shape.h: which elements and attributes a <disk> may have; what they mean is disk-def.h's. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/element.h"

extern const CofferElementShape coffer_disk_shape;
/* <source> in each of its forms, chosen by the attribute type= of the element around it. */
extern const CofferElementShape coffer_disk_source_shape;
extern const CofferElementShape coffer_disk_auth_shape;
/* <boot>, <alias>, <acpi> and <address> of any device. */
extern const CofferElementShape coffer_device_boot_shape;
extern const CofferElementShape coffer_device_alias_shape;
extern const CofferElementShape coffer_device_acpi_shape;
extern const CofferElementShape coffer_device_address_shape;
/* Attributes of a PCI address. */
extern const CofferElementShape coffer_pci_address_shape;

extern const char *const coffer_words_yes_no[];
extern const char *const coffer_words_on_off[];
/* In the order of CofferDiskType, CofferDiskDevice and CofferDiskBus. */
extern const char *const coffer_disk_type_words[];
extern const char *const coffer_disk_device_words[];
extern const char *const coffer_disk_bus_words[];
extern const char *const coffer_disk_format_words[];

/* Short for tables of attributes. */
#define COFFER_ATTR_ANY(name_)                                                                     \
    {                                                                                              \
        .name = (name_)                                                                            \
    }
#define COFFER_ATTR_WORD(name_, words_)                                                            \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_WORD, .words = (words_)                               \
    }
#define COFFER_ATTR_REQUIRED(name_)                                                                \
    {                                                                                              \
        .name = (name_), .flags = COFFER_TEXT_REQUIRED                                             \
    }
#define COFFER_ATTR_UUID(name_)                                                                    \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_UUID                                                  \
    }
/* Read, never written. */
#define COFFER_ATTR_SILENT(name_)                                                                  \
    {                                                                                              \
        .name = (name_), .flags = COFFER_TEXT_NOT_WRITTEN                                          \
    }
#define COFFER_ATTR_WORD_REQUIRED(name_, words_)                                                   \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_WORD, .flags = COFFER_TEXT_REQUIRED,                  \
        .words = (words_)                                                                          \
    }
/* @default_ is read where the attribute is missing. */
#define COFFER_ATTR_WORD_OR(name_, words_, default_)                                               \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_WORD, .words = (words_), .default_word = (default_)   \
    }
/* @silent_ is as good as no attribute. */
#define COFFER_ATTR_WORD_BUT(name_, words_, silent_)                                               \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_WORD, .words = (words_), .silent_word = (silent_)     \
    }
/* 0 is read where the attribute is missing. */
#define COFFER_ATTR_NUMBER_OR_0(name_, max_)                                                       \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_NUMBER, .max = (max_), .default_word = "0"            \
    }
#define COFFER_ATTR_HEX_OR_0(name_, digits_, max_)                                                 \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_HEX, .digits = (digits_), .max = (max_),              \
        .default_word = "0"                                                                        \
    }
#define COFFER_ATTR_NUMBER(name_, flags_, max_)                                                    \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_NUMBER, .flags = (flags_), .max = (max_)              \
    }
#define COFFER_ATTR_HEX(name_, digits_, max_)                                                      \
    {                                                                                              \
        .name = (name_), .kind = COFFER_TEXT_HEX, .digits = (digits_), .max = (max_)               \
    }
#define COFFER_ATTR_END                                                                            \
    {                                                                                              \
        .name = NULL                                                                               \
    }

#define COFFER_ATTRS(...)                                                                          \
    .attrs = (const CofferTextShape[])                                                             \
    {                                                                                              \
        __VA_ARGS__, COFFER_ATTR_END                                                               \
    }
#define COFFER_CHILDREN(...)                                                                       \
    .children = (const CofferElementShape *const[])                                                \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }
