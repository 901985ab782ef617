import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CommandResult } from './command-process.js'

const PROCESS = fileURLToPath(new URL('./command-process.js', import.meta.url))
/** Bytes of memory that a process may take, Node.js and ONNX Runtime included. */
const MOST_MEMORY = 500 * 1024 ** 2
/** Milliseconds after which a command counts as hanging: it would never end. */
const HANGS = 120_000

/** Runs commands in a child process, one after another; a new process where one died or hung. */
export class Commands implements Disposable {
  private child?: ChildProcess

  /** @returns `undefined` where the process died or hung */
  async run(args: readonly string[]): Promise<CommandResult | undefined> {
    this.child ??= fork(PROCESS, {
      execArgv: ['--max-old-space-size=400'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const { child } = this
    const result = await new Promise<CommandResult | undefined>(resolve => {
      const timer = setTimeout(resolve, HANGS, undefined)
      const end = (value?: CommandResult) => {
        clearTimeout(timer)
        child.removeAllListeners()
        resolve(value)
      }
      child.once('message', message => end(message as CommandResult))
      child.once('exit', () => end())
      child.send(args)
    })
    if (!result || result.memory > MOST_MEMORY) this.stop()
    return result
  }

  stop(): void {
    this.child?.kill('SIGKILL')
    this.child = undefined
  }

  [Symbol.dispose](): void {
    this.stop()
  }
}

/**
 * What is wrong with how a command on a hostile folder ended; `undefined` if it was refused in one message, or gave results.
 * @param dir the folder, which the message must name
 */
export function unsoundness(result: CommandResult | undefined, dir: string): string | undefined {
  if (!result) return 'died or hung'
  const { code, stdout, stderr, memory } = result
  if (memory > MOST_MEMORY) return `took ${Math.round(memory / 1024 ** 2)} MB`
  if (code === 0) return undefined
  const errors = stderr.split('\n').filter(line => line.startsWith('error '))
  if (code !== 2) return `ended with ${code}: ${stderr.slice(0, 600)}`
  if (errors.length === 0 || stdout !== '') return `said nothing, or too much: ${stdout}`
  if (/\n\s+at |RangeError|TypeError|ReferenceError/.test(stderr))
    return `a raw error: ${stderr.slice(0, 600)}`
  if (!stderr.includes(dir)) return `does not name the file: ${stderr.slice(0, 600)}`
  if (stderr.length > 20_000) return `a message of ${stderr.length} characters`
  return undefined
}
