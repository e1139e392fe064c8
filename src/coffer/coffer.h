/* coffer.h: the umbrella; include this one. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <coffer/bytes.h>
#include <coffer/connection.h>
#include <coffer/domain.h>
#include <coffer/error.h>
#include <coffer/pool.h>
#include <coffer/secret.h>
#include <coffer/size.h>
#include <coffer/version.h>
#include <coffer/volume.h>
