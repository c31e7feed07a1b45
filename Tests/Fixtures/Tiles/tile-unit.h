#pragma once

#include <stdbool.h>

/// Computes instructions of tiles that this processor does not know from now on.
void tile_unit_install(void);

/// How many were computed.
long tile_unit_count(void);
