// A pass by tiles of the processor.
#include "Pass.h"

#if defined(TILES_HAVE_HARDWARE)
#include "HardwareTiles.h"
#include "Strips.h"

TILE_CODE void tiles_pass_hardware(const Pass *pass) {
    configureTiles();
    multiplyStrips(NULL, pass);
    releaseTiles();
}

TILE_CODE void tiles_spin_hardware(long count) {
    configureTiles();
    clearSums(NULL);
    TILE_ZERO(NULL, 4);
    TILE_ZERO(NULL, 5);
    TILE_ZERO(NULL, 6);
    TILE_ZERO(NULL, 7);
    for (long i = 0; i < count; i++) {
        TILE_DOT(NULL, 0, 4, 6);
        TILE_DOT(NULL, 1, 4, 7);
        TILE_DOT(NULL, 2, 5, 6);
        TILE_DOT(NULL, 3, 5, 7);
    }
    releaseTiles();
}
#endif
