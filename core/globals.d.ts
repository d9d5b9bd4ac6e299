/**
 * The globals of core/ that are no part of the language's own library. core/ is compiled with `lib: ES2023` and no
 * types at all, so that a clock, a timer, the DOM and Node are out of reach; what is declared here exists in every
 * JavaScript engine and depends on nothing outside it. Kept to what is used.
 */

// core/programs imports its C files as text; Vite does it, for tests, application and command alike.
declare module '*.c?raw' {
  const text: string
  export default text
}

// AssemblyScript's, for files that it and TypeScript both read.
declare type i32 = number
declare type u32 = number
declare type u64 = number

declare namespace WebAssembly {
  interface MemoryDescriptor {
    readonly initial: number
    readonly maximum?: number
  }
  /** Memory counted in pages of 64 KiB. `grow` detaches the previous `buffer`. */
  class Memory {
    constructor(descriptor: MemoryDescriptor)
    readonly buffer: ArrayBuffer
    grow(delta: number): number
  }

  interface TableDescriptor {
    readonly element: 'anyfunc' | 'externref'
    readonly initial: number
    readonly maximum?: number
  }
  class Table {
    constructor(descriptor: TableDescriptor)
    readonly length: number
    get(index: number): unknown
    set(index: number, value: unknown): void
    grow(delta: number): number
  }

  type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'anyfunc' | 'externref'
  class Global {
    constructor(descriptor: { readonly value: ValueType; readonly mutable?: boolean }, value?: unknown)
    value: unknown
  }

  type ImportValue = ((...args: never[]) => unknown) | Memory | Table | Global
  /** A number is a global that stays as it is. */
  type Imports = Readonly<Record<string, Readonly<Record<string, ImportValue | number | bigint>>>>

  class Module {
    constructor(bytes: Uint8Array | ArrayBuffer)
  }
  class Instance {
    constructor(module: Module, imports?: Imports)
    readonly exports: Readonly<Record<string, ImportValue>>
  }

  function validate(bytes: Uint8Array | ArrayBuffer): boolean

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
}
