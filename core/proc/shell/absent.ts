/**
 * What a real machine has and this one does not: told as such, because "No such file or directory" would be untrue.
 */

/** Of /proc, besides what files.ts has (Linux 6.18). */
const SYSTEM = new Set(
  'acpi asound bus cgroups cmdline config.gz consoles crypto devices diskstats dma driver execdomains fb filesystems fs interrupts iomem ioports irq kallsyms kcore key-users keys kmsg kpagecgroup kpagecount kpageflags loadavg locks mdstat misc modules mounts mtrr net partitions pressure sched_debug schedstat scsi self softirqs swaps sys sysrq-trigger sysvipc thread-self timer_list tty vmallocinfo'.split(
    ' ',
  ),
)

/** Of /proc/PID. */
const PROCESS = new Set(
  'arch_status attr autogroup auxv cgroup children clear_refs coredump_filter cpuset cwd environ exe fdinfo gid_map io ksm_merging_pages ksm_stat latency loginuid map_files mem mountinfo mounts mountstats net ns numa_maps oom_adj oom_score oom_score_adj personality projid_map root sched schedstat sessionid setgroups stack syscall timens_offsets timers timerslack_ns uid_map'.split(
    ' ',
  ),
)

/** @param exists whether the simulated machine has a task of that number */
export function isAbsent(path: string, exists: (pid: number) => boolean): boolean {
  const [root, first, ...rest] = path.split('/').filter((part) => part !== '' && part !== '.')
  if (root === undefined) return false
  // A file of the root, or of the folder a relative path is taken from: only /proc is there.
  if (root !== 'proc') return path.startsWith('/')
  if (first === undefined) return false
  if (!/^[0-9]+$/.test(first)) return SYSTEM.has(first)
  const [name, tid, inThread] = rest
  if (!exists(Number(first)) || name === undefined) return false
  return name === 'task' && inThread !== undefined ? exists(Number(tid)) && PROCESS.has(inThread) : PROCESS.has(name)
}

/** Commands of a real machine that somebody may try. */
export const ABSENT_COMMANDS: ReadonlySet<string> = new Set(
  'awk bash bc bg cd chmod chown column cp cut date dd df diff dmesg du emacs env export fg find gcc gdb hexdump htop id jobs kill killall ldd less ln lsof make man mkdir more mount mv nano nice nm nohup numactl numastat objdump od paste perf pgrep pkill printenv printf pwd pwdx python python3 readelf renice rm sar sed seq set sh sleep smem stat strace strings su sudo swapoff swapon sync sysctl tee test time timeout top touch tr ulimit umask uname uniq unset uptime valgrind vi vim vmstat w watch which who whoami xargs xxd zsh'.split(
    ' ',
  ),
)
