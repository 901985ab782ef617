// A process that is asked by lines and answers by lines, and what it said where it dies.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A process that a benchmark needs has ended: told without a stack trace, which would be the benchmark's own. */
export class ProcessEnded extends Error {}

const STDERR_KEPT = 4000

/**
 * @param {string} name what messages call it
 * @param {string} command
 * @param {readonly string[]} args
 * @returns `send` a line, `next` line of its answers; both reject with a ProcessEnded, its stderr in it, once it is gone
 */
export function startProcess(name, command, args, env = {}) {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    said = (said + text).slice(-STDERR_KEPT)
  })
  // A pipe that nobody reads any more; that the process ended is told below.
  child.stdin.on('error', () => {})
  const ended = new Promise((_, reject) => {
    const tell = how =>
      reject(new ProcessEnded(`${name} ${how} (${[command, ...args].join(' ')})${quoted(said)}`))
    child.on('error', error => tell(`could not be started: ${error.message}`))
    child.on('close', (code, signal) =>
      tell(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
    )
  })
  ended.catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    pid: child.pid,
    send: line => void child.stdin.write(`${line}\n`),
    async next() {
      const { value, done } = await Promise.race([lines.next(), ended])
      return done ? ended : value
    },
    close: () => child.stdin.end(),
  }
}

function quoted(said) {
  const lines = said.trim().split('\n')
  return said.trim() === ''
    ? '; it wrote nothing to stderr'
    : `:\n${lines.map(line => `  ${line}`).join('\n')}`
}
