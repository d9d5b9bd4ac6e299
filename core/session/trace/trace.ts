/** What is given with a trace. */

/** Where the text ends, in this module's memory. */
export declare const textEnd: u32
/** Address that the lines call heap+0. */
export declare const base: u64

/** Does not return. @param why of layout.ts */
export declare function bad(why: i32): void
