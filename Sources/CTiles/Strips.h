// All blocks of a pass. Included by each engine after its operations.
//
//     for each chunk of b's panels that fits half of the second-level cache
//       for each strip of 32 rows of a
//         for each piece of the inner dimension whose part of the strip fits the first-level cache
//           for each panel of 32 columns: one block
//
// So a comes from the first-level cache, b streams from the second-level cache (more than half of
// all loads from there would be slower than the products), and results are touched once.
#pragma once

#include <string.h>

#include "Block.h"

/// A strip, and where the next one begins; null where that is not whole.
typedef struct {
    Left a;
    const uint16_t *next;
    long firstRow, rows;
} Strip;

/// Panels that are taken together.
typedef struct {
    long first, count;
} Chunk;

/// Steps that are taken together.
typedef struct {
    long step, steps;
    bool isFirst, isLast;
} Piece;

/// Copies a strip and fills it up with zeros: NaN · 0 is NaN, so what follows a row in memory must
/// not be multiplied by zeros.
TILES_INLINE TILE_CODE void padStrip(const Pass *pass, Strip *strip) {
    const long width = pass->steps * stepSize;
    memset(pass->strip, 0, (size_t)(blockSize * width) * sizeof *pass->strip);
    for (long row = 0; row < strip->rows; row++)
        memcpy(pass->strip + row * width, strip->a.base + row * strip->a.row,
               (size_t)pass->inner * sizeof *pass->strip);
    strip->a = (Left){pass->strip, .row = width, .step = stepSize, .half = 16 * width};
    strip->next = NULL;
}

TILES_INLINE TILE_CODE Strip stripAt(const Pass *pass, long firstRow) {
    const long rows = smaller(blockSize, pass->rows - firstRow);
    Strip strip = {pass->a, NULL, firstRow, rows};
    strip.a.base += firstRow / blockSize * pass->a.strip;
    if (firstRow + 2 * blockSize <= pass->rows) strip.next = strip.a.base + pass->a.strip;
    if (pass->strip && (rows < blockSize || pass->inner % stepSize)) padStrip(pass, &strip);
    return strip;
}

/// What c holds, for c += where tiles cannot load it: bf16, and blocks at an edge.
TILES_INLINE TILE_CODE void loadResults(
    const Pass *pass, const char *c, long rows, long columns, float *sums)
{
    memset(sums, 0, blockCount * sizeof *sums);
    for (long m = 0; m < rows; m++)
        for (long n = 0; n < columns; n++)
            sums[m * blockSize + n] = pass->flags & TilesFloatResult
                ? ((const float *)c)[m * pass->cStride + n]
                : widenedBFloat16(((const uint16_t *)c)[m * pass->cStride + n]);
}

/// One panel of a strip over one piece. fp32 sums of whole blocks are kept in c itself, others in
/// `partials` until the last piece, whose sums wait in the workspace to be finished.
TILES_INLINE TILE_CODE void multiplyPanel(
    Tiles *tiles, const Pass *pass, const Strip *strip, Chunk chunk, Piece piece, long index,
    Pending *pending)
{
    const bool isFloat = pass->flags & TilesFloatResult, isAdding = pass->flags & TilesAdding;
    const long elementSize = isFloat ? 4 : 2, cBytes = pass->cStride * elementSize;
    const long panel = chunk.first + index, column = panel * blockSize;
    const long columns = smaller(blockSize, pass->columns - column);
    const bool isWhole = strip->rows == blockSize && columns == blockSize;
    const bool mayStream = pass->flags & TilesStreamResult;
    const bool isDirect = isFloat && isWhole && !mayStream;
    char *c = pass->c + strip->firstRow * cBytes + column * elementSize;

    Sums kept = {NULL, blockSize}, sums;
    if (isDirect)
        kept = (Sums){(float *)c, pass->cStride};
    else if (pass->partials)
        kept.base = pass->partials + index * blockCount;
    float *spare = pass->workspace->sums[pending->sums == pass->workspace->sums[0]];
    sums = piece.isLast && !isDirect ? (Sums){spare, blockSize} : kept;
    Sums start = !piece.isFirst || (isAdding && isDirect) ? kept : (Sums){NULL, blockSize};
    if (piece.isFirst && isAdding && !isDirect) {
        loadResults(pass, c, strip->rows, columns, sums.base);
        start = sums;
    }

    Left left = strip->a;
    left.base += piece.step * left.step;
    Prefetch prefetch = {
        .a = strip->next ? strip->next + piece.step * left.step : NULL,
        .firstRow = blockSize * index / chunk.count,
        .lastRow = blockSize * (index + 1) / chunk.count,
        .cBytes = cBytes,
    };
    const bool isOfPair = (panel | 1) < pass->columns / blockSize;
    const bool streams = mayStream && isWhole && (isFloat || isOfPair);
    if (isDirect && index + 1 < chunk.count)
        prefetch.c = c + 128, prefetch.cLines = 2;
    else if (!isFloat && piece.isLast && isWhole && !streams)
        prefetch.c = c, prefetch.cLines = 1;
    const uint16_t *b = pass->packed + panel * pass->panel + piece.step * stepCount;
    computeBlock(tiles, &left, b, piece.steps, start, sums, pending, &prefetch);

    if (!piece.isLast || isDirect) return;
    const Finish streaming = isFloat ? FinishFloatStreaming
        : panel % 2                  ? FinishPairStreaming
                                     : FinishStaged;
    *pending = (Pending){
        .finish = streams ? streaming : isFloat ? FinishFloat : FinishRounded,
        .sums = sums.base, .c = c, .cBytes = cBytes, .rows = strip->rows, .columns = columns,
        .stage = pass->workspace->stage,
    };
}

/// c = a b, or c += a b. Of the flags, `TilesStreamResult` is set only where c may be streamed.
TILES_INLINE TILE_CODE void multiplyStrips(Tiles *tiles, const Pass *pass) {
    const long panels = units(pass->columns, blockSize), most = panelsOfChunk(pass->steps);
    const long pieces = units(pass->steps, mostSteps);
    Pending pending = {.finish = FinishNothing};
    for (long first = 0; first < panels; first += most) {
        const Chunk chunk = {first, smaller(most, panels - first)};
        for (long row = 0; row < pass->rows; row += blockSize) {
            const Strip strip = stripAt(pass, row);
            for (long i = 0; i < pieces; i++) {
                const long step = pass->steps * i / pieces, end = pass->steps * (i + 1) / pieces;
                const Piece piece = {step, end - step, i == 0, i == pieces - 1};
                for (long index = 0; index < chunk.count; index++)
                    multiplyPanel(tiles, pass, &strip, chunk, piece, index, &pending);
            }
        }
    }
    finishRows(&pending, blockSize);
    if (pass->flags & TilesStreamResult) finishStreams();
}
