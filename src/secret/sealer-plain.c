/* sealer-plain.c: values in base64, the file that libvirt writes; it hides nothing. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/bytes.h"
#include "secret/sealer.h"

static CofferBytes *
plain_seal(const char *uuid, CofferBytes *value, GError **error)
{
    return coffer_bytes_to_base64(value, error);
}

static CofferBytes *
plain_unseal(const char *uuid, CofferBytes *sealed, GError **error)
{
    return coffer_bytes_new_from_base64(sealed, error);
}

const CofferSealer coffer_sealer_plain = {
    .name = "plain",
    .suffix = ".base64",
    .seal = plain_seal,
    .unseal = plain_unseal,
};
