// Makes one system call of a program fail, as a full or failing disk would: loaded by LD_PRELOAD,
// built and driven by calls.py.
//
// FAULT_UNDER   calls count that name a path below this folder, or a file opened there
// FAULT_CALL    the kind of call, as in `names`
// FAULT_NUMBER  which of its calls fails, from 1
// FAULT_ERRNO   the error it gives; 0: reads and writes handle one byte only
// FAULT_ALL     set: all later calls of the kind fail too
// FAULT_COUNTS  a file that is given the number of calls of each kind at the end
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    OPEN, READ, WRITE, FSYNC, RENAME, MAP, SIZE, LOOK, LIST, MAKE, REMOVE, SEEK, LOCK, CLOSE, KINDS
};
static const char *names[KINDS] = {"open", "read", "write", "fsync", "rename", "map", "size",
                                   "look", "list", "make", "remove", "seek", "lock", "close"};

static const char *under;
static int kind = -1, code, all;
static long number;
static atomic_long counts[KINDS];
static atomic_char ours[1 << 16];

__attribute__((constructor)) static void begin(void) {
    under = getenv("FAULT_UNDER");
    const char *call = getenv("FAULT_CALL");
    for (int i = 0; call && i < KINDS; i++)
        if (!strcmp(call, names[i])) kind = i;
    number = atol(getenv("FAULT_NUMBER") ?: "0");
    code = atoi(getenv("FAULT_ERRNO") ?: "0");
    all = getenv("FAULT_ALL") != NULL;
}

__attribute__((destructor)) static void end(void) {
    const char *path = getenv("FAULT_COUNTS");
    FILE *file = path ? fopen(path, "w") : NULL;
    for (int i = 0; file && i < KINDS; i++) fprintf(file, "%s %ld\n", names[i], counts[i]);
    if (file) fclose(file);
}

// How the programs end: without destructors.
void _exit(int status) {
    end();
    syscall(SYS_exit_group, status);
    __builtin_unreachable();
}

static int is_path(const char *path) {
    return under && path && !strncmp(path, under, strlen(under));
}

static int is_ours(int fd) { return fd >= 0 && fd < 1 << 16 && ours[fd]; }

static void note(int fd, int is) {
    if (fd >= 0 && fd < 1 << 16) ours[fd] = is;
}

// Whether the call that is being made, one of `call` on a file that counts, is to fail.
static int fails(int call, int counted) {
    if (!counted) return 0;
    long count = atomic_fetch_add(&counts[call], 1) + 1;
    int hit = call == kind && (count == number || (all && count > number));
    if (hit) errno = code;
    return hit;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (fails(OPEN, is_path(path))) return -1; \
        int fd = real(path, flags, mode); \
        note(fd, is_path(path)); \
        return fd; \
    }
OPENING(open)
OPENING(open64)

#define FAILING(type, call, name, counted, failure, parameters, arguments) \
    type name parameters { \
        REAL(name); \
        return fails(call, counted) ? failure : real arguments; \
    }

// Reads and writes of one byte where the error is 0.
#define MOVING(name, call, buffer, offset_parameter, offset) \
    ssize_t name(int fd, buffer bytes, size_t count offset_parameter) { \
        REAL(name); \
        if (fails(call, is_ours(fd))) { \
            if (code) return -1; \
            count = count > 0; \
        } \
        return real(fd, bytes, count offset); \
    }
#define NONE
#define COMMA ,
#define OFFSET_PARAMETER COMMA off_t offset
#define OFFSET COMMA offset
MOVING(read, READ, void *, NONE, NONE)
MOVING(pread, READ, void *, OFFSET_PARAMETER, OFFSET)
MOVING(pread64, READ, void *, OFFSET_PARAMETER, OFFSET)
MOVING(write, WRITE, const void *, NONE, NONE)
MOVING(pwrite, WRITE, const void *, OFFSET_PARAMETER, OFFSET)
MOVING(pwrite64, WRITE, const void *, OFFSET_PARAMETER, OFFSET)

FAILING(int, FSYNC, fsync, is_ours(fd), -1, (int fd), (fd))
FAILING(int, FSYNC, syncfs, is_ours(fd), -1, (int fd), (fd))
FAILING(int, RENAME, rename, is_path(from) || is_path(to), -1,
        (const char *from, const char *to), (from, to))
FAILING(int, RENAME, renameat2, is_path(from) || is_path(to), -1,
        (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
FAILING(void *, MAP, mmap, is_ours(fd), MAP_FAILED,
        (void *at, size_t size, int protection, int flags, int fd, off_t offset),
        (at, size, protection, flags, fd, offset))
FAILING(int, SIZE, ftruncate, is_ours(fd), -1, (int fd, off_t size), (fd, size))
FAILING(int, SIZE, posix_fallocate, is_ours(fd), code,
        (int fd, off_t from, off_t size), (fd, from, size))
FAILING(int, LOOK, stat, is_path(path), -1, (const char *path, struct stat *status), (path, status))
FAILING(int, LOOK, lstat, is_path(path), -1,
        (const char *path, struct stat *status), (path, status))
FAILING(int, LOOK, fstat, is_ours(fd), -1, (int fd, struct stat *status), (fd, status))
FAILING(int, LOOK, access, is_path(path), -1, (const char *path, int mode), (path, mode))
FAILING(int, MAKE, mkdir, is_path(path), -1, (const char *path, mode_t mode), (path, mode))
FAILING(int, REMOVE, unlink, is_path(path), -1, (const char *path), (path))
FAILING(int, REMOVE, rmdir, is_path(path), -1, (const char *path), (path))
FAILING(off_t, SEEK, lseek, is_ours(fd), -1, (int fd, off_t offset, int from), (fd, offset, from))
FAILING(int, LOCK, flock, is_ours(fd), -1, (int fd, int operation), (fd, operation))
FAILING(struct dirent *, LIST, readdir, is_ours(dirfd(entries)), NULL, (DIR *entries), (entries))

DIR *opendir(const char *path) {
    REAL(opendir);
    if (fails(LIST, is_path(path))) return NULL;
    DIR *entries = real(path);
    if (entries) note(dirfd(entries), is_path(path));
    return entries;
}

// The file is closed all the same.
int close(int fd) {
    REAL(close);
    int counted = is_ours(fd);
    note(fd, 0);
    int result = real(fd);
    return fails(CLOSE, counted) ? -1 : result;
}
