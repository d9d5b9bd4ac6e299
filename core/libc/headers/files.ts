/** Headers of files: <fcntl.h>, <sys/stat.h>, and what <unistd.h> and <sys/mman.h> declare about them. */
import { header } from './guard.js'

const fcntl = header(
  'fcntl.h',
  `
#include <bits/types.h>
#define O_RDONLY 00
#define O_WRONLY 01
#define O_RDWR 02
#define O_ACCMODE 03
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
#define O_APPEND 02000
#define O_NONBLOCK 04000
#define O_DSYNC 010000
#define O_SYNC 04010000
#define O_DIRECTORY 0200000
#define O_NOFOLLOW 0400000
#define O_CLOEXEC 02000000
int open(const char *path, int flags, ...);
int creat(const char *path, mode_t mode);
`,
)

const stat = header(
  'sys/stat.h',
  `
#include <bits/types.h>
#include <bits/time.h>
struct stat {
  unsigned long st_dev;
  unsigned long st_ino;
  unsigned long st_nlink;
  unsigned int st_mode;
  unsigned int st_uid;
  unsigned int st_gid;
  int __pad0;
  unsigned long st_rdev;
  off_t st_size;
  long st_blksize;
  long st_blocks;
  struct timespec st_atim;
  struct timespec st_mtim;
  struct timespec st_ctim;
  long __unused[3];
};
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define S_IFREG 0100000
#define S_IFIFO 0010000
#define S_ISDIR(mode) (((mode) & S_IFMT) == S_IFDIR)
#define S_ISCHR(mode) (((mode) & S_IFMT) == S_IFCHR)
#define S_ISREG(mode) (((mode) & S_IFMT) == S_IFREG)
#define S_ISFIFO(mode) (((mode) & S_IFMT) == S_IFIFO)
#define S_IRWXU 0700
#define S_IRUSR 0400
#define S_IWUSR 0200
#define S_IXUSR 0100
#define S_IRWXG 0070
#define S_IRGRP 0040
#define S_IWGRP 0020
#define S_IXGRP 0010
#define S_IRWXO 0007
#define S_IROTH 0004
#define S_IWOTH 0002
#define S_IXOTH 0001
int stat(const char *path, struct stat *result);
int lstat(const char *path, struct stat *result);
int fstat(int fd, struct stat *result);
`,
)

/** Part of <unistd.h>. */
const unistd = header(
  'bits/unistd_files.h',
  `
#include <bits/types.h>
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
int close(int fd);
int dup(int fd);
int dup2(int fd, int wanted);
off_t lseek(int fd, off_t offset, int whence);
ssize_t pread(int fd, void *buffer, size_t n, off_t offset);
ssize_t pwrite(int fd, const void *buffer, size_t n, off_t offset);
int truncate(const char *path, off_t length);
int ftruncate(int fd, off_t length);
int fsync(int fd);
int fdatasync(int fd);
int access(const char *path, int mode);
int unlink(const char *path);
`,
)

/** Part of <sys/mman.h>. */
const mman = header(
  'bits/mman_files.h',
  `
#include <bits/types.h>
#define MS_ASYNC 1
#define MS_INVALIDATE 2
#define MS_SYNC 4
#define MFD_CLOEXEC 1U
#define MFD_ALLOW_SEALING 2U
int msync(void *address, size_t length, int flags);
int memfd_create(const char *name, unsigned int flags);
int shm_open(const char *name, int flags, mode_t mode);
int shm_unlink(const char *name);
`,
)

const poll = header(
  'poll.h',
  `
#define POLLIN 0x001
#define POLLPRI 0x002
#define POLLOUT 0x004
#define POLLERR 0x008
#define POLLHUP 0x010
#define POLLNVAL 0x020
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
typedef unsigned long nfds_t;
struct pollfd {
  int fd;
  short events;
  short revents;
};
int poll(struct pollfd *fds, nfds_t count, int milliseconds);
`,
)

const select = header(
  'sys/select.h',
  `
#include <bits/time.h>
#define FD_SETSIZE 1024
#define NFDBITS 64
typedef struct {
  unsigned long __fds_bits[16];
} fd_set;
#define FD_ZERO(set) \\
  do { \\
    unsigned __i; \\
    fd_set *__set = (set); \\
    for (__i = 0; __i < 16; ++__i) __set->__fds_bits[__i] = 0; \\
  } while (0)
#define FD_SET(fd, set) ((void)((set)->__fds_bits[(fd) / NFDBITS] |= 1UL << (fd) % NFDBITS))
#define FD_CLR(fd, set) ((void)((set)->__fds_bits[(fd) / NFDBITS] &= ~(1UL << (fd) % NFDBITS)))
#define FD_ISSET(fd, set) (((set)->__fds_bits[(fd) / NFDBITS] & 1UL << (fd) % NFDBITS) != 0)
int select(int count, fd_set *read, fd_set *write, fd_set *except, struct timeval *limit);
`,
)

export const fileHeaders = [fcntl, stat, unistd, mman, poll, select] as const
