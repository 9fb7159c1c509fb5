/*
 * faulty_disk ROOT MOUNTPOINT: a FUSE disk that passes through to ROOT, and answers one call wrongly.
 *
 * What is written to its file /.fault is the rule, and what is read there says whether it was met, and by which call:
 *   rule PREFIX OP N ACTION ERRNO LASTS MS    the N-th call OP (or any, or change) below PREFIX
 *   log PREFIX FILE                           writes each call below PREFIX to FILE
 * ACTION: err (not done), done (done, and an error all the same), short (a half is read or written), eof (the end, before it),
 * zero (nothing but zeros is read), cut (a half is listed, then an error), cutwhole (a half is listed as if it were all),
 * lose (what is written is lost, which fsync and close tell).
 * LASTS: once, path (that path for ever), op (that call for ever), all (each call below PREFIX), changes (each that changes
 * something); MS ends it. FD_SLOW in the environment: so many microseconds for a look.
 */
#define FUSE_USE_VERSION 26
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

static char root[4096];
static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static char prefix[1024], op_[32], action[32], lasts[32], hit[2048], hitpath[1024];
static long nth, count, keep; static int code, armed, struck; static struct timespec since;
static FILE *logf_; static int pending; static long slow;

static int below(const char *p, const char *top) { size_t n = strlen(top); return !strncmp(p, top, n) && (p[n] == 0 || p[n] == '/'); }
static int changes(const char *op) { return strcmp(op, "getattr") && strcmp(op, "readdir") && strcmp(op, "open") && strcmp(op, "read") && strcmp(op, "readlink") && strcmp(op, "statfs") && strcmp(op, "opendir") && strcmp(op, "access") && strcmp(op, "getxattr"); }

// 0: none; 1: an error instead of the call; 2: the call, then an error; 3: short; 4: end of file; 5: zeros; 6: cut with an error after; 7: cut and told as whole
static int fate(const char *op, const char *p, int *err) {
  if (!p) p = "?";
  int f = 0;
  pthread_mutex_lock(&mu);
  if (logf_ && below(p, prefix)) fprintf(logf_, "%s %s\n", op, p);
  if (armed && below(p, prefix)) {
    int now = 0;
    if (!struck) {
      if (!strcmp(op_, "any") || !strcmp(op_, op) || (!strcmp(op_, "change") && changes(op))) {
        if (++count == nth) { now = struck = 1; clock_gettime(CLOCK_MONOTONIC, &since); snprintf(hit, sizeof hit, "%s %s", op, p); snprintf(hitpath, sizeof hitpath, "%s", p); }
      }
    } else if (strcmp(lasts, "once")) {
      struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t);
      int in = keep == 0 || (t.tv_sec - since.tv_sec) * 1000 + (t.tv_nsec - since.tv_nsec) / 1000000 < keep;
      if (!strcmp(lasts, "all")) now = in;                                  // everything below the prefix
      else if (!strcmp(lasts, "changes")) now = in && changes(op);           // read-only from then on
      else if (!strcmp(lasts, "path")) now = in && !strcmp(p, hitpath);
      else if (!strcmp(lasts, "op")) now = in && !strcmp(op_, op);
    }
    if (now) {
      *err = code;
      f = !strcmp(action, "err") ? 1 : !strcmp(action, "done") ? 2 : !strcmp(action, "short") ? 3 : !strcmp(action, "eof") ? 4 : !strcmp(action, "zero") ? 5 : !strcmp(action, "cut") ? 6 : !strcmp(action, "cutwhole") ? 7 : !strcmp(action, "lose") ? 8 : 1;
    }
  }
  pthread_mutex_unlock(&mu);
  return f;
}
#define FATE(op, p) int e_ = EIO, f_ = fate(op, p, &e_); if (f_ == 1) return -e_;
#define END(r) do { int r_ = (r); if (r_ < 0) return -errno; if (f_ == 2) return -e_; return 0; } while (0)
#define REAL(v, p) char v[4096]; snprintf(v, sizeof v, "%s%s", root, p)
static int isctl(const char *p) { return p && !strcmp(p, "/.fault"); }

static int f_getattr(const char *p, struct stat *st) {
  if (isctl(p)) { memset(st, 0, sizeof *st); st->st_mode = S_IFREG | 0666; st->st_nlink = 1; st->st_size = 4096; st->st_ino = 0x7fffff01; return 0; }
  if (slow) usleep(slow); FATE("getattr", p); REAL(r, p); END(lstat(r, st)); }
