// The operations of tiles and of results in portable C. The processor must flush subnormal numbers.
#pragma once

#include <string.h>

#include "Pass.h"

/// Code that this engine runs.
#define TILE_CODE

typedef uint32_t Words __attribute__((vector_size(64)));
typedef float Floats __attribute__((vector_size(64)));

/// The eight tiles.
typedef struct {
    Words rows[8][16];
} Tiles;

#define TILE_ZERO(tiles, tile) memset((tiles)->rows[tile], 0, 1024)
#define TILE_LOAD(tiles, tile, base, stride) emulateLoad(tiles, tile, base, stride)
#define TILE_LOAD_STREAMING(tiles, tile, base, stride) emulateLoad(tiles, tile, base, stride)
#define TILE_STORE(tiles, tile, base, stride) emulateStore(tiles, tile, base, stride)
#define TILE_DOT(tiles, c, a, b) emulateDot(tiles, c, a, b)

TILES_INLINE void emulateLoad(Tiles *tiles, int tile, const void *base, long stride) {
    for (long row = 0; row < 16; row++)
        memcpy(&tiles->rows[tile][row], (const char *)base + row * stride, 64);
}

TILES_INLINE void emulateStore(const Tiles *tiles, int tile, void *base, long stride) {
    for (long row = 0; row < 16; row++)
        memcpy((char *)base + row * stride, &tiles->rows[tile][row], 64);
}

/// sums + a b with one rounding, number by number.
TILES_INLINE void addProducts(Floats *sums, const Floats *a, const Floats *b) {
#if defined(__clang__)
    *sums = __builtin_elementwise_fma(*a, *b, *sums);
#else
    for (int n = 0; n < 16; n++) (*sums)[n] = __builtin_fmaf((*a)[n], (*b)[n], (*sums)[n]);
#endif
}

/// Four rows at a time, whose sums do not wait for each other.
static void emulateDot(Tiles *tiles, int c, int a, int b) {
    Floats even[16], odd[16];
    for (int k = 0; k < 16; k++) {
        even[k] = (Floats)(tiles->rows[b][k] << 16);
        odd[k] = (Floats)(tiles->rows[b][k] & 0xffff0000);
    }
    for (int first = 0; first < 16; first += 4) {
        Floats evenSums[4] = {{0}}, oddSums[4] = {{0}};
        for (int k = 0; k < 16; k++)
            for (int m = 0; m < 4; m++) {
                const Words pair = (Words){0} + tiles->rows[a][first + m][k];
                const Floats left = (Floats)(pair << 16), right = (Floats)(pair & 0xffff0000);
                addProducts(&evenSums[m], &left, &even[k]);
                addProducts(&oddSums[m], &right, &odd[k]);
            }
        for (int m = 0; m < 4; m++) {
            Words *sums = &tiles->rows[c][first + m];
            *sums = (Words)((Floats)*sums + (evenSums[m] + oddSums[m]));
        }
    }
}

TILES_INLINE void storeFloats(void *to, const float *sums, long columns) {
    memcpy(to, sums, (size_t)columns * sizeof *sums);
}

TILES_INLINE void storeRounded(void *to, const float *sums, long columns) {
    uint16_t rounded[blockSize];
    for (long n = 0; n < columns; n++) rounded[n] = roundedBFloat16(sums[n]);
    memcpy(to, rounded, (size_t)columns * sizeof *rounded);
}

TILES_INLINE void streamLine(void *to, const void *from) { memcpy(to, from, 64); }
TILES_INLINE void streamRounded(void *to, const float *sums) { storeRounded(to, sums, blockSize); }
TILES_INLINE void finishStreams(void) {}
