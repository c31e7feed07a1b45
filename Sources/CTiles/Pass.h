// What the parts of CTiles share: sizes, and a pass over the inner dimension.
#pragma once

#include "CTiles.h"

#if defined(__x86_64__)
#define TILES_HAVE_HARDWARE 1
#endif

#define TILES_INLINE static inline __attribute__((always_inline))

enum {
    /// Rows of a strip of a, columns of a panel of b: two by two tiles of sums, which leaves two of
    /// the eight tiles for a and two for b, so that four loads feed four dot products.
    blockSize = 32,
    /// Inner numbers of a tile.
    stepSize = 32,
    /// Numbers of a tile of bf16.
    tileCount = 512,
    /// Numbers of a step of a panel or of a packed strip: two tiles.
    stepCount = 2 * tileCount,
    /// Sums of a block.
    blockCount = blockSize * blockSize,
    /// Steps whose part of a strip stays in the first-level cache: 32 KB.
    mostSteps = 16,
    /// Bytes of packed b that stay in the second-level cache.
    chunkByteCount = 1 << 20,
    /// Inner numbers for which a transposed left operand is packed at a time.
    slabSize = 512,
};

TILES_INLINE long smaller(long a, long b) { return a < b ? a : b; }

/// How many of `unit` hold `count`.
TILES_INLINE long units(long count, long unit) { return (count + unit - 1) / unit; }

/// Panels of b that are taken together, an even number, since results are written past the caches
/// by two panels.
TILES_INLINE long panelsOfChunk(long steps) {
    long panels = chunkByteCount / (steps * stepCount * 2) / 2 * 2;
    return panels < 2 ? 2 : panels;
}

/// The left operand as tiles, of rows as they lie or packed: the first number, and numbers from a
/// row to the next, from a step to the next, from 16 rows to the next 16, and from a strip to the
/// next.
typedef struct {
    const uint16_t *base;
    long row, step, half, strip;
} Left;

/// Memory of a thread for the block being computed and the one whose results are being stored.
typedef struct {
    _Alignas(64) float sums[2][blockCount];
    /// Rounded results that wait for the panel to their right.
    _Alignas(64) uint16_t stage[blockSize][blockSize];
} Workspace;

/// c = a b, or c += a b, over an inner dimension whose left operand is there as tiles.
typedef struct {
    Left a;
    const uint16_t *packed;
    /// Numbers from a panel to the next.
    long panel;
    char *c;
    long cStride, rows, columns, inner, steps;
    int flags;
    Workspace *workspace;
    /// Sums of a strip and a chunk between pieces of the inner dimension.
    float *partials;
    /// `[32, 32 * steps]`, where strips in which rows or inner numbers end are copied to and filled
    /// up with zeros; null where a was filled up when it was packed.
    uint16_t *strip;
} Pass;

/// Computes a pass in C.
void tiles_pass_emulated(const Pass *pass);

#if defined(TILES_HAVE_HARDWARE)
/// Computes a pass by tiles.
void tiles_pass_hardware(const Pass *pass);
/// Runs `count` times four tile products in registers.
void tiles_spin_hardware(long count);
#endif

/// Packs the left operand `[inner, rows]`, as it lies, into strips of tiles with rows as rows.
void tiles_pack_left(const uint16_t *a, long stride, long inner, long rows, uint16_t *packed);

/// A sum of tiles to bf16, ties to even. VCVTNEPS2BF16 differs from it for numbers that are no such
/// sums: subnormal ones, and NaNs that no bf16 number has.
TILES_INLINE uint16_t roundedBFloat16(float x) {
    union { float number; uint32_t bits; } value = {x};
    return (uint16_t)((value.bits + 0x7fff + ((value.bits >> 16) & 1)) >> 16);
}

TILES_INLINE float widenedBFloat16(uint16_t bits) {
    union { uint32_t bits; float number; } value = {(uint32_t)bits << 16};
    return value.number;
}
