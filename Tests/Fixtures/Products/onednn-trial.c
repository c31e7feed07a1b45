// Compares products of COneDNN with sums in double precision, on two threads in turn:
//   onednn-trial
// Prints one line: version, instruction sets, kernels, how many products; on any difference what it
// was, and exits with 1.
#include <COneDNN.h>
#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition, ...)                                                 \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "line %d: %s: ", __LINE__, #condition);           \
            fprintf(stderr, __VA_ARGS__);                                     \
            fputc('\n', stderr);                                              \
            exit(1);                                                          \
        }                                                                     \
    } while (0)

// --- Numbers ---

static uint32_t state = 1;

/// From -1 to 1, in steps that single precision has, and bfloat16 has not.
static float drawNumber(void) {
    state = state * 1664525u + 1013904223u;
    return (float)(int32_t)(state & 0xffffff00u) / 0x1p31f;
}

static float widened(uint16_t half) {
    uint32_t bits = (uint32_t)half << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// Rows of numbers of one type, each followed by numbers that nobody may touch.
typedef struct {
    OneDNNType type;
    long rows, columns, stride;
    void *base;
} Table;

static size_t width(const Table *table) { return table->type == OneDNNBFloat16 ? 2 : 4; }

static double number(const Table *table, long row, long column) {
    long place = row * table->stride + column;
    return table->type == OneDNNBFloat16 ? (double)widened(((uint16_t *)table->base)[place])
                                         : (double)((float *)table->base)[place];
}

static Table makeTable(OneDNNType type, long rows, long columns, long beyond) {
    Table table = {type, rows, columns, columns + beyond, NULL};
    long count = rows * table.stride;
    table.base = malloc(count * width(&table));
    for (long i = 0; i < count; i++) {
        float value = drawNumber();
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        if (type == OneDNNBFloat16)
            ((uint16_t *)table.base)[i] = bits >> 16;
        else
            ((float *)table.base)[i] = value;
    }
    return table;
}

static Table copy(const Table *table) {
    Table result = *table;
    size_t size = table->rows * table->stride * width(table);
    result.base = memcpy(malloc(size), table->base, size);
    return result;
}

// --- Products ---

typedef struct {
    long rows, columns, inner, beyond;
    bool transposedA, transposedB, adding;
    OneDNNType operands, result;
} Case;

static long products;

static int multiply(const Case *case_, const Table *a, const Table *b, const Table *c) {
    products++;
    return onednn_multiply(
        case_->operands, (OneDNNOperand){a->base, a->stride, case_->transposedA},
        (OneDNNOperand){b->base, b->stride, case_->transposedB}, case_->result, c->base, c->stride,
        case_->rows, case_->columns, case_->inner, case_->adding);
}

/// A sum of n products of at most 1 in single precision is off by √n · ε for each of its steps in
/// the mean; the sum of magnitudes bounds what is rounded. A result in bfloat16 is rounded once
/// more, by half of 2⁻⁷ of it.
static void compare(const Case *case_, const Table *a, const Table *b, const Table *before,
                    const Table *c) {
    for (long i = 0; i < case_->rows; i++) {
        for (long j = 0; j < c->stride; j++) {
            double found = number(c, i, j), sum = number(before, i, j), size = fabs(sum);
            if (j >= case_->columns) {
                CHECK(found == sum, "%ld × %ld × %ld: beyond row %ld", case_->rows,
                      case_->columns, case_->inner, i);
                continue;
            }
            if (!case_->adding) sum = size = 0;
            for (long k = 0; k < case_->inner; k++) {
                double x = case_->transposedA ? number(a, k, i) : number(a, i, k);
                double y = case_->transposedB ? number(b, j, k) : number(b, k, j);
                sum += x * y;
                size += fabs(x * y);
            }
            double tolerance = 4 * 0x1p-24 * (size + sqrt((double)case_->inner));
            if (case_->result == OneDNNBFloat16) tolerance += 0x1p-8 * fabs(sum);
            CHECK(fabs(found - sum) <= tolerance,
                  "%ld × %ld × %ld, transposed %d %d, adding %d, types %d %d: %.9g, not %.9g",
                  case_->rows, case_->columns, case_->inner, case_->transposedA,
                  case_->transposedB, case_->adding, case_->operands, case_->result, found, sum);
        }
    }
}

/// A product twice, the second time of copies elsewhere: right, and the same bits.
static void tryCase(const Case *case_) {
    long m = case_->rows, n = case_->columns, k = case_->inner;
    long beyond = case_->beyond;
    Table a = makeTable(case_->operands, case_->transposedA ? k : m, case_->transposedA ? m : k,
                        beyond);
    Table b = makeTable(case_->operands, case_->transposedB ? n : k, case_->transposedB ? k : n,
                        2 * beyond);
    Table before = makeTable(case_->result, m, n, 3 * beyond);
    Table c = copy(&before), again = copy(&before), movedA = copy(&a), movedB = copy(&b);
    int status = multiply(case_, &a, &b, &c);
    CHECK(status == 0, "status %d", status);
    compare(case_, &a, &b, &before, &c);
    status = multiply(case_, &movedA, &movedB, &again);
    CHECK(status == 0, "status %d", status);
    CHECK(memcmp(c.base, again.base, m * c.stride * width(&c)) == 0,
          "other bits in %ld × %ld × %ld", m, n, k);
    Table *all[] = {&a, &b, &before, &c, &again, &movedA, &movedB};
    for (int i = 0; i < 7; i++) free(all[i]->base);
}

/// Every layout, with and without adding and room between rows.
static void tryTypes(OneDNNType operands, OneDNNType result) {
    static const long shapes[][3] = {
        {1, 1, 1}, {7, 9, 8}, {8, 8, 63}, {9, 63, 7}, {17, 1, 257}, {1, 257, 33},
        {64, 64, 192}, {128, 96, 64}, {70, 150, 300}, {257, 65, 31},
    };
    for (size_t shape = 0; shape < sizeof shapes / sizeof *shapes; shape++)
        for (int flags = 0; flags < 16; flags++)
            tryCase(&(Case){
                shapes[shape][0], shapes[shape][1], shapes[shape][2], flags & 8 ? 5 : 0,
                flags & 1, flags & 2, flags & 4, operands, result});
}

/// More shapes than a thread keeps primitives for, then the first of them once more.
static void tryManyShapes(void) {
    Case case_ = {.operands = OneDNNFloat32, .result = OneDNNFloat32};
    for (long i = 0; i < 3100 + 20; i++) {
        long number = i % 3100;
        case_.rows = 1 + number % 10, case_.columns = 1 + number / 10 % 10;
        case_.inner = 1 + number / 100;
        tryCase(&case_);
    }
}

// --- Threads ---

static int threads(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(tasks));) count += entry->d_name[0] != '.';
    closedir(tasks);
    return count;
}

