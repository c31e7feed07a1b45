#include "COneDNN.h"

#include <dnnl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// From the OpenMP runtime that oneDNN runs on.
extern void omp_set_num_threads(int count);

#define IS_VERSION_3 (DNNL_VERSION_MAJOR >= 3)

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
    int used;
    Entry slots[slotCount];
} Cache;

static _Thread_local Cache *threadCache;
static pthread_key_t cleanup;
static pthread_once_t cleanupOnce = PTHREAD_ONCE_INIT;

static void emptySlots(Cache *cache) {
    for (int i = 0; i < slotCount; i++) {
        Entry *entry = &cache->slots[i];
        if (!entry->key.isUsed) continue;
        dnnl_primitive_destroy(entry->primitive);
        dnnl_memory_destroy(entry->a);
        dnnl_memory_destroy(entry->b);
        dnnl_memory_destroy(entry->c);
        memset(entry, 0, sizeof *entry);
    }
    cache->used = 0;
}

static void destroyCache(void *pointer) {
    Cache *cache = pointer;
    emptySlots(cache);
    dnnl_stream_destroy(cache->stream);
    dnnl_engine_destroy(cache->engine);
    free(cache);
}

static void makeCleanup(void) { pthread_key_create(&cleanup, destroyCache); }

static dnnl_status_t makeCache(Cache **result) {
    Cache *cache = calloc(1, sizeof *cache);
    if (!cache) return dnnl_out_of_memory;
    omp_set_num_threads(1);
    dnnl_status_t status = dnnl_engine_create(&cache->engine, dnnl_cpu, 0);
    if (status == dnnl_success)
        status = dnnl_stream_create(&cache->stream, cache->engine, dnnl_stream_default_flags);
    if (status != dnnl_success) {
        free(cache);
        return status;
    }
    pthread_once(&cleanupOnce, makeCleanup);
    pthread_setspecific(cleanup, cache);
    threadCache = cache;
    *result = cache;
    return dnnl_success;
}

// --- What differs between versions 2 and 3 ---

#if IS_VERSION_3
typedef dnnl_memory_desc_t Description;
static void destroyDescription(Description *description) {
    dnnl_memory_desc_destroy(*description);
}
#else
typedef dnnl_memory_desc_t Description;
static void destroyDescription(Description *description) { (void)description; }
#endif

static dnnl_status_t describe(Description *description, int64_t rows, int64_t columns,
                              int64_t stride, bool isTransposed, OneDNNType type) {
    dnnl_dims_t sizes = {rows, columns};
    dnnl_dims_t strides = {isTransposed ? 1 : stride, isTransposed ? stride : 1};
    dnnl_data_type_t element = type == OneDNNBFloat16 ? dnnl_bf16 : dnnl_f32;
#if IS_VERSION_3
    return dnnl_memory_desc_create_with_strides(description, 2, sizes, element, strides);
#else
    return dnnl_memory_desc_init_by_strides(description, 2, sizes, element, strides);
#endif
}

static dnnl_status_t describeProduct(dnnl_primitive_desc_t *result, dnnl_engine_t engine,
                                     const Description *a, const Description *b,
                                     const Description *c, dnnl_primitive_attr_t attributes) {
#if IS_VERSION_3
    return dnnl_matmul_primitive_desc_create(result, engine, *a, *b, NULL, *c, attributes);
#else
    dnnl_matmul_desc_t product;
    dnnl_status_t status = dnnl_matmul_desc_init(&product, a, b, NULL, c);
    if (status != dnnl_success) return status;
    return dnnl_primitive_desc_create(result, &product, attributes, engine, NULL);
#endif
}

static dnnl_status_t appendSum(dnnl_post_ops_t operations) {
#if IS_VERSION_3
    return dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
#else
    return dnnl_post_ops_append_sum(operations, 1);
#endif
}

static dnnl_status_t makeMemory(dnnl_memory_t *memory, const Description *description,
                                dnnl_engine_t engine) {
#if IS_VERSION_3
    return dnnl_memory_create(memory, *description, engine, DNNL_MEMORY_NONE);
#else
    return dnnl_memory_create(memory, description, engine, DNNL_MEMORY_NONE);
#endif
}

// --- One primitive ---

enum {
    flagOperandType = 1,
    flagResultType = 2,
    flagTransposedA = 4,
    flagTransposedB = 8,
    flagAdding = 16,
};

