#include "cmpi.h"

#include <dlfcn.h>
#include <stdio.h>

CMPIOpening cmpi_open(const char *path, const CMPITable **table, char *text, size_t capacity,
                      int *version) {
    *table = NULL;
    *version = 0;
    text[0] = 0;
    // Open MPI's plugins look up symbols of libmpi in the global table.
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(text, capacity, "%s", reason ? reason : "unknown reason");
        return CMPINoLibrary;
    }
    const CMPITable *(*functions)(void) = (const CMPITable *(*)(void))dlsym(library, "mmbert_mpi");
    if (!functions) return CMPINoTable;
    const CMPITable *found = functions();
    *version = found->version;
    if (found->version != CMPI_VERSION) return CMPIOtherVersion;
    *table = found;
    return CMPIOpened;
}
