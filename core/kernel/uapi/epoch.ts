/** 2026-01-01 00:00:00 UTC, when every simulated machine boots: seconds since 1970. */
export const BOOT_EPOCH = 1_767_225_600
