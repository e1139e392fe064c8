/* version.c: the version of the library. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "coffer/version.h"

const char *
coffer_version(void)
{
    return COFFER_VERSION;
}
