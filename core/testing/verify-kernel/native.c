/* Runs a program on this machine's kernel, on a terminal of its own, and says what /proc shows each time it waits for
 * input; then types a newline.
 *
 *   native CACHE LAYOUT PROGRAM   in the program's directory; CACHE stands in for /etc/ld.so.cache ("-": nothing does),
 *                                 LAYOUT is "fixed" (as setarch -R) or "random"
 *
 * On its output, each record a line and, where a length ends the line, so many bytes after it:
 *   stop LENGTH                    what the program has written since the stop before
 *   process PID PPID STATE MINFLT MAJFLT
 *   smaps LENGTH
 *   faults LENGTH                  the addresses of the minor faults since the stop before, 8 bytes each; -1: not known
 *   end CODE SIGNAL LENGTH         the last output
 *
 * The program is never traced: a process waits when all its threads sleep, one of them in read(0), and two looks in a
 * row see the same counters. Faults come from a software event of perf, which counts and does not disturb. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { CPUS = 64, RING_PAGES = 256, FAULTS = 1 << 20, PROCESSES = 64, TEXT = 1 << 22, LIMIT_SECONDS = 20 };

static char text[TEXT], out[TEXT];
static size_t out_length;
static int master, slave;
static struct { int pid; unsigned long address; } faults[FAULTS];
static size_t fault_count;
static struct perf_event_mmap_page *rings[CPUS];
static int cpus;

static size_t read_file(const char *path, char *into, size_t room)
{
    int fd = open(path, O_RDONLY);
    size_t n = 0;
    ssize_t got;
    if (fd < 0) return 0;
    while (n < room - 1 && (got = read(fd, into + n, room - 1 - n)) > 0) n += got;
    close(fd);
    into[n] = 0;
    return n;
}

/* ---- faults ---- */

static void watch_faults(pid_t pid)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof attr, .config = PERF_COUNT_SW_PAGE_FAULTS_MIN, .sample_period = 1,
        .sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_ADDR, .disabled = 1, .inherit = 1, .enable_on_exec = 1,
    };
    cpus = sysconf(_SC_NPROCESSORS_CONF);
    if (cpus > CPUS) cpus = CPUS;
    for (int cpu = 0; cpu < cpus; cpu++) {
        int fd = syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
        void *ring = fd < 0 ? MAP_FAILED : mmap(NULL, (1 + RING_PAGES) * 4096UL, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        rings[cpu] = ring == MAP_FAILED ? NULL : ring;
        if (!rings[cpu]) fprintf(stderr, "native: faults cannot be watched on CPU %d\n", cpu);
    }
}

static void collect_faults(void)
{
    for (int cpu = 0; cpu < cpus; cpu++) {
        struct perf_event_mmap_page *ring = rings[cpu];
        if (!ring) continue;
        const char *data = (const char *)ring + 4096;
        size_t size = RING_PAGES * 4096UL;
        unsigned long head = __atomic_load_n(&ring->data_head, __ATOMIC_ACQUIRE), at = ring->data_tail;
        while (at < head) {
            char record[256];
            struct perf_event_header header;
            for (size_t i = 0; i < sizeof header; i++) ((char *)&header)[i] = data[(at + i) % size];
            for (size_t i = 0; i < header.size && i < sizeof record; i++) record[i] = data[(at + i) % size];
            struct { struct perf_event_header header; unsigned pid, tid; unsigned long address; } sample;
            memcpy(&sample, record, sizeof sample);
            if (header.type == PERF_RECORD_SAMPLE && fault_count < FAULTS) {
                faults[fault_count].pid = sample.pid;
                faults[fault_count++].address = sample.address;
            } else if (header.type == PERF_RECORD_LOST)
                fprintf(stderr, "native: faults were lost\n");
            at += header.size;
        }
        __atomic_store_n(&ring->data_tail, head, __ATOMIC_RELEASE);
    }
}

/* ---- processes ---- */

struct process { int pid, ppid; char state; long minflt, majflt; };

