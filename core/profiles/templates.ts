import type { ImageTemplate } from '../kernel/uapi/index.js'

export const debian12Pie: ImageTemplate = { pie: true, base: 0, separateCode: true, headerSize: 0x5f8, crtTextSize: 0x139, baseRodataSize: 0x4, relroSize: 0x230, baseDataSize: 0x10, dataGap: 0x1000 }
export const debian12NoPie: ImageTemplate = { pie: false, base: 0x400000, separateCode: true, headerSize: 0x500, crtTextSize: 0x126, baseRodataSize: 0x10, relroSize: 0x1f0, baseDataSize: 0x10, dataGap: 0x1000 }
export const ubuntu1604: ImageTemplate = { pie: false, base: 0x400000, separateCode: false, headerSize: 0x430, crtTextSize: 0x1b6, baseRodataSize: 0x10, relroSize: 0x1f0, baseDataSize: 0x50, dataGap: 0x200000 }
