/// bf16 matrix products by Intel's tile unit (AMX), and the same in portable C, bit for bit.
///
/// A tile is 16 rows of 64 bytes. The dot product of tiles, `TDPBF16PS`, has for each of 16 × 16
/// sums c[m][n], 32 numbers a[m][0…31] of a row and 32 numbers b[0…31][n] of a column:
///
///     even = odd = 0
///     for k in 0..<16:  even = fma(a[m][2k],   b[2k][n],   even)
///                       odd  = fma(a[m][2k+1], b[2k+1][n], odd)
///     c[m][n] = c[m][n] + (even + odd)
///
/// in single precision, to nearest even. Subnormal operands count as zero and subnormal results
/// become zero, whatever the thread's floating-point control says. A product of matrices begins
/// with zero, or with c where it is added to, and takes the inner dimension in steps of 32 in
/// rising order, the last one filled up with zeros. So nothing that cuts rows or columns changes a
/// bit. Only which of several NaNs comes out may differ between hardware and emulation.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What computes.
typedef enum {
    TilesHardware,
    TilesEmulated,
} TilesEngine;

enum {
    /// c += a b in place of c = a b.
    TilesAdding = 1,
    /// c is fp32, else bf16.
    TilesFloatResult = 2,
    /// c is larger than the caches and not read soon: it is written past them where it can be, as
    /// it cannot where c is added to.
    TilesStreamResult = 4,
};

/// c = a b, or c += a b.
typedef struct {
    /// `[rows, inner]`; or `[inner, rows]` where `aIsTransposed`.
    const uint16_t *a;
    /// Numbers from a row of a to the next, as it is stored.
    long aStride;
    bool aIsTransposed;
    /// The panels of `[inner, columns]` that `tiles_pack` made, from a 64-byte boundary; or those
    /// from a later panel on, for columns from there on.
    const uint16_t *packed;
    /// `[rows, columns]`, fp32 or bf16.
    void *c;
    /// Numbers from a row of c to the next.
    long cStride;
    long rows, columns, inner;
    /// `TilesAdding`, `TilesFloatResult`, `TilesStreamResult`, or several.
    int flags;
} TilesProduct;

/// Whether this processor has tiles of bf16, the system lets this process use them, and products of
/// known numbers by them are those of the emulation, bit for bit. Asked once for the process, from
/// any thread: where the processor has them, the first call asks the system for permission.
bool tiles_are_there(void);

/// Computes `count` times four tile products in registers on the calling thread, which is as fast
/// as the unit can be. Returns their floating-point operations; 0 where there are no tiles.
double tiles_spin(long count);

/// Panels of 32 columns that a right operand of so many columns has.
long tiles_panel_count(long columns);

/// Numbers that a packed `[inner, columns]` takes.
size_t tiles_packed_count(long inner, long columns);

/// Packs panels `firstPanel..<endPanel` of b, `[inner, columns]`, or `[columns, inner]` where
/// `isTransposed`, into their places in `packed`, which begins with the first panel of all and lies
/// on a 64-byte boundary. What is beyond b in the last step and the last panel becomes zero.
/// `stride`: numbers from a row of b to the next, as it is stored.
void tiles_pack(const uint16_t *b, long stride, bool isTransposed, long inner, long columns,
                long firstPanel, long endPanel, uint16_t *packed);

/// Bytes of memory that a product works in.
size_t tiles_scratch_size(const TilesProduct *product);

/// Computes a product on the calling thread. `scratch`: `tiles_scratch_size` bytes from a 64-byte
/// boundary, of any contents. Hardware is for processors on which `tiles_are_there` said so.
void tiles_multiply(TilesEngine engine, const TilesProduct *product, void *scratch);

/// At least `size` bytes of the calling thread's own memory from a 64-byte boundary, of any
/// contents, until the thread asks again or ends; NULL where there is no memory.
void *tiles_thread_memory(size_t size);
