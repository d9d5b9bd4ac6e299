/** xoshiro128** seeded through splitmix32: the only source of chance in a machine. */
export class Prng {
  private readonly s: Uint32Array

  /** @param state 4 words of storage, so that the generator is part of the machine's state */
  constructor(seed: number, state = new Uint32Array(4)) {
    this.s = state
    let x = (seed ^ Math.floor(seed / 0x1_0000_0000)) >>> 0
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) >>> 0
      let z = x
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
      this.s[i] = z ^ (z >>> 15)
    }
  }

  /** 32 random bits, unsigned. */
  next(): number {
    const s = this.s
    const x = Math.imul(s[1], 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = s[1] << 9
    s[2] ^= s[0]
    s[3] ^= s[1]
    s[1] ^= s[2]
    s[0] ^= s[3]
    s[2] ^= t
    s[3] = (s[3] << 11) | (s[3] >>> 21)
    return result
  }

  /** Whole number in 0 .. limit-1 (limit up to 2^32). */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit)
  }
}
