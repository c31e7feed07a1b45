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
static pthread_once_t cleanupOnce = PTHREAD_ONCE_INIT;

static void makeCleanup(void) { pthread_key_create(&cleanup, free); }

void *tiles_thread_memory(size_t size) {
    if (size <= memory.size) return memory.base;
    // Half as much again as is needed, in whole pages.
    const size_t page = 4096, larger = (size + size / 2 + page - 1) / page * page;
    pthread_once(&cleanupOnce, makeCleanup);
    free(memory.base);
    memory.base = aligned_alloc(page, larger);
    memory.size = memory.base ? larger : 0;
    pthread_setspecific(cleanup, memory.base);
    return memory.base;
}
