/** Addresses and frame numbers as the window writes them. Addresses to 2^53 are exact, those of the kernel's half nearly. */

export const hexText = (n: number): string => `0x${n.toString(16)}`

/** 16 digits, as pmap names mappings. */
export const addressText = (address: number): string => address.toString(16).padStart(16, '0')

/** Without the leading zeros, as smaps writes it. */
export const stripZeros = (hex: string): string => hex.replace(/^0+(?=.)/, '')
/** As %p writes it. */
export const pointerText = (hex: string): string => `0x${stripZeros(hex)}`
/** 12 digits, all that an address of the user's half needs. */
export const userAddress = (hex: string): string => (isOfUser(hex) ? hex.slice(4) : hex)
export const isOfUser = (hex: string): boolean => hex.startsWith('0000')
