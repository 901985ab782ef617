import picocolors from 'picocolors'
import type { CliContext } from '../context.js'
import { main } from '../main.js'

export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line in this process with plain output, and collects what it prints. */
export async function runCli(...args: readonly string[]): Promise<CliRun> {
  let stdout = ''
  let stderr = ''
  const plain = picocolors.createColors(false)
  // A command may set the exit code of the process; the test's own is not to change.
  const before = process.exitCode
  process.exitCode = undefined
  const code = await main(args, {
    print: text => void (stdout += text),
    log: line => void (stderr += `${line}\n`),
    colors: plain,
    logColors: plain,
    isTerminal: { stdout: false, stderr: false },
  })
  process.exitCode = before
  return { code, stdout, stderr }
}

/** A context that prints nothing. */
export function quietContext(): CliContext {
  const plain = picocolors.createColors(false)
  const nothing = () => undefined
  return {
    print: nothing,
    log: nothing,
    colors: plain,
    logColors: plain,
    isTerminal: { stdout: false, stderr: false },
  }
}
