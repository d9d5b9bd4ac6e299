/** Entry of the `pagewalk` command: the same simulation without a window. */
import { main } from './command.js'

// A reader that goes away (`pagewalk ... | head`) ends the output, not with an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = main(process.argv.slice(2))
