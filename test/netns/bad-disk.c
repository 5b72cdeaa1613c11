/*
 * Loaded ahead of the C library (LD_PRELOAD): once the file that BAD_DISK_SYNC or BAD_DISK_WRITE names is there, what would bring bytes to
 * a disk fails as on a disk that is broken. What is written by write(2), such as the log, goes on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_bad(const char *variable) {
  const char *path = getenv(variable);
  if (path == NULL || access(path, F_OK) != 0) return 0;
  errno = EIO;
  return 1;
}

#define SYNC(name)                                                   \
  int name(int file) {                                               \
    static int (*real)(int);                                         \
    if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, #name);  \
    return is_bad("BAD_DISK_SYNC") ? -1 : real(file);                \
  }

#define WRITE(name, bytes, length, offset)                                              \
  ssize_t name(int file, bytes, length count, offset at) {                              \
    static ssize_t (*real)(int, bytes, length, offset);                                 \
    if (real == NULL) real = (ssize_t(*)(int, bytes, length, offset))dlsym(RTLD_NEXT, #name); \
    return is_bad("BAD_DISK_WRITE") ? -1 : real(file, data, count, at);                 \
  }

SYNC(fsync)
SYNC(fdatasync)
WRITE(pwrite, const void *data, size_t, off_t)
WRITE(pwrite64, const void *data, size_t, off64_t)
WRITE(pwritev, const struct iovec *data, int, off_t)
WRITE(pwritev64, const struct iovec *data, int, off64_t)
