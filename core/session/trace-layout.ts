/**
 * The memory of the module in trace/, for both sides:
 *
 *          0 +--------------------------------------------+
 *            | lines, in ASCII, until they are handed on  |
 *     64 KiB +--------------------------------------------+
 *            | of each id: the block (8 bytes), and the   |
 *            | size it was asked for with (8 bytes)       |
 *    TEXT_AT +--------------------------------------------+
 *            | the trace, then zeros                      |
 *            +--------------------------------------------+
 */
export const LINES_ROOM: u32 = 65536
/** No line is longer, and no piece of malloc_info's text. */
export const LONGEST_LINE: u32 = 1024
export const MAX_ID: u64 = 1048576
export const TEXT_AT: u32 = 16842752

/** What ends a trace too early. */
export const SOMETHING_MISSING: i32 = 1
export const NOT_A_NUMBER: i32 = 2
export const TOO_LARGE_ID: i32 = 3
export const DAMAGED: i32 = 4

/** Why run() stops, if not for an operation of another kind, whose letter it returns. */
export const END: i32 = 0
export const FULL: i32 = 1