static int f_fgetattr(const char *p, struct stat *st, struct fuse_file_info *fi) { if (isctl(p)) return f_getattr(p, st); FATE("getattr", p); END(fstat(fi->fh, st)); }
static int f_readlink(const char *p, char *b, size_t n) { FATE("readlink", p); REAL(r, p); ssize_t k = readlink(r, b, n - 1); if (k < 0) return -errno; b[k] = 0; return 0; }
static int f_mkdir(const char *p, mode_t m) { FATE("mkdir", p); REAL(r, p); END(mkdir(r, m)); }
static int f_unlink(const char *p) { FATE("unlink", p); REAL(r, p); END(unlink(r)); }
static int f_rmdir(const char *p) { FATE("rmdir", p); REAL(r, p); END(rmdir(r)); }
static int f_symlink(const char *t, const char *p) { FATE("symlink", p); REAL(r, p); END(symlink(t, r)); }
static int f_rename(const char *a, const char *b) { FATE("rename", a); REAL(ra, a); REAL(rb, b); END(rename(ra, rb)); }
static int f_link(const char *a, const char *b) { FATE("link", b); REAL(ra, a); REAL(rb, b); END(linkat(AT_FDCWD, ra, AT_FDCWD, rb, 0)); }
static int f_chmod(const char *p, mode_t m) { FATE("chmod", p); REAL(r, p); END(chmod(r, m)); }
static int f_chown(const char *p, uid_t u, gid_t g) { FATE("chown", p); REAL(r, p); END(lchown(r, u, g)); }
static int f_truncate(const char *p, off_t n) { if (isctl(p)) return 0; FATE("truncate", p); REAL(r, p); END(truncate(r, n)); }
static int f_ftruncate(const char *p, off_t n, struct fuse_file_info *fi) { if (isctl(p)) return 0; FATE("truncate", p); END(ftruncate(fi->fh, n)); }
static int f_utimens(const char *p, const struct timespec t[2]) { if (isctl(p)) return 0; FATE("utimens", p); REAL(r, p); END(utimensat(AT_FDCWD, r, t, AT_SYMLINK_NOFOLLOW)); }
static int f_open(const char *p, struct fuse_file_info *fi) {
  if (isctl(p)) { fi->direct_io = 1; return 0; }
  FATE("open", p); REAL(r, p); int fd = open(r, fi->flags & ~O_NOFOLLOW); if (fd < 0) return -errno; if (f_ == 2) { close(fd); return -e_; } fi->fh = fd; return 0; }
static int f_create(const char *p, mode_t m, struct fuse_file_info *fi) { FATE("create", p); REAL(r, p); int fd = open(r, fi->flags | O_CREAT, m); if (fd < 0) return -errno; if (f_ == 2) { close(fd); return -e_; } fi->fh = fd; return 0; }
static int f_read(const char *p, char *b, size_t n, off_t at, struct fuse_file_info *fi) {
  if (isctl(p)) { if (at) return 0; char t[4096]; pthread_mutex_lock(&mu); int k = snprintf(t, sizeof t, "%d %ld %s\n", struck, count, hit); pthread_mutex_unlock(&mu); if ((size_t)k > n) k = n; memcpy(b, t, k); return k; }
  FATE("read", p); if (f_ == 4) return 0; ssize_t k = pread(fi->fh, b, n, at); if (k < 0) return -errno;
  if (f_ == 2) return -e_; if (f_ == 3) return k >> 1; if (f_ == 5) memset(b, 0, k); return k; }
static void rule(const char *text) {
  char t[4096]; snprintf(t, sizeof t, "%s", text); char lg[1024] = "";
  pthread_mutex_lock(&mu);
  armed = struck = 0; count = 0; hit[0] = 0; if (logf_) { fclose(logf_); logf_ = 0; }
  if (sscanf(t, "log %1023s %1023s", prefix, lg) == 2) logf_ = fopen(lg, "w");
  else if (sscanf(t, "rule %1023s %31s %ld %31s %d %31s %ld", prefix, op_, &nth, action, &code, lasts, &keep) == 7) armed = 1;
  pthread_mutex_unlock(&mu);
}
static int f_write(const char *p, const char *b, size_t n, off_t at, struct fuse_file_info *fi) {
  if (isctl(p)) { char t[4096]; size_t k = n < 4095 ? n : 4095; memcpy(t, b, k); t[k] = 0; rule(t); return n; }
  FATE("write", p); if (f_ == 8) { pending = 1; return n; } if (f_ == 3 && n > 1) n >>= 1; ssize_t k = pwrite(fi->fh, b, n, at); if (k < 0) return -errno; if (f_ == 2) return -e_; return k; }
