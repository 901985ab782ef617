// A child process that reads and writes lines. If it dies, its stderr is part of the error.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A process that a benchmark needs has ended. Printed without a stack trace, which would be the benchmark's own. */
export class ProcessEnded extends Error {}

const STDERR_KEPT = 4000

/**
 * @param {string} name its name in messages
 * @param {string} command
 * @param {readonly string[]} args
 * @returns `send` writes a line and `next` reads one; `next` rejects with a ProcessEnded, including its stderr, once it has ended
 */
export function startProcess(name, command, args, env = {}) {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr = (stderr + text).slice(-STDERR_KEPT)
  })
  // The pipe may be closed; the end of the process is reported below.
  child.stdin.on('error', () => {})
  const ended = new Promise((_, reject) => {
    const fail = how =>
      reject(new ProcessEnded(`${name} ${how} (${[command, ...args].join(' ')})${quoted(stderr)}`))
    child.on('error', error => fail(`could not be started: ${error.message}`))
    child.on('close', (code, signal) =>
      fail(signal ? `was ended by ${signal}` : `ended with exit code ${code}`),
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

function quoted(stderr) {
  const lines = stderr.trim().split('\n')
  return stderr.trim() === ''
    ? '; it wrote nothing to stderr'
    : `:\n${lines.map(line => `  ${line}`).join('\n')}`
}
