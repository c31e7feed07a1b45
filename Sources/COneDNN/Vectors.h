/// Operands that are vectors, one row or one column, as oneDNN must get them.
///
/// Version 3.7.2 takes the elements of a vector for adjacent where they are not: with one column in
/// rows that lie apart it wrote beyond the rows, and with one row out of a column it read others.
/// From version 3 on such vectors are copied, so that all are rows or columns without gaps.
#pragma once

#include "COneDNN.h"

#include <stdint.h>
#include <stdlib.h>

/// A vector inside a matrix.
typedef struct {
    char *base;
    /// Elements, and elements from one to the next.
    long count, step;
    /// Bytes of an element.
    size_t width;
} Vector;

/// Memory for copies, which grows.
typedef struct {
    void *base;
    size_t capacity;
} Scratch;

/// An operand that is `[rows, columns]` after transposition, one of them 1.
static Vector vectorOf(OneDNNOperand operand, long rows, long columns, OneDNNType type) {
    bool isRow = rows == 1;
    return (Vector){
        .base = (char *)operand.base,
        .count = isRow ? columns : rows,
        .step = isRow == operand.isTransposed ? operand.stride : 1,
        .width = type == OneDNNBFloat16 ? sizeof(uint16_t) : sizeof(float),
    };
}

static bool hasGaps(const Vector *vector) { return vector->count > 1 && vector->step > 1; }

/// Copies a vector to `copy`, where its elements are adjacent.
static void gather(const Vector *vector, void *copy) {
    if (vector->width == sizeof(uint16_t))
        for (long i = 0; i < vector->count; i++)
            ((uint16_t *)copy)[i] = ((uint16_t *)vector->base)[i * vector->step];
    else
        for (long i = 0; i < vector->count; i++)
            ((float *)copy)[i] = ((float *)vector->base)[i * vector->step];
}

/// The way back.
static void scatter(const Vector *vector, const void *copy) {
    if (vector->width == sizeof(uint16_t))
        for (long i = 0; i < vector->count; i++)
            ((uint16_t *)vector->base)[i * vector->step] = ((const uint16_t *)copy)[i];
    else
        for (long i = 0; i < vector->count; i++)
            ((float *)vector->base)[i * vector->step] = ((const float *)copy)[i];
}

/// Whether there is memory for a copy of the vector.
static bool reserve(Scratch *scratch, const Vector *vector) {
    size_t size = vector->count * vector->width;
    if (size <= scratch->capacity) return true;
    free(scratch->base);
    scratch->base = malloc(size);
    scratch->capacity = scratch->base ? size : 0;
    return scratch->base;
}

/// The operand, which is `[rows, columns]` after transposition, as rows without gaps if it is a
/// vector: itself, or a copy in `scratch`. `false` without memory.
static bool closeGaps(OneDNNOperand *operand, long rows, long columns, OneDNNType type,
                      Scratch *scratch) {
    if (rows != 1 && columns != 1) return true;
    Vector vector = vectorOf(*operand, rows, columns, type);
    *operand = (OneDNNOperand){operand->base, columns, false};
    if (!hasGaps(&vector)) return true;
    if (!reserve(scratch, &vector)) return false;
    gather(&vector, scratch->base);
    operand->base = scratch->base;
    return true;
}
