// The adapter between mmbert and the MPI whose mpicc compiles it: scripts/build-mpi.sh makes
// libmmbert-mpi.so of this file. Calls of MPI 3.0 alone.
#define _DEFAULT_SOURCE
#include "cmpi.h"

#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// All ranks in seat order, those of this machine, those of the same place on their machines.
static MPI_Comm groups[3];
static int *machineOfRank;
static char *hostNames;

/// An operation that goes on: MPI's request, and the counts and displacements that MPI reads until
/// it has ended.
typedef struct {
    MPI_Request request;
    int *numbers;
    int isUsed;
} Operation;

static Operation *operations;
static int operationCapacity;

#define TRY(call)                               \
    do {                                        \
        int error = (call);                     \
        if (error != MPI_SUCCESS) return error; \
    } while (0)

// MARK: Joining

/// The machines' host names, of which the first rank of each tells its own.
static int gatherHostNames(int ranks, int machines) {
    char own[CMPI_NAME_CAPACITY] = "";
    gethostname(own, sizeof own - 1);
    char *all = calloc(ranks, sizeof own);
    hostNames = calloc(machines, sizeof own);
    if (!all || !hostNames) return MPI_ERR_NO_MEM;
    int error = MPI_Allgather(own, sizeof own, MPI_CHAR, all, sizeof own, MPI_CHAR, groups[0]);
    for (int rank = ranks - 1; rank >= 0; rank--)
        memcpy(hostNames + machineOfRank[rank] * sizeof own, all + rank * sizeof own, sizeof own);
    free(all);
    return error;
}

/// Numbers the ranks by seat. `leaders` holds the lowest number of MPI on each one's machine, by
/// MPI's numbers; machines are ordered by it.
static int seat(const int *leaders, int rank, int ranks, CMPIPlace *place) {
    int seat = 0;
    for (int other = 0; other < ranks; other++)
        seat += leaders[other] < leaders[rank] ||
                (leaders[other] == leaders[rank] && other < rank);
    TRY(MPI_Comm_split(MPI_COMM_WORLD, 0, seat, &groups[0]));
    TRY(MPI_Comm_set_errhandler(groups[0], MPI_ERRORS_RETURN));
    machineOfRank = calloc(ranks, sizeof(int));
    if (!machineOfRank) return MPI_ERR_NO_MEM;
    TRY(MPI_Allgather(&leaders[rank], 1, MPI_INT, machineOfRank, 1, MPI_INT, groups[0]));
    int machines = 0;
    for (int first = 0, next; first < ranks; first = next) {
        int leader = machineOfRank[first];
        for (next = first; next < ranks && machineOfRank[next] == leader; next++) continue;
        for (int other = first; other < next; other++) machineOfRank[other] = machines;
        machines++;
    }
    place->rank = seat;
    place->ranks = ranks;
    place->machines = machines;
    return MPI_SUCCESS;
}

static int start(CMPIPlace *place) {
    int provided, rank, ranks, placeOnMachine;
    TRY(MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided));
    TRY(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
    TRY(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
    TRY(MPI_Comm_size(MPI_COMM_WORLD, &ranks));
    TRY(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &groups[1]));
    TRY(MPI_Comm_set_errhandler(groups[1], MPI_ERRORS_RETURN));
    TRY(MPI_Comm_rank(groups[1], &placeOnMachine));
    int leader = rank;
    TRY(MPI_Bcast(&leader, 1, MPI_INT, 0, groups[1]));
    int *leaders = calloc(ranks, sizeof(int));
    if (!leaders) return MPI_ERR_NO_MEM;
    int error = MPI_Allgather(&leader, 1, MPI_INT, leaders, 1, MPI_INT, MPI_COMM_WORLD);
    if (error == MPI_SUCCESS) error = seat(leaders, rank, ranks, place);
    free(leaders);
    TRY(error);
    TRY(MPI_Comm_split(groups[0], placeOnMachine, place->rank, &groups[2]));
    TRY(MPI_Comm_set_errhandler(groups[2], MPI_ERRORS_RETURN));
    TRY(gatherHostNames(ranks, place->machines));
    place->machineOfRank = machineOfRank;
    place->hostNames = hostNames;
    return MPI_SUCCESS;
}

static int finish(void) {
    for (int group = 2; group >= 0; group--) TRY(MPI_Comm_free(&groups[group]));
    TRY(MPI_Finalize());
    free(operations);
    free(machineOfRank);
    free(hostNames);
    operations = NULL;
    operationCapacity = 0;
    machineOfRank = NULL;
    hostNames = NULL;
    return MPI_SUCCESS;
}

