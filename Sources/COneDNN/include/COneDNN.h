/// Matrix products of oneDNN on the calling thread: a C face that is the same over its versions 2
/// and 3, whose headers differ.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// The element types of operands and results.
typedef enum {
    OneDNNFloat32,
    OneDNNBFloat16,
} OneDNNType;

/// A matrix operand: its first element, the elements from one row to the next, and whether its rows
/// are taken as columns.
typedef struct {
    const void *base;
    long stride;
    bool isTransposed;
} OneDNNOperand;

/// c = a b, or c += a b where `adding`, with sums in single precision. a is `[rows, inner]` and b
/// `[inner, columns]` after transposition, both of `operandType`; c is `[rows, columns]`.
///
/// Runs on the calling thread alone. Primitives are made once for each thread and shape and kept.
/// Returns 0, or oneDNN's status where this processor or version cannot compute the product, or
/// where the library that is loaded has another threading runtime than its headers say.
int onednn_multiply(OneDNNType operandType, OneDNNOperand a, OneDNNOperand b,
                    OneDNNType resultType, void *c, long cStride, long rows, long columns,
                    long inner, bool adding);

/// The version of the library that is loaded: `2.6.3`.
void onednn_version(char *text, size_t capacity);

/// The instruction sets that the library uses on this processor, as it would be set with
/// `DNNL_MAX_CPU_ISA`: `AVX512_CORE_BF16`. Of a set that is not known here, the most capable that
/// it contains; empty where there is none.
const char *onednn_instruction_set(void);

/// The name of the kernels that compute a product of operands without gaps: `brg:avx512_core_bf16`;
/// empty where there are none. Parameters as for `onednn_multiply`.
void onednn_kernels(OneDNNType operandType, bool aIsTransposed, bool bIsTransposed,
                    OneDNNType resultType, long rows, long columns, long inner, char *text,
                    size_t capacity);