/// With a `name`, stores only the kernels' name there, and leaves `entry` empty.
static dnnl_status_t makeEntry(Entry *entry, const Key *key, dnnl_engine_t engine,
                               const char **name) {
    OneDNNType operand = key->flags & flagOperandType ? OneDNNBFloat16 : OneDNNFloat32;
    OneDNNType result = key->flags & flagResultType ? OneDNNBFloat16 : OneDNNFloat32;
    Description a, b, c;
    dnnl_primitive_attr_t attributes = NULL;
    dnnl_post_ops_t operations = NULL;
    dnnl_primitive_desc_t product = NULL;
    memset(entry, 0, sizeof *entry);
    dnnl_status_t status =
        describe(&a, key->rows, key->inner, key->aStride, key->flags & flagTransposedA, operand);
    if (status != dnnl_success) return status;
    status =
        describe(&b, key->inner, key->columns, key->bStride, key->flags & flagTransposedB, operand);
    if (status != dnnl_success) goto destroyA;
    status = describe(&c, key->rows, key->columns, key->cStride, false, result);
    if (status != dnnl_success) goto destroyB;
    status = dnnl_primitive_attr_create(&attributes);
    if (status == dnnl_success && key->flags & flagAdding) {
        status = dnnl_post_ops_create(&operations);
        if (status == dnnl_success) status = appendSum(operations);
        if (status == dnnl_success)
            status = dnnl_primitive_attr_set_post_ops(attributes, operations);
    }
    if (status == dnnl_success)
        status = describeProduct(&product, engine, &a, &b, &c, attributes);
    if (status == dnnl_success && name) {
        status = dnnl_primitive_desc_query(product, dnnl_query_impl_info_str, 0, (void *)name);
    } else if (status == dnnl_success) {
        status = dnnl_primitive_create(&entry->primitive, product);
        if (status == dnnl_success) status = makeMemory(&entry->a, &a, engine);
        if (status == dnnl_success) status = makeMemory(&entry->b, &b, engine);
        if (status == dnnl_success) status = makeMemory(&entry->c, &c, engine);
        entry->key = *key;
    }
    if (product) dnnl_primitive_desc_destroy(product);
    if (operations) dnnl_post_ops_destroy(operations);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    destroyDescription(&c);
destroyB:
    destroyDescription(&b);
destroyA:
    destroyDescription(&a);
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
    dnnl_status_t status = makeEntry(entry, key, cache->engine, NULL);
    if (status != dnnl_success) {
        memset(entry, 0, sizeof *entry);
        return status;
    }
    cache->used++;
    *result = entry;
    return dnnl_success;
}

int onednn_multiply(OneDNNType operandType, OneDNNOperand a, OneDNNOperand b,
                    OneDNNType resultType, void *c, long cStride, long rows, long columns,
                    long inner, bool adding) {
    Cache *cache = threadCache;
    if (!cache) {
        dnnl_status_t status = makeCache(&cache);
        if (status != dnnl_success) return status;
    }
    Key key = {
        .rows = rows, .columns = columns, .inner = inner,
        .aStride = a.stride, .bStride = b.stride, .cStride = cStride,
        .flags = (operandType == OneDNNBFloat16 ? flagOperandType : 0)
            | (resultType == OneDNNBFloat16 ? flagResultType : 0)
            | (a.isTransposed ? flagTransposedA : 0) | (b.isTransposed ? flagTransposedB : 0)
            | (adding ? flagAdding : 0),
        .isUsed = 1,
    };
    Entry *entry;
    dnnl_status_t status = findEntry(&entry, cache, &key);
    if (status != dnnl_success) return status;
    dnnl_memory_set_data_handle(entry->a, (void *)a.base);
    dnnl_memory_set_data_handle(entry->b, (void *)b.base);
    dnnl_memory_set_data_handle(entry->c, c);
    dnnl_exec_arg_t arguments[] = {
        {DNNL_ARG_SRC, entry->a}, {DNNL_ARG_WEIGHTS, entry->b}, {DNNL_ARG_DST, entry->c}};
    return dnnl_primitive_execute(entry->primitive, cache->stream, 3, arguments);
}

// --- Version and kernels ---

void onednn_version(char *text, size_t capacity) {
    const dnnl_version_t *version = dnnl_version();
    snprintf(text, capacity, "%d.%d.%d", version->major, version->minor, version->patch);
}

const char *onednn_instruction_set(void) {
    switch ((int)dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "SSE41";
    case dnnl_cpu_isa_avx: return "AVX";
    case dnnl_cpu_isa_avx2: return "AVX2";
    case dnnl_cpu_isa_avx2_vnni: return "AVX2_VNNI";
    case dnnl_cpu_isa_avx512_core: return "AVX512_CORE";
    case dnnl_cpu_isa_avx512_core_vnni: return "AVX512_CORE_VNNI";
    case dnnl_cpu_isa_avx512_core_bf16: return "AVX512_CORE_BF16";
    case dnnl_cpu_isa_avx512_core_amx: return "AVX512_CORE_AMX";
#if IS_VERSION_3
    case dnnl_cpu_isa_avx512_core_fp16: return "AVX512_CORE_FP16";
    case dnnl_cpu_isa_avx512_core_amx_fp16: return "AVX512_CORE_AMX_FP16";
    case dnnl_cpu_isa_avx2_vnni_2: return "AVX2_VNNI_2";
#endif
    default: return "";
    }
}

void onednn_kernels(OneDNNType operandType, long rows, long columns, long inner, char *text,
                    size_t capacity) {
    if (capacity) text[0] = 0;
    dnnl_engine_t engine;
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) return;
    Key key = {
        .rows = rows, .columns = columns, .inner = inner,
        .aStride = inner, .bStride = columns, .cStride = columns,
        .flags = operandType == OneDNNBFloat16 ? flagOperandType : 0, .isUsed = 1,
    };
    Entry entry;
    const char *name = "";
    if (makeEntry(&entry, &key, engine, &name) == dnnl_success)
        snprintf(text, capacity, "%s", name);
    dnnl_engine_destroy(engine);
}
