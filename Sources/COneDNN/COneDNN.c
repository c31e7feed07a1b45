#include "COneDNN.h"

#include "Vectors.h"
#include "Versions.h"

#include <dnnl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// From the OpenMP runtime that oneDNN runs on.
extern void omp_set_num_threads(int count);

/// What a primitive depends on. No padding, so that it can be compared as bytes.
typedef struct {
    int64_t rows, columns, inner;
    int64_t aStride, bStride, cStride;
    int32_t flags, isUsed;
} Key;

typedef struct {
    Key key;
    dnnl_primitive_t primitive;
    dnnl_memory_t a, b, c;
} Entry;

/// Slots of a thread's table, a power of two; it is emptied when three quarters are used.
enum { slotCount = 4096 };

/// What one thread keeps: oneDNN's objects hold the addresses of the operands, so threads cannot
/// share them.
typedef struct {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    /// Copies of a, b and c.
    Scratch copies[3];
    int used;
    Entry slots[slotCount];
} Cache;

static _Thread_local Cache *threadCache;
static pthread_key_t cleanup;
static bool hasCleanup;
static pthread_once_t cleanupOnce = PTHREAD_ONCE_INIT;

/// Also of an entry that was made in part. oneDNN destroys NULL as `free` does.
static void destroyEntry(Entry *entry) {
    dnnl_primitive_destroy(entry->primitive);
    dnnl_memory_destroy(entry->a);
    dnnl_memory_destroy(entry->b);
    dnnl_memory_destroy(entry->c);
    memset(entry, 0, sizeof *entry);
}

static void emptySlots(Cache *cache) {
    for (int i = 0; i < slotCount; i++)
        if (cache->slots[i].key.isUsed) destroyEntry(&cache->slots[i]);
    cache->used = 0;
}

static void destroyCache(void *pointer) {
    Cache *cache = pointer;
    emptySlots(cache);
    dnnl_stream_destroy(cache->stream);
    dnnl_engine_destroy(cache->engine);
    for (int i = 0; i < 3; i++) free(cache->copies[i].base);
    free(cache);
    // What ends later in this thread may still compute products.
    threadCache = NULL;
}

/// A process has only so many keys; without one a thread's cache is not freed.
static void makeCleanup(void) { hasCleanup = !pthread_key_create(&cleanup, destroyCache); }

/// The thread's cache, which is made when it is first asked for.
static dnnl_status_t findCache(Cache **result) {
    *result = threadCache;
    if (*result) return dnnl_success;
    // The headers were another library's: one that would not compute on this thread alone.
    if (dnnl_version()->cpu_runtime != DNNL_CPU_RUNTIME) return dnnl_unimplemented;
    Cache *cache = calloc(1, sizeof *cache);
    if (!cache) return dnnl_out_of_memory;
    omp_set_num_threads(1);
    dnnl_status_t status = dnnl_engine_create(&cache->engine, dnnl_cpu, 0);
    if (status == dnnl_success)
        status = dnnl_stream_create(&cache->stream, cache->engine, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        destroyCache(cache);
        return status;
    }
    pthread_once(&cleanupOnce, makeCleanup);
    if (hasCleanup) pthread_setspecific(cleanup, cache);
    threadCache = cache;
    *result = cache;
    return dnnl_success;
}

// --- One primitive ---

enum {
    flagOperandType = 1,
    flagResultType = 2,
    flagTransposedA = 4,
    flagTransposedB = 8,
    flagAdding = 16,
};

static int32_t flags(OneDNNType operand, OneDNNType result, bool aIsTransposed, bool bIsTransposed,
                     bool adding) {
    return (operand == OneDNNBFloat16 ? flagOperandType : 0)
        | (result == OneDNNBFloat16 ? flagResultType : 0) | (aIsTransposed ? flagTransposedA : 0)
        | (bIsTransposed ? flagTransposedB : 0) | (adding ? flagAdding : 0);
}

static OneDNNType type(const Key *key, int flag) {
    return key->flags & flag ? OneDNNBFloat16 : OneDNNFloat32;
}

/// A product for which oneDNN has chosen kernels.
typedef struct {
    Description a, b, c;
    dnnl_primitive_desc_t kernels;
} Product;

/// Also of a product that was described in part.
static void destroyProduct(Product *product) {
    if (product->kernels) dnnl_primitive_desc_destroy(product->kernels);
    destroyDescription(&product->a);
    destroyDescription(&product->b);
    destroyDescription(&product->c);
}

/// Single precision is never computed in bfloat16, whatever `ONEDNN_DEFAULT_FPMATH_MODE` says.
static dnnl_status_t setAttributes(dnnl_primitive_attr_t attributes, bool adding) {
    dnnl_status_t status =
        dnnl_primitive_attr_set_fpmath_mode(attributes, dnnl_fpmath_mode_strict);
    if (status != dnnl_success || !adding) return status;
    dnnl_post_ops_t operations;
    status = dnnl_post_ops_create(&operations);
    if (status != dnnl_success) return status;
    status = appendSum(operations);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
    return status;
}

/// The product is to be destroyed, also if this fails.
static dnnl_status_t makeProduct(Product *product, const Key *key, dnnl_engine_t engine) {
    OneDNNType operand = type(key, flagOperandType), result = type(key, flagResultType);
    memset(product, 0, sizeof *product);
    dnnl_status_t status = describe(&product->a, key->rows, key->inner, key->aStride,
                                    key->flags & flagTransposedA, operand);
    if (status == dnnl_success)
        status = describe(&product->b, key->inner, key->columns, key->bStride,
                          key->flags & flagTransposedB, operand);
    if (status == dnnl_success)
        status = describe(&product->c, key->rows, key->columns, key->cStride, false, result);
    if (status != dnnl_success) return status;
    dnnl_primitive_attr_t attributes;
    status = dnnl_primitive_attr_create(&attributes);
    if (status != dnnl_success) return status;
    status = setAttributes(attributes, key->flags & flagAdding);
    if (status == dnnl_success)
        status = describeProduct(&product->kernels, engine, &product->a, &product->b, &product->c,
                                 attributes);
    dnnl_primitive_attr_destroy(attributes);
    return status;
}

