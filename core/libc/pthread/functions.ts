/** <pthread.h> and <semaphore.h>. */
import type { FunctionTable, Runtime } from '../runtime.js'
import { attrFunctions } from './attr.js'
import { keyFunctions } from './keys.js'
import { mutexFunctions } from './mutex.js'
import { threadEndFunctions } from './thread-end.js'
import { threadFunctions } from './threads.js'
import { waitingFunctions } from './waiting.js'

export const pthreadFunctions = (rt: Runtime): FunctionTable => ({
  ...threadFunctions(rt),
  ...attrFunctions(rt),
  ...mutexFunctions(rt),
  ...waitingFunctions(rt),
  ...keyFunctions(rt),
  ...threadEndFunctions(rt),
})
