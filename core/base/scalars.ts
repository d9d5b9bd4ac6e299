/**
 * Branded scalars: a page frame number, an address and a byte count are all numbers, and mixing them up is the
 * classic bug of a memory manager. The brands exist in types only and cost nothing at run time.
 */
declare const brand: unique symbol
type Branded<T, B extends string> = T & { readonly [brand]: B }

/** Page frame number: index of a physical page. */
export type Pfn = Branded<number, 'Pfn'>
/** User virtual address in bytes; below 2^47, so exact in a double. */
export type VAddr = Branded<number, 'VAddr'>
/** Buddy order: a block of 2^order pages. */
export type Order = Branded<number, 'Order'>

export const pfn = (n: number): Pfn => n as Pfn
export const vaddr = (n: number): VAddr => n as VAddr
export const order = (n: number): Order => n as Order

export const NO_PFN = -1 as Pfn
