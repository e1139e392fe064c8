/* random.h: values that Coffer makes up itself. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "coffer/bytes.h"

/* 32 bytes from getrandom(2), written as 64 lower-case hexadecimal digits. Returns: (transfer
 * full). Any thread. */
CofferBytes *coffer_random_value(GError **error);