static void abortAll(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

// MARK: What MPI says

static const char *library(void) {
    static char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length;
    if (!text[0] && MPI_Get_library_version(text, &length) != MPI_SUCCESS) return "MPI";
    return text;
}

static void describe(int error, char *text, size_t capacity) {
    char words[MPI_MAX_ERROR_STRING] = "";
    int length;
    if (MPI_Error_string(error, words, &length) != MPI_SUCCESS || !words[0])
        snprintf(text, capacity, "error %d", error);
    else
        snprintf(text, capacity, "%s", words);
}

// MARK: Operations

/// A free operation with room for `count` numbers; NULL without memory.
static Operation *begin(int count, int *number) {
    int free = 0;
    while (free < operationCapacity && operations[free].isUsed) free++;
    if (free == operationCapacity) {
        int capacity = operationCapacity ? 2 * operationCapacity : 16;
        Operation *more = realloc(operations, capacity * sizeof(Operation));
        if (!more) return NULL;
        memset(more + operationCapacity, 0, (capacity - operationCapacity) * sizeof(Operation));
        operations = more;
        operationCapacity = capacity;
    }
    Operation *operation = &operations[free];
    operation->numbers = count ? malloc(count * sizeof(int)) : NULL;
    if (count && !operation->numbers) return NULL;
    operation->isUsed = 1;
    *number = free;
    return operation;
}

static void end(Operation *operation) {
    free(operation->numbers);
    operation->numbers = NULL;
    operation->isUsed = 0;
}

/// What MPI said when an operation was begun.
static int begun(Operation *operation, int error) {
    if (error != MPI_SUCCESS) end(operation);
    return error;
}

/// Copies `count` counts and writes the places where their pieces start.
static int layOut(const int *counts, int count, int *copy, int *places) {
    long long place = 0;
    for (int i = 0; i < count; i++) {
        if (place > INT_MAX) return MPI_ERR_COUNT;
        copy[i] = counts[i];
        places[i] = (int)place;
        place += counts[i];
    }
    return MPI_SUCCESS;
}

static int exchange(int group, const float *send, const int *sendCounts, float *receive,
                    const int *receiveCounts, int *number) {
    int size;
    TRY(MPI_Comm_size(groups[group], &size));
    Operation *operation = begin(4 * size, number);
    if (!operation) return MPI_ERR_NO_MEM;
    int *numbers = operation->numbers;
    int error = layOut(sendCounts, size, numbers, numbers + size);
    if (error == MPI_SUCCESS)
        error = layOut(receiveCounts, size, numbers + 2 * size, numbers + 3 * size);
    if (error == MPI_SUCCESS)
        error = MPI_Ialltoallv(send, numbers, numbers + size, MPI_FLOAT, receive,
                               numbers + 2 * size, numbers + 3 * size, MPI_FLOAT, groups[group],
                               &operation->request);
    return begun(operation, error);
}

static int gather(int group, float *all, const int *counts, int *number) {
    int size;
    TRY(MPI_Comm_size(groups[group], &size));
    Operation *operation = begin(2 * size, number);
    if (!operation) return MPI_ERR_NO_MEM;
    int *numbers = operation->numbers;
    int error = layOut(counts, size, numbers, numbers + size);
    if (error == MPI_SUCCESS)
        error = MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_FLOAT, all, numbers, numbers + size, MPI_FLOAT,
                                groups[group], &operation->request);
    return begun(operation, error);
}

static int broadcast(void *bytes, size_t count, int root, int *number) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    Operation *operation = begin(0, number);
    if (!operation) return MPI_ERR_NO_MEM;
    return begun(operation, MPI_Ibcast(bytes, (int)count, MPI_BYTE, root, groups[0],
                                       &operation->request));
}

static int send(const void *bytes, size_t count, int to, int tag, int *number) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    Operation *operation = begin(0, number);
    if (!operation) return MPI_ERR_NO_MEM;
    return begun(operation, MPI_Isend(bytes, (int)count, MPI_BYTE, to, tag, groups[0],
                                      &operation->request));
}

static int receive(void *bytes, size_t count, int from, int tag, int *number) {
    if (count > INT_MAX) return MPI_ERR_COUNT;
    Operation *operation = begin(0, number);
    if (!operation) return MPI_ERR_NO_MEM;
    return begun(operation, MPI_Irecv(bytes, (int)count, MPI_BYTE, from, tag, groups[0],
                                      &operation->request));
}

static int test(int number, int *done) {
    *done = 0;
    if (number < 0 || number >= operationCapacity || !operations[number].isUsed)
        return MPI_ERR_REQUEST;
    TRY(MPI_Test(&operations[number].request, done, MPI_STATUS_IGNORE));
    if (*done) end(&operations[number]);
    return MPI_SUCCESS;
}

const CMPITable *mmbert_mpi(void) {
    static const CMPITable table = {
        .version = CMPI_VERSION,
        .start = start,
        .finish = finish,
        .abort = abortAll,
        .library = library,
        .describe = describe,
        .exchange = exchange,
        .gather = gather,
        .broadcast = broadcast,
        .send = send,
        .receive = receive,
        .test = test,
    };
    return &table;
}