static int f_statfs(const char *p, struct statvfs *s) { FATE("statfs", p); END(statvfs(root, s)); }
static int f_flush(const char *p, struct fuse_file_info *fi) { if (isctl(p)) return 0; FATE("flush", p); if (pending && below(p, prefix)) { pending = 0; return -ENOSPC; } if (f_ == 2) return -e_; return 0; }
static int f_release(const char *p, struct fuse_file_info *fi) { if (isctl(p)) return 0; close(fi->fh); return 0; }
static int f_fsync(const char *p, int d, struct fuse_file_info *fi) { FATE("fsync", p); if (pending && below(p, prefix)) { pending = 0; return -ENOSPC; } if (f_ == 2) return -e_; return 0; }
static int f_fsyncdir(const char *p, int d, struct fuse_file_info *fi) { FATE("fsyncdir", p); if (f_ == 2) return -e_; return 0; }
static int f_setxattr(const char *p, const char *n, const char *v, size_t s, int fl) { FATE("setxattr", p); REAL(r, p); END(lsetxattr(r, n, v, s, fl)); }
static int f_getxattr(const char *p, const char *n, char *v, size_t s) { FATE("getxattr", p); REAL(r, p); ssize_t k = lgetxattr(r, n, v, s); return k < 0 ? -errno : k; }
static int f_listxattr(const char *p, char *v, size_t s) { FATE("listxattr", p); REAL(r, p); ssize_t k = llistxattr(r, v, s); return k < 0 ? -errno : k; }
struct dirh { DIR *d; int cut; int err; long given; long total; };
static int f_opendir(const char *p, struct fuse_file_info *fi) {
  FATE("opendir", p); REAL(r, p); DIR *d = opendir(r); if (!d) return -errno; if (f_ == 2) { closedir(d); return -e_; }
  struct dirh *h = calloc(1, sizeof *h); h->d = d;
  int e = EIO, f = fate("readdir", p, &e); if (f == 1 || f == 2) { h->cut = 1; h->err = e; } else if (f >= 3) { h->cut = f == 7 ? 7 : 6; h->err = e; }
  while (readdir(d)) h->total++; rewinddir(d); fi->fh = (uint64_t)h; return 0; }
static int f_readdir(const char *p, void *buf, fuse_fill_dir_t fill, off_t off, struct fuse_file_info *fi) {
  struct dirh *h = (struct dirh *)fi->fh;
  if (h->cut == 1) return -h->err;
  long most = h->cut ? 2 + (h->total - 2) / 2 : h->total + 1000000;
  if (off == 0) rewinddir(h->d), h->given = 0; else { seekdir(h->d, off); }
  if (h->given >= most) return h->cut == 6 ? -h->err : 0;
  struct dirent *e;
  while (h->given < most && (e = readdir(h->d))) {
    struct stat st = {0}; st.st_ino = e->d_ino; st.st_mode = e->d_type << 12;
    if (fill(buf, e->d_name, &st, telldir(h->d))) break;
    h->given++;
  }
  return 0; }
static int f_releasedir(const char *p, struct fuse_file_info *fi) { struct dirh *h = (struct dirh *)fi->fh; closedir(h->d); free(h); return 0; }

static struct fuse_operations ops = { .getattr = f_getattr, .fgetattr = f_fgetattr, .readlink = f_readlink, .mkdir = f_mkdir, .unlink = f_unlink, .rmdir = f_rmdir, .symlink = f_symlink, .rename = f_rename, .link = f_link, .chmod = f_chmod, .chown = f_chown, .truncate = f_truncate, .ftruncate = f_ftruncate, .utimens = f_utimens, .open = f_open, .create = f_create, .read = f_read, .write = f_write, .statfs = f_statfs, .flush = f_flush, .release = f_release, .fsync = f_fsync, .fsyncdir = f_fsyncdir, .setxattr = f_setxattr, .getxattr = f_getxattr, .listxattr = f_listxattr, .opendir = f_opendir, .readdir = f_readdir, .releasedir = f_releasedir };

int main(int argc, char **argv) {
  if (argc < 3) return 2; if (getenv("FD_SLOW")) slow = atol(getenv("FD_SLOW"));
  if (!realpath(argv[1], root)) return 2;
  umask(0);
  char *a[] = { argv[0], argv[2], "-f", "-o", "attr_timeout=0,entry_timeout=0,negative_timeout=0,use_ino,readdir_ino,hard_remove,big_writes,fsname=faultdisk" };
  return fuse_main(5, a, &ops, NULL);
}
