// From sums to results. Included by each engine after its operations.
#pragma once

/// How a block's results get to c.
typedef enum {
    FinishNothing,
    FinishFloat,
    FinishFloatStreaming,
    FinishRounded,
    /// Results of the left one of two panels wait for the right one, so that 128 bytes at a time go
    /// past the caches: single lines take two thirds longer.
    FinishStaged,
    FinishPairStreaming,
} Finish;

/// A block whose sums are done. Its rows are finished a few at a time between the products of the
/// next block: they overlap, which one after the other does not.
typedef struct {
    Finish finish;
    const float *sums;
    char *c;
    /// Bytes from a row of c to the next.
    long cBytes;
    /// The next row, and sizes of the block.
    long row, rows, columns;
    uint16_t (*stage)[blockSize];
} Pending;

TILES_INLINE TILE_CODE void finishRow(const Pending *pending, long row) {
    const float *sums = pending->sums + row * blockSize;
    char *c = pending->c + row * pending->cBytes;
    switch (pending->finish) {
    case FinishNothing: break;
    case FinishFloat: storeFloats(c, sums, pending->columns); break;
    case FinishFloatStreaming:
        streamLine(c, sums);
        streamLine(c + 64, sums + 16);
        break;
    case FinishRounded: storeRounded(c, sums, pending->columns); break;
    case FinishStaged: storeRounded(pending->stage[row], sums, blockSize); break;
    case FinishPairStreaming:
        streamLine(c - 64, pending->stage[row]);
        streamRounded(c, sums);
        break;
    }
}

/// Finishes the next `count` rows, or what is left.
TILES_INLINE TILE_CODE void finishRows(Pending *pending, long count) {
    if (pending->finish == FinishNothing) return;
    for (long end = smaller(pending->rows, pending->row + count); pending->row < end;
         pending->row++)
        finishRow(pending, pending->row);
}
