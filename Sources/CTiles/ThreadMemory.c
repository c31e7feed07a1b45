#include "CTiles.h"

#include <pthread.h>
#include <stdlib.h>

/// What a thread keeps from product to product: asking the system each time takes longer than a
/// small product.
typedef struct {
    void *base;
    size_t size;
} Memory;

static _Thread_local Memory memory;
static pthread_key_t cleanup;
static bool hasCleanup;
static pthread_once_t cleanupOnce = PTHREAD_ONCE_INIT;

/// At a thread's end. What ends after this may still compute products.
static void freeMemory(void *base) {
    free(base);
    memory = (Memory){NULL, 0};
}

/// A process has only so many keys; without one the last memory of a thread is not freed.
static void makeCleanup(void) { hasCleanup = !pthread_key_create(&cleanup, freeMemory); }

void *tiles_thread_memory(size_t size) {
    if (size <= memory.size) return memory.base;
    // Half as much again as is needed, in whole pages.
    const size_t page = 4096, larger = (size + size / 2 + page - 1) / page * page;
    pthread_once(&cleanupOnce, makeCleanup);
    free(memory.base);
    memory.base = aligned_alloc(page, larger);
    memory.size = memory.base ? larger : 0;
    if (hasCleanup) pthread_setspecific(cleanup, memory.base);
    return memory.base;
}
