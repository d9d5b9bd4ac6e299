/**
 * rand and random: glibc's default generator, TYPE_3, an additive feedback over 31 words (x**31 + x**3 + 1). The same
 * seed gives the numbers of the real library.
 */
import type { FunctionTable, Runtime } from '../runtime.js'
import type { RandomState } from '../state.js'

const DEGREE = 31
const SEPARATION = 3
const WARM_UP = 310
const MODULUS = 2_147_483_647
const MULTIPLIER = 16_807

/** Fills the table with a multiplicative congruential generator and lets it run in. @glibc __srandom_r stdlib/random_r.c */
function seed(state: RandomState, value: number): void {
  let word = value === 0 ? 1 : value | 0
  for (let i = 0; i < DEGREE; i++) {
    state.table[i] = word | 0
    // The product stays below 2^46, exact in a double; a negative first word keeps C's sign of the remainder.
    word = (word * MULTIPLIER) % MODULUS
    if (word < 0) word += MODULUS
  }
  state.front = SEPARATION
  state.rear = 0
  for (let i = 0; i < WARM_UP; i++) next(state)
}

/** @glibc __random_r stdlib/random_r.c */
function next(state: RandomState): number {
  const sum = (state.table[state.front] + state.table[state.rear]) | 0
  state.table[state.front] = sum
  state.front = (state.front + 1) % DEGREE
  state.rear = (state.rear + 1) % DEGREE
  return sum >>> 1
}

/** As after srandom(1), which is how a program starts. */
export function freshRandom(): RandomState {
  const state: RandomState = { table: new Array<number>(DEGREE).fill(0), front: SEPARATION, rear: 0 }
  seed(state, 1)
  return state
}

/** Three steps of a linear congruential generator, for 11 + 10 + 10 bits. @glibc rand_r stdlib/rand_r.c */
function randR(rt: Runtime, place: number): number {
  let word = rt.mem.readU32(place)
  let result = 0
  for (const bits of [11, 10, 10]) {
    word = (Math.imul(word, 1_103_515_245) + 12_345) >>> 0
    result = (result << bits) ^ ((word >>> 16) % (1 << bits))
  }
  rt.mem.writeU32(place, word)
  return result
}

export function randomFunctions(rt: Runtime): FunctionTable {
  const random = () => next(rt.state.random)
  return {
    rand: random,
    random,
    srand: (a) => seed(rt.state.random, a.u32(0)),
    srandom: (a) => seed(rt.state.random, a.u32(0)),
    rand_r: (a) => randR(rt, a.ptr(0)),
  }
}
