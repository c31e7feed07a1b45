// Products of CTiles by the tile instructions and by their emulation, compared bit for bit: all
// layouts, types and tails, with rows that lie apart, ordinary numbers and any bits.
//
// Where the processor has no tiles, tile-unit.c computes the instructions that the compiler made.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CTiles.h"
#include "tile-unit.h"

static uint64_t state = 88172645463325252ull;

static uint32_t any(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (uint32_t)(state >> 16);
}

/// Numbers of one size; or any, with infinities, NaN and subnormal ones.
static uint16_t number(bool isAny) {
    return (uint16_t)(isAny ? any() : (any() & 0x807f) | (119 + any() % 8) << 7);
}

static uint16_t *numbers(long count, bool areAny) {
    uint16_t *x = malloc((size_t)count * sizeof *x);
    for (long i = 0; i < count; i++) x[i] = number(areAny);
    return x;
}

static void *aligned(size_t size) { return aligned_alloc(64, (size + 63) / 64 * 64); }

/// Which of several NaNs comes out is not said.
static bool isNaN(uint32_t bits, bool isFloat) {
    return isFloat ? (bits & 0x7fffffff) > 0x7f800000 : (bits & 0x7fff) > 0x7f80;
}

static long differing(const void *x, const void *y, long count, bool isFloat) {
    long different = 0;
    for (long i = 0; i < count; i++) {
        const uint32_t a = isFloat ? ((const uint32_t *)x)[i] : ((const uint16_t *)x)[i];
        const uint32_t b = isFloat ? ((const uint32_t *)y)[i] : ((const uint16_t *)y)[i];
        different += a != b && !(isNaN(a, isFloat) && isNaN(b, isFloat));
    }
    return different;
}

static void multiply(TilesEngine engine, TilesProduct product, void *c) {
    product.c = c;
    void *scratch = aligned(tiles_scratch_size(&product));
    memset(scratch, 0xff, tiles_scratch_size(&product));
    tiles_multiply(engine, &product, scratch);
    free(scratch);
}

/// Numbers by which the engines differ in one product.
static long compare(long rows, long columns, long inner, int flags, bool aT, bool bT, bool areAny) {
    const bool isFloat = flags & TilesFloatResult;
    const long aStride = (aT ? rows : inner) + any() % 2 * (any() % 40);
    const long bStride = (bT ? inner : columns) + any() % 2 * (any() % 40);
    // Half of the results lie as lines can be written past the caches.
    const long cStride = any() % 2 ? (columns + 31) / 32 * 32 : columns + any() % 40;
    const long count = rows * cStride;
    uint16_t *a = numbers((aT ? inner : rows) * aStride, areAny);
    uint16_t *b = numbers((bT ? columns : inner) * bStride, areAny);
    uint16_t *packed = aligned(tiles_packed_count(inner, columns) * sizeof *packed);
    tiles_pack(b, bStride, bT, inner, columns, 0, tiles_panel_count(columns), packed);
    const size_t size = (size_t)count * (isFloat ? 4 : 2);
    void *by[2] = {aligned(size), aligned(size)};
    for (size_t i = 0; i < size / 2; i++) ((uint16_t *)by[0])[i] = number(areAny);
    memcpy(by[1], by[0], size);
    TilesProduct product = {
        .a = a, .aStride = aStride, .aIsTransposed = aT, .packed = packed, .cStride = cStride,
        .rows = rows, .columns = columns, .inner = inner, .flags = flags,
    };
    multiply(TilesHardware, product, by[0]);
    multiply(TilesEmulated, product, by[1]);
    const long different = differing(by[0], by[1], count, isFloat);
    free(a), free(b), free(packed), free(by[0]), free(by[1]);
    return different;
}

int main(void) {
    static const long shapes[][3] = {
        {32, 32, 32}, {1, 1, 1}, {31, 33, 34}, {33, 64, 96}, {96, 65, 31}, {64, 192, 64},
        {5, 200, 544}, {70, 96, 1152}, {40, 70, 513}, {32, 160, 8}, {17, 16, 600},
    };
    const bool isThere = tiles_are_there();
    if (!isThere) tile_unit_install();
    long products = 0, different = 0;
    for (size_t shape = 0; shape < sizeof shapes / sizeof *shapes; shape++)
        for (int form = 0; form < 64; form++, products++) {
            const long *s = shapes[shape];
            different += compare(s[0], s[1], s[2], form & 7, form & 8, form & 16, form & 32);
        }
    printf("%ld products by %s: %ld numbers differ from the emulation\n", products,
           isThere ? "the tile unit" : "instructions of tiles, computed one by one", different);
    if (!isThere && tile_unit_count() < 100 * products) return 1;
    return different != 0;
}
