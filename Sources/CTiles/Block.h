// A block of 32 × 32 sums. Included by each engine after its operations.
#pragma once

#include "Results.h"

/// A block of sums in memory, and numbers from a row to the next.
typedef struct {
    float *base;
    long stride;
} Sums;

/// Lines to fetch while a block is computed: of the next strip of a, rows `firstRow..<lastRow`, and
/// of the results of the next block, as many lines in each row. Null for none.
typedef struct {
    const uint16_t *a;
    long firstRow, lastRow;
    const char *c;
    long cBytes, cLines;
} Prefetch;

TILES_INLINE TILE_CODE void loadSums(Tiles *tiles, Sums from) {
    const char *base = (const char *)from.base;
    const long row = from.stride * 4;
    TILE_LOAD(tiles, 0, base, row);
    TILE_LOAD(tiles, 1, base + 64, row);
    TILE_LOAD(tiles, 2, base + 16 * row, row);
    TILE_LOAD(tiles, 3, base + 16 * row + 64, row);
}

TILES_INLINE TILE_CODE void clearSums(Tiles *tiles) {
    TILE_ZERO(tiles, 0);
    TILE_ZERO(tiles, 1);
    TILE_ZERO(tiles, 2);
    TILE_ZERO(tiles, 3);
}

TILES_INLINE TILE_CODE void storeSums(Tiles *tiles, Sums to) {
    char *base = (char *)to.base;
    const long row = to.stride * 4;
    TILE_STORE(tiles, 0, base, row);
    TILE_STORE(tiles, 1, base + 64, row);
    TILE_STORE(tiles, 2, base + 16 * row, row);
    TILE_STORE(tiles, 3, base + 16 * row + 64, row);
}

/// Asks for rows `first..<end` of the results to come.
TILES_INLINE TILE_CODE void fetchResults(const Prefetch *prefetch, long first, long end) {
    for (long row = first; row < end; row++)
        for (long line = 0; line < prefetch->cLines; line++)
            __builtin_prefetch(prefetch->c + row * prefetch->cBytes + line * 64, 1, 3);
}

/// Asks for a step of the next strip.
TILES_INLINE TILE_CODE void fetchStrip(const Prefetch *prefetch, const Left *left, long step) {
    const uint16_t *a = prefetch->a + step * left->step;
    for (long row = prefetch->firstRow; row < prefetch->lastRow; row++)
        __builtin_prefetch(a + row / 16 * left->half + row % 16 * left->row, 0, 2);
}

/// sums = start + a b over some steps; start is zero where its base is null. a comes from the
/// first-level cache, b streams from the second. Rows of `pending` are finished and lines fetched,
/// a few in each step: more at once would hold up the loads of tiles.
TILES_INLINE TILE_CODE void computeBlock(
    Tiles *tiles, const Left *left, const uint16_t *b, long steps, Sums start, Sums sums,
    Pending *pending, const Prefetch *prefetch)
{
    const long share = units(blockSize, steps), row = left->row * 2;
    const uint16_t *a = left->base;
    if (start.base)
        loadSums(tiles, start);
    else
        clearSums(tiles);
    for (long step = 0; step < steps; step++) {
        TILE_LOAD(tiles, 4, a, row);
        TILE_LOAD_STREAMING(tiles, 6, b, 64);
        TILE_DOT(tiles, 0, 4, 6);
        finishRows(pending, share);
        TILE_LOAD_STREAMING(tiles, 7, b + tileCount, 64);
        TILE_DOT(tiles, 1, 4, 7);
        if (prefetch->c)
            fetchResults(prefetch, step * share, smaller(blockSize, (step + 1) * share));
        if (prefetch->a) fetchStrip(prefetch, left, step);
        TILE_LOAD(tiles, 5, a + left->half, row);
        TILE_DOT(tiles, 2, 5, 6);
        TILE_DOT(tiles, 3, 5, 7);
        a += left->step;
        b += stepCount;
    }
    finishRows(pending, blockSize);
    storeSums(tiles, sums);
}
