/** Virtual nanoseconds since boot. There is no other clock; what costs how much is the profile's table. */
import type { StateRegistry } from './state.js'

export class Clock {
  private readonly value: Float64Array
  constructor(registry: StateRegistry) {
    this.value = registry.column('clock', Float64Array, 1)
  }
  get now(): number {
    return this.value[0]
  }
  advance(nanoseconds: number): void {
    this.value[0] += nanoseconds
  }
}
