/** A broken invariant of the simulation itself: a bug here, never a mistake of the user. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/**
 * Stops at once when `condition` is false. Stays on in production: a wrong number is worse than a crash.
 * @param message text, or on hot paths a function that makes it, so that it is made only when it is needed
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new AssertionError(typeof message === 'string' ? message : message())
}

/** For the branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`)
}
