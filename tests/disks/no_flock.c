/* Preloaded: a disk without locks, as CIFS and NFS without a lock daemon are; FUSE keeps flock(2) to the kernel. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int flock(int fd, int operation) {
  static int (*next)(int, int);
  const char *below = getenv("NO_LOCKS_BELOW");
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (below != NULL && length > 0) {
    path[length] = 0;
    if (strncmp(path, below, strlen(below)) == 0) {
      errno = ENOLCK;
      return -1;
    }
  }
  if (next == NULL) next = (int (*)(int, int))dlsym(RTLD_NEXT, "flock");
  return next(fd, operation);
}
