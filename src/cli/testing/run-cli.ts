import picocolors from 'picocolors'
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
  const code = await main(args, {
    print: text => void (stdout += text),
    log: line => void (stderr += `${line}\n`),
    colours: plain,
    logColours: plain,
    isTerminal: { stdout: false, stderr: false },
  })
  return { code, stdout, stderr }
}
