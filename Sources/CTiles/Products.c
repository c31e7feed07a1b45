// Products as passes over the inner dimension: one for a left operand as it lies, one for each slab
// of a transposed left operand, whose sums are kept in fp32 from slab to slab.
#include <string.h>

#include "Pass.h"

/// Where the parts of scratch memory begin, in bytes, and where they end.
typedef struct {
    size_t partials, strip, left, sums, end;
} Layout;

/// Inner numbers of the largest pass.
static long innerOfPass(const TilesProduct *product) {
    return product->aIsTransposed ? smaller(slabSize, product->inner) : product->inner;
}

/// Whether bf16 results need sums beside c, which must not be rounded between passes.
static bool keepsSums(const TilesProduct *product) {
    return product->inner > innerOfPass(product) && !(product->flags & TilesFloatResult);
}

static Layout layoutOf(const TilesProduct *product) {
    const long inner = innerOfPass(product), steps = units(inner, stepSize);
    const long panels = smaller(panelsOfChunk(steps < 1 ? 1 : steps),
                                units(product->columns, blockSize));
    Layout layout = {.partials = sizeof(Workspace)};
    layout.strip = layout.partials;
    if (steps > mostSteps) layout.strip += (size_t)panels * blockCount * sizeof(float);
    layout.left = layout.strip;
    if (!product->aIsTransposed) layout.left += (size_t)steps * stepCount * sizeof(uint16_t);
    layout.sums = layout.left;
    if (product->aIsTransposed)
        layout.sums += tiles_packed_count(inner, product->rows) * sizeof(uint16_t);
    layout.end = layout.sums;
    if (keepsSums(product))
        layout.end += (size_t)(product->rows * product->columns) * sizeof(float);
    return layout;
}

size_t tiles_scratch_size(const TilesProduct *product) { return layoutOf(product).end; }

static long sizeOfResult(int flags) { return flags & TilesFloatResult ? 4 : 2; }

/// Whether whole lines of c may be written past the caches: on 64-byte boundaries, once, unread.
static bool mayStream(const TilesProduct *product) {
    const uintptr_t row = (uintptr_t)(product->cStride * sizeOfResult(product->flags));
    return product->flags & TilesStreamResult && !(product->flags & TilesAdding)
        && ((uintptr_t)product->c | row) % 64 == 0
        && !(product->aIsTransposed && product->inner > slabSize);
}

static void run(TilesEngine engine, const Pass *pass) {
#if defined(TILES_HAVE_HARDWARE)
    if (engine == TilesHardware) {
        tiles_pass_hardware(pass);
        return;
    }
#else
    (void)engine;
#endif
    tiles_pass_emulated(pass);
}

static void clear(const TilesProduct *product) {
    const long size = sizeOfResult(product->flags);
    for (long row = 0; row < product->rows; row++)
        memset((char *)product->c + row * product->cStride * size, 0,
               (size_t)(product->columns * size));
}

/// The sums that c begins with: bf16 to fp32 where it is added to.
static void widenResults(const TilesProduct *product, float *sums) {
    const uint16_t *c = product->c;
    for (long m = 0; m < product->rows; m++)
        for (long n = 0; n < product->columns; n++)
            sums[m * product->columns + n] = widenedBFloat16(c[m * product->cStride + n]);
}

static void roundResults(const TilesProduct *product, const float *sums) {
    uint16_t *c = product->c;
    for (long m = 0; m < product->rows; m++)
        for (long n = 0; n < product->columns; n++)
            c[m * product->cStride + n] = roundedBFloat16(sums[m * product->columns + n]);
}

/// c = aᵀ b, or c += aᵀ b, slab by slab.
static void multiplySlabs(TilesEngine engine, const TilesProduct *product, Pass pass,
                          uint16_t *left, float *sums) {
    const bool isAdding = product->flags & TilesAdding;
    if (keepsSums(product)) {
        if (isAdding) widenResults(product, sums);
        pass.c = (char *)sums;
        pass.cStride = product->columns;
        pass.flags |= TilesFloatResult;
    }
    for (long first = 0; first < product->inner; first += slabSize) {
        const long inner = smaller(slabSize, product->inner - first);
        tiles_pack_left(product->a + first * product->aStride, product->aStride, inner,
                        product->rows, left);
        pass.inner = inner;
        pass.steps = units(inner, stepSize);
        pass.a = (Left){
            left, .row = stepSize, .step = stepCount, .half = tileCount,
            .strip = pass.steps * stepCount,
        };
        pass.packed = product->packed + first / stepSize * stepCount;
        if (first > 0) pass.flags |= TilesAdding;
        run(engine, &pass);
    }
    if (keepsSums(product)) roundResults(product, sums);
}

void tiles_multiply(TilesEngine engine, const TilesProduct *product, void *scratch) {
    if (product->rows <= 0 || product->columns <= 0) return;
    if (product->inner <= 0) {
        if (!(product->flags & TilesAdding)) clear(product);
        return;
    }
    const Layout layout = layoutOf(product);
    char *memory = scratch;
    const long steps = units(product->inner, stepSize);
    Pass pass = {
        .packed = product->packed, .panel = steps * stepCount, .c = product->c,
        .cStride = product->cStride, .rows = product->rows, .columns = product->columns,
        .flags = product->flags & ~TilesStreamResult, .workspace = scratch,
        .partials = layout.strip > layout.partials ? (float *)(memory + layout.partials) : NULL,
    };
    if (mayStream(product)) pass.flags |= TilesStreamResult;
    if (product->aIsTransposed) {
        multiplySlabs(engine, product, pass, (uint16_t *)(memory + layout.left),
                      (float *)(memory + layout.sums));
        return;
    }
    const long row = product->aStride;
    pass.a = (Left){
        product->a, .row = row, .step = stepSize, .half = 16 * row, .strip = blockSize * row,
    };
    pass.strip = (uint16_t *)(memory + layout.strip);
    pass.inner = product->inner;
    pass.steps = steps;
    run(engine, &pass);
}
