/** What the application opens on when it is given no file: the program of the founding experiment. */

import text from '../core/programs/mmap-demo.c?raw'
import type { SourceFile } from '../preload/contract.js'

export const foundingProgram: SourceFile = { path: '', name: 'mmap-demo.c', text }
