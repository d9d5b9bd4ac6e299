/**
 * An ELF image as the loader and the kernel see it: PT_LOAD segments, the RELRO range, the file's bytes. Program
 * images come from the C compiler, library images from the profile.
 */
export interface ElfSegment {
  /** Virtual address, relative to the load bias for ET_DYN. Not necessarily page aligned. */
  readonly vaddr: number
  /** File offset of `vaddr`; congruent to it modulo the page size. */
  readonly offset: number
  readonly fileSize: number
  /** Bytes in memory; what exceeds fileSize is .bss. */
  readonly memSize: number
  readonly read: boolean
  readonly write: boolean
  readonly exec: boolean
}

export interface ElfImage {
  /** Path of the file as /proc/PID/maps prints it. */
  readonly path: string
  /** ET_DYN (position independent) or ET_EXEC. */
  readonly pie: boolean
  readonly segments: readonly ElfSegment[]
  /** PT_GNU_RELRO, made read-only by the loader after relocation. */
  readonly relro?: { readonly vaddr: number; readonly size: number }
  /** Bytes of the file where they are not zero, at their file offsets. */
  readonly contents: readonly { readonly offset: number; readonly bytes: Uint8Array }[]
  /** Size of the file in bytes. */
  readonly fileSize: number
}

/** Where a machine's linker puts the sections of a program: what differs between toolchains is data. */
export interface ImageTemplate {
  readonly pie: boolean
  /** Address of the first byte of the image (0 for PIE, 0x400000 for the classic ET_EXEC). */
  readonly base: number
  /** Separate r--, r-x, r-- segments (binutils >= 2.31), or headers, text and rodata in one r-x segment. */
  readonly separateCode: boolean
  /** Size of headers, dynamic symbols and relocations before the text. */
  readonly headerSize: number
  /** Start-up code (_start, crt) before the program's own functions in .text. */
  readonly crtTextSize: number
  /** .rodata and .eh_frame that every program has. */
  readonly baseRodataSize: number
  /** Bytes of .init_array, .dynamic and .got: the RELRO part in front of .data. */
  readonly relroSize: number
  /** .data and .got.plt that every program has before its own variables. */
  readonly baseDataSize: number
  /** Distance the linker leaves between the read-only part and the data segment (0x200000 of old x86-64 ld). */
  readonly dataGap: number
  /** Sizes of the r-x segment and the r-- one behind it where they were measured; else they are estimated. */
  readonly measured?: { readonly text: number; readonly rodata: number }
}
