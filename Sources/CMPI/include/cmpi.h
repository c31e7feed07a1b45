/// What mmbert asks of MPI: a table of functions that an adapter has, a library which the site's
/// mpicc compiles from adapter/adapter.c. This header and cmpi.c know nothing of MPI.
#pragma once

#include <stddef.h>

#ifdef __clang__
#define CMPI_NONNULL _Nonnull
#define CMPI_NULLABLE _Nullable
#else
#define CMPI_NONNULL
#define CMPI_NULLABLE
#endif

/// The version of the table; an adapter of another one is not used.
#define CMPI_VERSION 1

/// Bytes for the name of a machine, with the 0 at its end.
#define CMPI_NAME_CAPACITY 256

/// Who takes part, in seat order: the machine of MPI's rank 0 first, a machine's ranks by their
/// numbers.
typedef struct {
    /// The number of this rank, from 0, and of all ranks.
    int rank, ranks;
    /// How many machines there are.
    int machines;
    /// The machine of each rank, rising from 0: `[ranks]`. Valid until `finish`.
    const int *CMPI_NULLABLE machineOfRank;
    /// The host names of the machines, `[machines * CMPI_NAME_CAPACITY]`. Valid until `finish`.
    const char *CMPI_NULLABLE hostNames;
} CMPIPlace;

/// The functions. Those that give an int return 0, or MPI's number of an error. Groups are 0, all
/// ranks; 1, those of this rank's machine; 2, those who have its place on their machines. One
/// thread at a time calls.
typedef struct {
    /// CMPI_VERSION, as the adapter was compiled.
    int version;
    /// Joins the run, orders the ranks by seat and makes the groups.
    int (*CMPI_NONNULL start)(CMPIPlace *CMPI_NONNULL place);
    /// Leaves the run, when all ranks do.
    int (*CMPI_NONNULL finish)(void);
    /// Ends all ranks at once.
    void (*CMPI_NONNULL abort)(int code);
    /// What MPI says about itself, also before `start`; maybe several lines.
    const char *CMPI_NONNULL (*CMPI_NONNULL library)(void);
    /// MPI's words for an error.
    void (*CMPI_NONNULL describe)(int error, char *CMPI_NONNULL text, size_t capacity);

    // Each begins an operation and gives its number. Buffers stay valid and untouched until `test`
    // says that it has ended; counts are copied.

    /// MPI_Ialltoallv of floats; the pieces lie one behind another in the order of ranks.
    int (*CMPI_NONNULL exchange)(int group, const float *CMPI_NONNULL send,
                                 const int *CMPI_NONNULL sendCounts, float *CMPI_NONNULL receive,
                                 const int *CMPI_NONNULL receiveCounts,
                                 int *CMPI_NONNULL operation);
    /// MPI_Iallgatherv of floats in place.
    int (*CMPI_NONNULL gather)(int group, float *CMPI_NONNULL all, const int *CMPI_NONNULL counts,
                               int *CMPI_NONNULL operation);
    /// MPI_Ibcast of bytes among all ranks.
    int (*CMPI_NONNULL broadcast)(void *CMPI_NONNULL bytes, size_t count, int root,
                                  int *CMPI_NONNULL operation);
    /// MPI_Isend of bytes to a rank of all.
    int (*CMPI_NONNULL send)(const void *CMPI_NONNULL bytes, size_t count, int to, int tag,
                             int *CMPI_NONNULL operation);
    /// MPI_Irecv of bytes from a rank of all.
    int (*CMPI_NONNULL receive)(void *CMPI_NONNULL bytes, size_t count, int from, int tag,
                                int *CMPI_NONNULL operation);
    /// MPI_Test: whether an operation has ended, after which its number is no longer valid.
    int (*CMPI_NONNULL test)(int operation, int *CMPI_NONNULL done);
} CMPITable;

/// The adapter's only symbol.
const CMPITable *CMPI_NONNULL mmbert_mpi(void);

/// Why an adapter could not be opened.
typedef enum {
    CMPIOpened,
    /// The file is no library, or one that it needs is missing.
    CMPINoLibrary,
    /// The library has no `mmbert_mpi`.
    CMPINoTable,
    /// The table is of another version.
    CMPIOtherVersion,
} CMPIOpening;

/// Opens the adapter at `path`, for as long as the process lives. `table` is set where the result is
/// CMPIOpened, `text` to the system's reason where it is CMPINoLibrary, and `version` to the table's
/// where there is one.
CMPIOpening cmpi_open(const char *CMPI_NONNULL path,
                      const CMPITable *CMPI_NULLABLE *CMPI_NONNULL table, char *CMPI_NONNULL text,
                      size_t capacity, int *CMPI_NONNULL version);
