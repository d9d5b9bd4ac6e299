/**
 * Functions a C or POSIX program may well call that the simulated libc does not have yet. The front end uses the list
 * to tell "not part of the simulated libc yet" from a misspelt name. Three kinds: those that call back into C
 * (twalk), those whose system call is not offered to libc, and variants nobody needed.
 */
const names = `
hsearch tsearch twalk
sigwait sigqueue psignal setitimer getitimer
clone execl execlp execle execv execvp execve execvpe waitid system popen pclose
posix_spawn daemon setsid setpgid
remap_file_pages
shmget shmat shmdt shmctl semget semop semctl msgget msgsnd msgrcv
cfree alloca obstack_alloc
openat readv writev dup3 fcntl ioctl
sync faccessat unlinkat renameat link symlink readlink mkdir rmdir chdir fchdir getcwd
chmod fchmod chown umask fstatat opendir readdir closedir rewinddir mkstemp mkdtemp mktemp
tmpnam tempnam epoll_create epoll_wait epoll_ctl inotify_init eventfd sendfile fallocate
posix_fadvise flock lockf mkfifo mknod utime
fopen64 fmemopen open_memstream gets
fputs_unlocked fwrite_unlocked fread_unlocked fgets_unlocked flockfile funlockfile ftrylockfile ctermid
getpriority setpriority nice sched_getcpu sched_setaffinity
sched_getaffinity
setuid setgid getlogin getpwnam getpwuid
syscall ttyname
imaxdiv strtof strtold drand48 lrand48 mrand48 srand48 erand48 initstate
setstate getrandom getentropy arc4random mblen mbtowc wctomb mbstowcs wcstombs a64l l64a ecvt fcvt gcvt getsubopt
realpath
strverscmp strerror_r strfry memfrob strlcpy strlcat swab basename dirname
sqrtf powf sinf cosf tanf expf logf log2f log10f floorf ceilf roundf truncf fabsf fmodf hypotf atanf atan2f fminf fmaxf
sqrtl powl fabsl floorl ceill erf erfc tgamma lgamma remainder remquo fma nextafter logb ilogb scalbn llrint nan j0 j1
jn y0 y1 yn
localtime localtime_r gmtime gmtime_r mktime timegm strftime strptime asctime asctime_r ctime ctime_r tzset
clock_settime clock_nanosleep timer_create settimeofday
pthread_cancel pthread_atfork pthread_attr_setstack sem_open sem_close sem_unlink
socket bind listen accept connect send recv sendto recvfrom shutdown setsockopt getsockopt getaddrinfo inet_ntop
inet_pton htons htonl ntohs ntohl
wprintf wcslen wcscpy wcscmp setlocale localeconv iswalpha towupper btowc
backtrace dlopen dlsym dlclose error err errx warn warnx
`

export const knownMissing: ReadonlySet<string> = new Set(names.trim().split(/\s+/))
