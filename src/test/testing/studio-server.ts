/** `nerite serve` with a studio, as a process of its own that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../../bin/nerite.js', import.meta.url))
const TOKEN = 'a-token-of-the-tests'

export interface StudioServer {
  readonly url: string
  /** Where a page begins: with the token. */
  readonly start: string
  /** As `kill -9`. */
  kill(): Promise<void>
  /** Starts it again, at the same address. */
  restart(): Promise<void>
  /** Asks it to end, and waits. @returns its exit code */
  close(): Promise<number | null>
  /** As a page does. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
}

/** @param folder of labels and runs */
export async function startStudio(folder: string, ...models: readonly string[]): Promise<StudioServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const launch = () => launched([...models, '--workers', '1', '--port', String(port), '--studio', folder])
  let child = await launch()
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    const exited = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exited) as [number | null]
    return code
  }
  return {
    url,
    start: `${url}/#token=${TOKEN}`,
    kill: async () => void (await end('SIGKILL')),
    restart: async () => {
      child = await launch()
    },
    close: () => end('SIGTERM'),
    ask: (path, init = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${TOKEN}` } }),
  }
}

async function launched(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [command, 'serve', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NERITE_TOKEN: TOKEN },
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const read = (part: Buffer) => {
      said += part
      if (/(serving|listening)\b.* on http/.test(said)) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', code => reject(new Error(`the server ended with ${code}: ${said}`)))
  })
  return child
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
