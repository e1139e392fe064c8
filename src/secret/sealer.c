/* sealer.c: the list of sealers. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "secret/sealer.h"

const CofferSealer *const coffer_sealers[] = { &coffer_sealer_plain, NULL };
