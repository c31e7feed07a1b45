// Takes each function of an adapter through its paces, as a rank that a launcher started:
//   mpirun -n 3 adapter-trial libmmbert-mpi.so
// Prints one line, `3 ranks on 1 machine`, by rank 0; on any difference a line, and exits with 1.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmpi.h"

#define CHECK(condition)                                             \
    do {                                                             \
        if (!(condition)) {                                          \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);  \
            exit(1);                                                 \
        }                                                            \
    } while (0)

static const CMPITable *table;
static CMPIPlace place;

static void waitFor(int operation) {
    int done = 0;
    while (!done) CHECK(table->test(operation, &done) == 0);
}

/// How many numbers rank `from` sends to rank `to`, and the first of them.
static int length(int from, int to) { return (from + 2 * to) % 5 * 100; }
static float first(int from, int to) { return 10000 * from + 1000 * to; }

/// The ranks of a group in their order; returns how many.
static int members(int group, int *ranks) {
    int count = 0, seat[2] = {0, 0};
    for (int other = 0; other < place.ranks; other++) {
        int machine = place.machineOfRank[other], own = place.machineOfRank[place.rank];
        seat[0] = other, seat[1] = place.rank;
        for (int before = 0; before < place.ranks; before++) {
            if (before < other && place.machineOfRank[before] != machine) seat[0]--;
            if (before < place.rank && place.machineOfRank[before] != own) seat[1]--;
        }
        if (group == 0 || (group == 1 && machine == own) || (group == 2 && seat[0] == seat[1]))
            ranks[count++] = other;
    }
    return count;
}

static void exchange(int group) {
    int ranks[64], sends[64], receives[64], operation;
    int count = members(group, ranks), sent = 0, received = 0;
    float *send = malloc(sizeof(float) * 64 * 400), *receive = malloc(sizeof(float) * 64 * 400);
    for (int i = 0; i < count; i++) {
        sends[i] = length(place.rank, ranks[i]);
        receives[i] = length(ranks[i], place.rank);
        for (int j = 0; j < sends[i]; j++) send[sent++] = first(place.rank, ranks[i]) + j;
    }
    CHECK(table->exchange(group, send, sends, receive, receives, &operation) == 0);
    // Counts are the adapter's own from here on.
    memset(sends, 0xff, sizeof sends);
    int expected[64];
    memcpy(expected, receives, sizeof expected);
    memset(receives, 0xff, sizeof receives);
    waitFor(operation);
    for (int i = 0; i < count; i++)
        for (int j = 0; j < expected[i]; j++)
            CHECK(receive[received++] == first(ranks[i], place.rank) + j);
    free(send);
    free(receive);
}

static void gather(int group) {
    int ranks[64], counts[64], operation, total = 0;
    int count = members(group, ranks);
    float *all = malloc(sizeof(float) * 64 * 64);
    for (int i = 0; i < count; i++) {
        counts[i] = ranks[i] % 3;
        for (int j = 0; j < counts[i]; j++) all[total++] = ranks[i] == place.rank ? place.rank : -1;
    }
    CHECK(table->gather(group, all, counts, &operation) == 0);
    waitFor(operation);
    for (int i = 0, at = 0; i < count; i++)
        for (int j = 0; j < counts[i]; j++) CHECK(all[at++] == ranks[i]);
    free(all);
}

static void words(void) {
    int operation, operations[64];
    char word[4096], answers[64][32];
    memset(word, place.rank == 0 ? 7 : 0, sizeof word);
    CHECK(table->broadcast(word, sizeof word, 0, &operation) == 0);
    waitFor(operation);
    CHECK(word[0] == 7 && word[4095] == 7);
    if (place.rank != 0) {
        memset(word, place.rank, 32);
        CHECK(table->send(word, 32, 0, 5, &operation) == 0);
        waitFor(operation);
        return;
    }
    for (int rank = 1; rank < place.ranks; rank++)
        CHECK(table->receive(answers[rank], 32, rank, 5, &operations[rank]) == 0);
    for (int rank = 1; rank < place.ranks; rank++) {
        waitFor(operations[rank]);
        CHECK(answers[rank][0] == rank && answers[rank][31] == rank);
    }
}

int main(int count, char **arguments) {
    char text[512];
    int version, operation, done;
    CHECK(count == 2);
    CHECK(cmpi_open(arguments[1], &table, text, sizeof text, &version) == CMPIOpened);
    CHECK(strlen(table->library()) > 0);
    CHECK(table->start(&place) == 0);
    for (int rank = 1; rank < place.ranks; rank++)
        CHECK(place.machineOfRank[rank] >= place.machineOfRank[rank - 1]);
    CHECK(place.machineOfRank[0] == 0 && strlen(place.hostNames) > 0);
    for (int round = 0; round < 20; round++) {
        words();
        for (int group = 0; group < 3; group++) {
            exchange(group);
            gather(group);
        }
    }
    int error = table->test(12345, &done);
    CHECK(error != 0);
    table->describe(error, text, sizeof text);
    CHECK(strlen(text) > 0);
    CHECK(table->broadcast(text, (size_t)1 << 31, 0, &operation) != 0);
    CHECK(table->send(text, 1, place.ranks, 5, &operation) != 0);
    if (place.rank == 0)
        printf("%d ranks on %d machine%s\n", place.ranks, place.machines,
               place.machines == 1 ? "" : "s");
    fflush(stdout);
    CHECK(table->finish() == 0);
    return 0;
}