/// Products that a library with all cores would share among threads.
static void tryLarge(int expectedThreads, bool hasBFloat16) {
    for (int kind = 0; kind < (hasBFloat16 ? 2 : 1); kind++)
        for (int layout = 0; layout < 3; layout++) {
            OneDNNType type = kind ? OneDNNBFloat16 : OneDNNFloat32;
            tryCase(&(Case){384, 320, 500, 0, layout & 1, layout & 2, true, type, OneDNNFloat32});
            CHECK(threads() == expectedThreads, "%d threads", threads());
        }
}

static void *onOtherThread(void *hasBFloat16) {
    tryLarge(2, *(bool *)hasBFloat16);
    return NULL;
}

int main(void) {
    char version[32], fp32[128], bf16[128];
    onednn_version(version, sizeof version);
    onednn_kernels(OneDNNFloat32, false, true, OneDNNFloat32, 256, 1152, 384, fp32, sizeof fp32);
    onednn_kernels(OneDNNBFloat16, false, true, OneDNNBFloat16, 256, 1152, 384, bf16,
                   sizeof bf16);
    CHECK(fp32[0], "no fp32 kernels");
    bool hasBFloat16 = bf16[0];

    tryLarge(1, hasBFloat16);
    tryTypes(OneDNNFloat32, OneDNNFloat32);
    if (hasBFloat16) {
        tryTypes(OneDNNBFloat16, OneDNNFloat32);
        tryTypes(OneDNNBFloat16, OneDNNBFloat16);
    }
    tryManyShapes();

    pthread_t other;
    CHECK(pthread_create(&other, NULL, onOtherThread, &hasBFloat16) == 0, "no thread");
    pthread_join(other, NULL);

    // What cannot be is refused, and the next product is right again.
    float one = 1;
    OneDNNOperand operand = {&one, 1, false};
    for (int i = 0; i < 3; i++)
        CHECK(onednn_multiply(OneDNNFloat32, operand, operand, OneDNNFloat32, &one, 1, -1, 1, 1,
                              false) != 0, "a product of -1 rows");
    tryCase(&(Case){30, 20, 10, 0, false, true, false, OneDNNFloat32, OneDNNFloat32});

    printf("oneDNN %s, %s, fp32 by %s, bf16 by %s: %ld products\n", version,
           onednn_instruction_set(), fp32, hasBFloat16 ? bf16 : "none", products);
    return 0;
}
