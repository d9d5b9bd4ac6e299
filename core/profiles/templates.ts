/**
 * What the linkers of the simulated machines add to a program and where they put it. Measured with readelf -lS on
 * small programs; see core/cc/back/image.ts for how the numbers are used.
 */
import type { ImageTemplate } from '../kernel/uapi/index.js'

/** gcc 12.2 and ld 2.40 as Debian 12 ships them, default options (position independent). */
export const debian12Pie: ImageTemplate = {
  pie: true,
  base: 0,
  separateCode: true,
  headerSize: 0x6f8,
  crtTextSize: 0x130,
  baseRodataSize: 0xdc,
  relroSize: 0x230,
  baseDataSize: 0x10,
  dataGap: 0,
}

/** The same tool chain with -no-pie. */
export const debian12NoPie: ImageTemplate = {
  pie: false,
  base: 0x400000,
  separateCode: true,
  headerSize: 0x5d0,
  crtTextSize: 0x110,
  baseRodataSize: 0xa8,
  relroSize: 0x208,
  baseDataSize: 0x10,
  dataGap: 0,
}

/**
 * gcc 5.4 and ld 2.26 of Ubuntu 16.04: one r-x segment with everything read-only, the data segment 2 MiB further up
 * (0x600e10, .got.plt and .data at 0x601000).
 */
export const ubuntu1604: ImageTemplate = {
  pie: false,
  base: 0x400000,
  separateCode: false,
  headerSize: 0x4a8,
  crtTextSize: 0x130,
  baseRodataSize: 0x128,
  relroSize: 0x1f0,
  baseDataSize: 0x28,
  dataGap: 0x200000,
}
