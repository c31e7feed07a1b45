/// What differs between oneDNN's versions 2 and 3. In version 3 a description of memory is an
/// object behind a pointer, which must be destroyed; in version 2 it is a struct.
#pragma once

#include "COneDNN.h"

#include <dnnl.h>

// With TBB a product runs on other threads too. With SYCL it may not have run when the call
// returns, and an engine needs an OpenCL device.
#if DNNL_CPU_RUNTIME != DNNL_RUNTIME_OMP && DNNL_CPU_RUNTIME != DNNL_RUNTIME_SEQ
#error "oneDNN must be built with ONEDNN_CPU_RUNTIME=OMP or SEQ, to run on the calling thread"
#endif

#define IS_VERSION_3 (DNNL_VERSION_MAJOR >= 3)

typedef dnnl_memory_desc_t Description;

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

static void destroyDescription(Description *description) {
#if IS_VERSION_3
    dnnl_memory_desc_destroy(*description);
#else
    (void)description;
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

/// Sets of instructions with the names that `DNNL_MAX_CPU_ISA` has for them, the most capable
/// first. A set's number has the bits of each set that it contains.
static const struct {
    int bits;
    const char *name;
} instructionSets[] = {
#if IS_VERSION_3
    // Numbers where the first headers of version 3 have no names: the library may be a later one.
    {0x22fff, "AVX10_2_512_AMX_2"},
    {0x201ff, "AVX10_2_512"},
    {dnnl_cpu_isa_avx512_core_amx_fp16, "AVX512_CORE_AMX_FP16"},
#endif
    {dnnl_cpu_isa_avx512_core_amx, "AVX512_CORE_AMX"},
#if IS_VERSION_3
    {dnnl_cpu_isa_avx512_core_fp16, "AVX512_CORE_FP16"},
#endif
    {dnnl_cpu_isa_avx512_core_bf16, "AVX512_CORE_BF16"},
    {dnnl_cpu_isa_avx512_core_vnni, "AVX512_CORE_VNNI"},
    {dnnl_cpu_isa_avx512_core, "AVX512_CORE"},
#if IS_VERSION_3
    {dnnl_cpu_isa_avx2_vnni_2, "AVX2_VNNI_2"},
#endif
    {dnnl_cpu_isa_avx2_vnni, "AVX2_VNNI"},
    {dnnl_cpu_isa_avx2, "AVX2"},
    {dnnl_cpu_isa_avx, "AVX"},
    {dnnl_cpu_isa_sse41, "SSE41"},
};
