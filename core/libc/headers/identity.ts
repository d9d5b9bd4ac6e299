/** Headers about who and where a process is: <sys/utsname.h>, <sys/sysinfo.h>, <sys/times.h>, <sys/prctl.h>. */
import { header } from './guard.js'

const utsname = header(
  'sys/utsname.h',
  `
struct utsname {
  char sysname[65];
  char nodename[65];
  char release[65];
  char version[65];
  char machine[65];
  char domainname[65];
};
int uname(struct utsname *result);
`,
)

const sysinfo = header(
  'bits/sysinfo-more.h',
  `
struct sysinfo {
  long uptime;
  unsigned long loads[3];
  unsigned long totalram;
  unsigned long freeram;
  unsigned long sharedram;
  unsigned long bufferram;
  unsigned long totalswap;
  unsigned long freeswap;
  unsigned short procs;
  unsigned short pad;
  unsigned long totalhigh;
  unsigned long freehigh;
  unsigned int mem_unit;
};
int sysinfo(struct sysinfo *result);
`,
)

const times = header(
  'sys/times.h',
  `
#include <bits/types.h>
#include <time.h>
struct tms {
  clock_t tms_utime;
  clock_t tms_stime;
  clock_t tms_cutime;
  clock_t tms_cstime;
};
clock_t times(struct tms *result);
`,
)

const prctl = header(
  'sys/prctl.h',
  `
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
int prctl(int option, ...);
`,
)

const linuxPrctl = header('linux/prctl.h', '\n#include <sys/prctl.h>\n')

export const identityHeaders = [utsname, sysinfo, times, prctl, linuxPrctl] as const
