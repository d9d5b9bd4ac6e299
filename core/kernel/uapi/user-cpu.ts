/** What compiled code has of the machine beside the memory that cpu.ts describes. */
export interface UserCpu {
  /** Shared with the compiled module as import `env.memory`. Its buffer is replaced when the memory grows. */
  readonly memory: WebAssembly.Memory
  /**
   * Makes `size` bytes at the address readable (walk, fault, TLB fill).
   * @returns where in memory they can be read; a load that crosses pages is gathered at REG_BOUNCE
   * @throws UserFault
   */
  loadMiss(addrLow: number, addrHigh: number, size: number): number
  /** Performs the store of the low `size` bytes of the value (walk, fault, TLB fill). @throws UserFault */
  storeMiss(addrLow: number, addrHigh: number, size: number, valueLow: number, valueHigh: number): void
}