/// Leaves the entry empty if this fails.
static dnnl_status_t makeEntry(Entry *entry, const Key *key, dnnl_engine_t engine) {
    Product product;
    dnnl_status_t status = makeProduct(&product, key, engine);
    if (status == dnnl_success) status = dnnl_primitive_create(&entry->primitive, product.kernels);
    if (status == dnnl_success) status = makeMemory(&entry->a, &product.a, engine);
    if (status == dnnl_success) status = makeMemory(&entry->b, &product.b, engine);
    if (status == dnnl_success) status = makeMemory(&entry->c, &product.c, engine);
    destroyProduct(&product);
    if (status == dnnl_success)
        entry->key = *key;
    else
        destroyEntry(entry);
    return status;
}

static uint64_t hash(const Key *key) {
    const uint64_t *words = (const uint64_t *)key;
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof *key / sizeof *words; i++)
        value = (value ^ words[i]) * 0x9e3779b97f4a7c15ull;
    return value ^ value >> 32;
}

static dnnl_status_t findEntry(Entry **result, Cache *cache, const Key *key) {
    size_t place = hash(key) & (slotCount - 1);
    while (cache->slots[place].key.isUsed) {
        if (memcmp(&cache->slots[place].key, key, sizeof *key) == 0) {
            *result = &cache->slots[place];
            return dnnl_success;
        }
        place = (place + 1) & (slotCount - 1);
    }
    if (cache->used >= slotCount / 4 * 3) {
        emptySlots(cache);
        place = hash(key) & (slotCount - 1);
    }
    Entry *entry = &cache->slots[place];
    dnnl_status_t status = makeEntry(entry, key, cache->engine);
    if (status != dnnl_success) return status;
    cache->used++;
    *result = entry;
    return dnnl_success;
}

static dnnl_status_t execute(Cache *cache, const Key *key, const void *a, const void *b, void *c) {
    Entry *entry;
    dnnl_status_t status = findEntry(&entry, cache, key);
    if (status == dnnl_success) status = dnnl_memory_set_data_handle(entry->a, (void *)a);
    if (status == dnnl_success) status = dnnl_memory_set_data_handle(entry->b, (void *)b);
    if (status == dnnl_success) status = dnnl_memory_set_data_handle(entry->c, c);
    if (status != dnnl_success) return status;
    dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, entry->a}, {DNNL_ARG_WEIGHTS, entry->b}, {DNNL_ARG_DST, entry->c}};
    return dnnl_primitive_execute(entry->primitive, cache->stream, 3, arguments);
}

int onednn_multiply(OneDNNType operandType, OneDNNOperand a, OneDNNOperand b,
                    OneDNNType resultType, void *c, long cStride, long rows, long columns,
                    long inner, bool adding) {
    Cache *cache;
    dnnl_status_t status = findCache(&cache);
    if (status != dnnl_success) return status;
    OneDNNOperand result = {c, cStride, false};
    if (IS_VERSION_3
        && !(closeGaps(&a, rows, inner, operandType, &cache->copies[0])
             && closeGaps(&b, inner, columns, operandType, &cache->copies[1])
             && closeGaps(&result, rows, columns, resultType, &cache->copies[2])))
        return dnnl_out_of_memory;
    Key key = {
        .rows = rows, .columns = columns, .inner = inner,
        .aStride = a.stride, .bStride = b.stride, .cStride = result.stride,
        .flags = flags(operandType, resultType, a.isTransposed, b.isTransposed, adding),
        .isUsed = 1,
    };
    status = execute(cache, &key, a.base, b.base, (void *)result.base);
    if (status == dnnl_success && result.base != c) {
        Vector target = vectorOf((OneDNNOperand){c, cStride, false}, rows, columns, resultType);
        scatter(&target, result.base);
    }
    return status;
}

// --- Version and kernels ---

void onednn_version(char *text, size_t capacity) {
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, capacity, "%d.%d.%d", version->major, version->minor, version->patch);
}

const char *onednn_instruction_set(void) {
    int bits = dnnl_get_effective_cpu_isa();
    for (size_t i = 0; i < sizeof instructionSets / sizeof *instructionSets; i++)
        if ((bits & instructionSets[i].bits) == instructionSets[i].bits)
            return instructionSets[i].name;
    return "";
}

void onednn_kernels(OneDNNType operandType, bool aIsTransposed, bool bIsTransposed,
                    OneDNNType resultType, long rows, long columns, long inner, char *text,
                    size_t capacity) {
    if (capacity) text[0] = 0;
    Cache *cache;
    if (findCache(&cache) != dnnl_success) return;
    Key key = {
        .rows = rows, .columns = columns, .inner = inner,
        .aStride = aIsTransposed ? rows : inner, .bStride = bIsTransposed ? inner : columns,
        .cStride = columns,
        .flags = flags(operandType, resultType, aIsTransposed, bIsTransposed, false), .isUsed = 1,
    };
    Product product;
    dnnl_status_t status = makeProduct(&product, &key, cache->engine);
    const char *name = "";
    if (status == dnnl_success)
        status = dnnl_primitive_desc_query(product.kernels, dnnl_query_impl_info_str, 0, &name);
    if (status == dnnl_success) snprintf(text, capacity, "%s", name);
    destroyProduct(&product);
}
