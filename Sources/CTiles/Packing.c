// Operands as tiles. A panel of b is 32 columns, its steps one after the other; a step is two tiles
// of 16 columns, whose row k holds inner numbers 2k and 2k + 1 of each column side by side.
#include <string.h>

#include "PackingVectors.h"

long tiles_panel_count(long columns) { return units(columns, blockSize); }

size_t tiles_packed_count(long inner, long columns) {
    return (size_t)(units(inner, stepSize) * units(columns, blockSize)) * stepCount;
}

/// A step at an edge, or anywhere without vectors: at most 32 inner numbers of at most 32 columns.
static void packStep(const uint16_t *b, long innerStride, long columnStride, long inner,
                     long columns, uint16_t *tiles) {
    memset(tiles, 0, stepCount * sizeof *tiles);
    for (long n = 0; n < columns; n++)
        for (long k = 0; k < inner; k++)
            tiles[n / 16 * tileCount + k / 2 * 32 + n % 16 * 2 + k % 2] =
                b[k * innerStride + n * columnStride];
}

void tiles_pack(const uint16_t *b, long stride, bool isTransposed, long inner, long columns,
                long firstPanel, long endPanel, uint16_t *packed) {
    const long steps = units(inner, stepSize), panels = endPanel - firstPanel;
    const long innerStride = isTransposed ? 1 : stride, columnStride = isTransposed ? stride : 1;
    const bool inVectors = haveVectors();
    // Along the rows of b, so that memory is read in order.
    for (long i = 0; i < steps * panels; i++) {
        const long step = isTransposed ? i % steps : i / panels;
        const long panel = firstPanel + (isTransposed ? i / steps : i % panels);
        const uint16_t *from =
            b + step * stepSize * innerStride + panel * blockSize * columnStride;
        uint16_t *to = packed + (panel * steps + step) * stepCount;
        const long k = smaller(stepSize, inner - step * stepSize);
        const long n = smaller(blockSize, columns - panel * blockSize);
        if (inVectors && k == stepSize && n == blockSize)
            packStepInVectors(from, stride, isTransposed, to);
        else
            packStep(from, innerStride, columnStride, k, n, to);
    }
}

/// A step of a strip at an edge, or anywhere without vectors.
static void packLeftStep(const uint16_t *a, long stride, long inner, long rows, uint16_t *tiles) {
    memset(tiles, 0, stepCount * sizeof *tiles);
    for (long k = 0; k < inner; k++)
        for (long m = 0; m < rows; m++) tiles[m * stepSize + k] = a[k * stride + m];
}

void tiles_pack_left(const uint16_t *a, long stride, long inner, long rows, uint16_t *packed) {
    const long steps = units(inner, stepSize), strips = units(rows, blockSize);
    const bool inVectors = haveVectors();
    for (long step = 0; step < steps; step++)
        for (long strip = 0; strip < strips; strip++) {
            const uint16_t *from = a + step * stepSize * stride + strip * blockSize;
            uint16_t *to = packed + (strip * steps + step) * stepCount;
            const long k = smaller(stepSize, inner - step * stepSize);
            const long m = smaller(blockSize, rows - strip * blockSize);
            if (inVectors && k == stepSize && m == blockSize)
                packLeftStepInVectors(from, stride, to);
            else
                packLeftStep(from, stride, k, m, to);
        }
}
