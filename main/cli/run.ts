/** `pagewalk run`: compile, run, and at each stop print read-outs or JSON and type the next line. */
import { basename } from 'node:path'
import {
  compileFor,
  decodeUtf8,
  findProfile,
  formatDiagnostic,
  processesJson,
  runReadout,
  setUp,
  SIGINT,
  signalText,
  Simulation,
  type CompiledProgram,
} from '../../core/session/index.js'
import { MAX_SOURCE } from '../../core/protocol/index.js'
import { drive } from './drive.js'
import { readInput } from './input.js'
import { BrokenInput, UsageError, type LoadOptions, type RunOptions } from './usage.js'

export function run(options: RunOptions): number {
  const simulation = load(options)
  const printer = options.json ? new JsonPrinter(simulation) : new TextPrinter(simulation, options.atStop)
  const halt = drive(simulation, options, {
    halted: () => printer.halted(),
    stop: () => {
      printer.stop()
      return false
    },
  })
  if (halt.why !== 'ended') return reportStuck(halt.why === 'stuck' ? halt.on : '')
  printer.end(halt.code, halt.signal)
  if (halt.note) process.stderr.write(`pagewalk: ${halt.note}\n`)
  if (options.hash) process.stderr.write(`trace ${simulation.kernel.trace.hash}\n`)
  return halt.signal ? 128 + halt.signal : halt.code
}

/** Every task waits for another: on a real machine this would stand there until somebody presses Ctrl-C. */
function reportStuck(on: string): number {
  process.stderr.write(`pagewalk: nothing can go on: the program waits for ${on}, which nobody will bring\n`)
  return 128 + SIGINT
}

export function load(options: LoadOptions, findLeaks = false): Simulation {
  const source = sourceOf(options)
  const machine = setUp(findProfile(options.profile)!, options.machine)
  if (!machine.ok) throw new UsageError(machine.error.message)
  const profile = machine.value
  const compiled = compileFor({ profile, source, path: basename(options.file), noPie: options.noPie })
  if (!compiled.ok) throw new BrokenInput(compiled.diagnostics.map((d) => formatDiagnostic(d, source) + '\n').join(''))
  for (const warning of compiled.warnings) process.stderr.write(formatDiagnostic(warning, source) + '\n')
  const program: CompiledProgram = compiled.program
  return new Simulation({
    profile,
    program,
    seed: options.seed ?? profile.defaultSeed,
    randomised: options.machine.aslr ?? true,
    findLeaks,
  })
}

export const sourceOf = ({ source, file }: LoadOptions): string => source ?? readSource(file)

function readSource(file: string): string {
  const bytes = readInput(file)
  if (bytes.length > MAX_SOURCE)
    throw new BrokenInput(`${file}: too large for a C source (${bytes.length} bytes, at most ${MAX_SOURCE})`)
  if (bytes.includes(0)) throw new BrokenInput(`${file}: this is not a text file`)
  return decodeUtf8(bytes).replace(/^\ufeff/, '')
}

interface Printer {
  /** The program may have written something. */
  halted(): void
  /** It waits for input. */
  stop(): void
  end(code: number, signal: number): void
}

/** Bytes of output that are printed in one go. */
const PRINTED_AT_ONCE = 1 << 16

class TextPrinter implements Printer {
  private readonly written: Uint8Array[] = []
  private size = 0

  constructor(
    private readonly simulation: Simulation,
    private readonly atStop: string | undefined,
  ) {
    simulation.kernel.tty.sink = (bytes) => {
      this.written.push(bytes.slice())
      this.size += bytes.length
      if (this.size >= PRINTED_AT_ONCE) this.halted()
    }
  }

  halted(): void {
    if (this.size > 0) process.stdout.write(Buffer.concat(this.written))
    this.written.length = this.size = 0
  }

  stop(): void {
    if (this.atStop === undefined) return
    const { kernel, task } = this.simulation
    for (const command of this.atStop
      .split(';')
      .map((c) => c.trim())
      .filter(Boolean)) {
      const line = command.replace(/\$(\{PID\}|PID\b)/g, String(task.pid))
      process.stdout.write(`$ ${line}\n${runReadout(kernel, command, task.pid).text}`)
    }
  }

  end(_code: number, signal: number): void {
    if (signal) process.stderr.write(`${signalText(signal)}\n`)
  }
}

/** The form that comparers of captured runs read. */
class JsonPrinter implements Printer {
  private checkpoint = 0
  constructor(private readonly simulation: Simulation) {}

  halted(): void {}

  stop(): void {
    const { kernel } = this.simulation
    const line = {
      checkpoint: this.checkpoint++,
      stdout: decodeUtf8(kernel.tty.output),
      processes: processesJson(kernel),
    }
    process.stdout.write(JSON.stringify(line) + '\n')
  }

  end(code: number, signal: number): void {
    process.stdout.write(JSON.stringify({ exit: { code, signal } }) + '\n')
  }
}
