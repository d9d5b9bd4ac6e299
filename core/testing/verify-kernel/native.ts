/** Programs on this machine's own kernel: compiled with gcc and run by native.c. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Profile } from '../../profiles/index.js'
import { elfSizes } from './elf-sizes.js'
import { loaderCache } from './loader-cache.js'
import { parseNativeRun, type NativeRun, type NativeRuns } from './native-run.js'

const PROGRAM = 'prog'
const MAX_OUTPUT = 1 << 28

export class NativeMachine {
  private readonly helper: string
  private readonly cache: string
  private readonly directory: string

  /** Throws when there is no compiler here. @param folder where all files go */
  constructor(
    private readonly profile: Profile,
    folder: string,
    helperSource: string,
  ) {
    this.directory = path.join(folder, 'run')
    this.helper = path.join(folder, 'native')
    this.cache = path.join(folder, 'ld.so.cache')
    fs.mkdirSync(this.directory, { recursive: true })
    fs.writeFileSync(this.cache, loaderCache(profile.libc.path, profile.ldSoCacheSize))
    gcc(['-O2', '-o', this.helper, helperSource, '-lutil'])
  }

  /**
   * The program's runs, each in an empty directory. A run that does not come to its end is an error.
   * @param randomised with address space randomisation
   */
  run(source: string, times: number, randomised: boolean): NativeRuns {
    const program = path.join(this.directory, PROGRAM)
    const compiled = `${program}.compiled`
    fs.writeFileSync(`${compiled}.c`, source)
    gcc(['-O0', '-w', '-pthread', '-o', compiled, `${compiled}.c`])
    const sizes = elfSizes(fs.readFileSync(compiled))
    const runs = Array.from({ length: times }, () => {
      for (const name of fs.readdirSync(this.directory))
        if (!name.startsWith(`${PROGRAM}.compiled`)) fs.rmSync(path.join(this.directory, name))
      copySynced(compiled, program)
      return this.runOnce(randomised)
    })
    return { sizes, runs }
  }

  private runOnce(randomised: boolean): NativeRun {
    const env: NodeJS.ProcessEnv = {}
    for (const [name, value] of this.profile.env.map((pair) => pair.split('=', 2))) env[name] = value
    const { stdout, stderr, status } = spawnSync(
      this.helper,
      [this.cache, randomised ? 'random' : 'fixed', this.profile.argv0],
      {
        cwd: this.directory,
        env,
        maxBuffer: MAX_OUTPUT,
      },
    )
    const run = parseNativeRun(stdout, { directory: this.directory, program: PROGRAM })
    if (!run || status !== 0 || stderr.length > 0) throw new Error(`the native run failed: ${stderr.toString()}`)
    return run
  }
}

/** What is dirty in the page cache shows in smaps: the program is on disk before it runs. */
function copySynced(from: string, to: string): void {
  fs.copyFileSync(from, to)
  fs.chmodSync(to, 0o755)
  const fd = fs.openSync(to, 'r')
  fs.fsyncSync(fd)
  fs.closeSync(fd)
}

function gcc(args: readonly string[]): void {
  const { status, error, stderr } = spawnSync('gcc', args)
  if (error || status !== 0) throw new Error(`gcc: ${error?.message ?? stderr.toString()}`)
}
