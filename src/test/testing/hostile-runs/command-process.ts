/** A child process that runs commands one after another, as its parent says, and tells what they print. */
import { runCli } from '../../../cli/testing/run-cli.js'

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The largest resident size of the process so far, in bytes. */
  readonly memory: number
}

process.on('message', async (args: readonly string[]) => {
  const { code, stdout, stderr } = await runCli(...args)
  // Of a page or a stack, the beginning tells enough.
  const result: CommandResult = {
    code,
    stdout: stdout.slice(0, 100_000),
    stderr: stderr.slice(0, 100_000),
    memory: process.resourceUsage().maxRSS * 1024,
  }
  process.send?.(result)
})
