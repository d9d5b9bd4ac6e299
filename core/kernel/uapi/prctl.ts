/** prctl(2): include/uapi/linux/prctl.h. */
export const PR_SET_NAME = 15
export const PR_GET_NAME = 16
export const PR_SET_VMA = 0x53564d41
export const PR_SET_VMA_ANON_NAME = 0

/** What a process may ask of and say about itself and the machine. Calls return -errno when they fail. */
export interface IdentityCalls {
  prctl(option: number, arg2: number, arg3: number, arg4: number, arg5: number): number
  /** Real and effective, user and group: there is one. */
  getuid(): number
  /** Process group, or session, of the caller. */
  getpgrp(): number
  getsid(): number
  /** Writes a struct tms; @returns hundredths of a second since boot */
  times(buffer: number): number
  /** Writes a struct utsname. */
  uname(buffer: number): number
}
