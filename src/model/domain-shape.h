/* domain-shape.h: the elements of a <domain> outside its disks of which Coffer makes something. */
/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "model/element.h"

extern const CofferElementShape coffer_domain_os_shape;
extern const CofferElementShape coffer_domain_cpu_shape;
extern const CofferElementShape coffer_domain_controller_shape;