static int look_at(int pid, struct process *p)
{
    char path[64], stat[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (!read_file(path, stat, sizeof stat)) return 0;
    p->pid = pid;
    return sscanf(strrchr(stat, ')') + 2, "%c %d %*d %*d %*d %*d %*u %ld %*d %ld", &p->state, &p->ppid, &p->minflt, &p->majflt) == 4;
}

static int by_pid(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* The program and its descendants, by number. */
static int tree(int root, int *pids)
{
    int n = 1;
    pids[0] = root;
    for (int i = 0; i < n; i++) {
        char path[512], list[4096];
        snprintf(path, sizeof path, "/proc/%d/task", pids[i]);
        DIR *tasks = opendir(path);
        for (struct dirent *e; tasks && (e = readdir(tasks));) {
            if (e->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "/proc/%d/task/%s/children", pids[i], e->d_name);
            if (!read_file(path, list, sizeof list)) continue;
            for (char *word = strtok(list, " "); word && n < PROCESSES; word = strtok(NULL, " ")) pids[n++] = atoi(word);
        }
        if (tasks) closedir(tasks);
    }
    qsort(pids, n, sizeof *pids, by_pid);
    return n;
}

static long reads_done(int pid)
{
    char path[64], io[1024], *line;
    snprintf(path, sizeof path, "/proc/%d/io", pid);
    /* Of a process that has ended since nothing can be read. */
    line = read_file(path, io, sizeof io) ? strstr(io, "syscr:") : NULL;
    return line ? atol(line + 6) : -1;
}

/* One look at everything that must not change while all sleep; 0 when somebody does not. */
static size_t look(int root, char *snap, size_t room, int *reader)
{
    int pids[PROCESSES], n = tree(root, pids);
    size_t length = 0;
    *reader = 0;
    for (int i = 0; i < n; i++) {
        struct process p;
        char path[512];
        if (!look_at(pids[i], &p)) return 0;
        if (p.state == 'Z' || p.state == 'X') {
            length += snprintf(snap + length, room - length, "%d Z\n", pids[i]);
            continue;
        }
        snprintf(path, sizeof path, "/proc/%d/task", pids[i]);
        DIR *tasks = opendir(path);
        for (struct dirent *e; tasks && (e = readdir(tasks));) {
            char call[256], status[4096], stat[1024], *switches;
            if (e->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "/proc/%d/task/%s/stat", pids[i], e->d_name);
            if (!read_file(path, stat, sizeof stat)) goto awake;
            if (!strchr("STt", strrchr(stat, ')')[2])) goto awake;
            snprintf(path, sizeof path, "/proc/%d/task/%s/syscall", pids[i], e->d_name);
            if (!read_file(path, call, sizeof call) || call[0] == 'r') goto awake;
            if (strncmp(call, "0 0x0 ", 6) == 0) *reader = pids[i];
            snprintf(path, sizeof path, "/proc/%d/task/%s/status", pids[i], e->d_name);
            read_file(path, status, sizeof status);
            switches = strstr(status, "voluntary_ctxt");
            length += snprintf(snap + length, room - length, "%s %ld %.4s %.80s", e->d_name, p.minflt, call, switches ? switches : "");
        }
        closedir(tasks);
        continue;
    awake:
        closedir(tasks);
        return 0;
    }
    return *reader ? length : 0;
}

/* ---- output ---- */

static void drain(int wait_ms)
{
    struct pollfd p = { .fd = master, .events = POLLIN };
    while (poll(&p, 1, wait_ms) > 0) {
        ssize_t n = read(master, out + out_length, sizeof out - out_length);
        if (n <= 0) return;
        out_length += n;
    }
}

static void put(const char *bytes, size_t n) { fwrite(bytes, 1, n, stdout); }

static void report(int root)
{
    int pids[PROCESSES], n = tree(root, pids);
    collect_faults();
    printf("stop %zu\n", out_length);
    put(out, out_length);
    out_length = 0;
    for (int i = 0; i < n; i++) {
        struct process p;
        char path[64];
        size_t length, count = 0;
        if (!look_at(pids[i], &p)) continue;
        snprintf(path, sizeof path, "/proc/%d/smaps", pids[i]);
        length = read_file(path, text, sizeof text);
        for (size_t f = 0; f < fault_count; f++) count += faults[f].pid == pids[i];
        printf("process %d %d %c %ld %ld\nsmaps %zu\n", p.pid, p.ppid, p.state, p.minflt, p.majflt, length);
        put(text, length);
        if (!rings[0]) {
            printf("faults -1\n");
            continue;
        }
        printf("faults %zu\n", count * 8);
        for (size_t f = 0; f < fault_count; f++)
            if (faults[f].pid == pids[i]) put((const char *)&faults[f].address, 8);
    }
    fault_count = 0;
}

static void rest_ms(long ms)
{
    struct timespec t = { 0, ms * 1000000 };
    nanosleep(&t, NULL);
}

/* A namespace where the loader finds the cache it is to find. */
static void use_cache(const char *cache)
{
    if (strcmp(cache, "-") == 0) return;
    if (unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
        mount(cache, "/etc/ld.so.cache", NULL, MS_BIND, NULL))
        perror("native: ld.so.cache stays as it is");
}

/* What the program has left behind came to us when its parent ended. */
static void end_orphans(void)
{
    char list[4096];
    while (read_file("/proc/thread-self/children", list, sizeof list) > 0) {
        for (char *word = strtok(list, " "); word; word = strtok(NULL, " ")) kill(atoi(word), SIGKILL);
        while (waitpid(-1, NULL, WNOHANG) > 0);
        rest_ms(1);
    }
}

static pid_t start(int fixed, char **argv)
{
    int go[2];
    char byte = 0;
    struct termios settings;
    if (openpty(&master, &slave, NULL, NULL, NULL) || pipe(go)) exit(3);
    tcgetattr(slave, &settings);
    settings.c_oflag &= ~OPOST;
    settings.c_lflag &= ~ECHO;
    tcsetattr(slave, TCSANOW, &settings);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        if (read(go[0], &byte, 1) != 1) _exit(127);
        for (int fd = 0; fd < 3; fd++) dup2(slave, fd);
        for (int fd = 3; fd < 64; fd++) close(fd);
        if (fixed) personality(ADDR_NO_RANDOMIZE);
        execv(argv[0], argv);
        _exit(127);
    }
    watch_faults(pid);
    if (write(go[1], &byte, 1) != 1) exit(3);
    close(go[0]);
    close(go[1]);
    return pid;
}

int main(int argc, char **argv)
{
    static char now[1 << 16], before[1 << 16];
    int status, reader, typed_to = 0;
    long typed_at = 0;
    time_t began = time(NULL);
    if (argc < 4) return 2;
    use_cache(argv[1]);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t root = start(strcmp(argv[2], "fixed") == 0, argv + 3);
    while (waitpid(root, &status, WNOHANG) == 0) {
        drain(0);
        if (time(NULL) - began > LIMIT_SECONDS) {
            fprintf(stderr, "native: no stop and no end within %d s\n", LIMIT_SECONDS);
            kill(root, SIGKILL);
            end_orphans();
            return 4;
        }
        size_t length = look(root, now, sizeof now, &reader);
        int same = length > 0 && strcmp(now, before) == 0;
        int waiting;
        strcpy(before, length > 0 ? now : "");
        ioctl(slave, FIONREAD, &waiting);
        if (!same || waiting || (typed_to && reads_done(typed_to) == typed_at)) {
            rest_ms(1);
            continue;
        }
        drain(3);
        report(root);
        before[0] = 0;
        typed_to = reader;
        typed_at = reads_done(reader);
        if (write(master, "\n", 1) != 1) return 3;
    }
    end_orphans();
    drain(3);
    printf("end %d %d %zu\n", WIFEXITED(status) ? WEXITSTATUS(status) : 0, WIFSIGNALED(status) ? WTERMSIG(status) : 0, out_length);
    put(out, out_length);
    return 0;
}
