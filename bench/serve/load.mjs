// A server under load: texts of one sentence over many connections, beside the same model in a plain loop.
//
//   npm run build && node bench/serve/load.mjs [--model en] [--seconds 20] [--overload 20]
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get, request } from 'node:http'
import { createInterface } from 'node:readline'
import { loadTagger } from '../../lib/index.js'
import { commandLine } from '../lib/command-line.mjs'
import { machine } from '../lib/machine.mjs'
import { figure, markdownTable } from '../lib/table.mjs'

const root = new URL('../../', import.meta.url)
const { values } = commandLine({
  script: 'serve/load.mjs',
  about: `Answers per second and their times with 1 and 2 workers, beside the same model in a plain loop of one thread; the
delay of the server's event loop; then many more requests than it can answer. Every answer is compared with sequential tagging.`,
  options: {
    model: { value: 'MODEL', default: 'en', help: 'what is served' },
    connections: { value: 'N', default: '50', help: 'connections at a time' },
    workers: { value: 'LIST', default: '1,2', help: 'numbers of workers' },
    seconds: { value: 'N', default: '20', help: 'seconds of each measurement' },
    overload: { value: 'N', default: '20', help: 'seconds of the overload; 0: none' },
    crowd: { value: 'N', default: '1000', help: 'connections of the overload, which ask again at once' },
  },
  example: '--model runs/a --overload 600',
})
const [connections, seconds, overload, crowd] = [
  values.connections,
  values.seconds,
  values.overload,
  values.crowd,
].map(Number)
/** Milliseconds between two firings of the timer by which prom-client measures the event loop. */
const RESOLUTION = 10

const SENTENCES = readFileSync(new URL('samples/train.markup', root), 'utf8')
  .split('\n')
  .map(line => line.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').trim())
  .filter(line => line !== '' && !line.startsWith('#'))
  .slice(0, 400)

console.log(machine())
const expected = await sequential()
const rows = []
let capacity = 0
for (const workers of values.workers.split(',')) {
  const { row, perSecond } = await measured(workers)
  rows.push(row)
  capacity = perSecond
}
console.log(
  `\n${markdownTable(
    [
      'workers',
      'answers/s',
      'beside the loop',
      'CPU ms each',
      'p50 ms',
      'p95 ms',
      'p99 ms',
      'event loop p99 ms',
      'memory MB',
    ],
    rows,
  )}\n`,
)
if (overload > 0) await overloaded(values.workers.split(',').at(-1))

/** What one thread finds, one sentence at a time. */
async function sequential() {
  const tagger = await loadTagger(values.model, { threads: 1 })
  const found = []
  for (const text of SENTENCES.slice(0, 50)) await tagger.tag(text)
  const [began, before] = [performance.now(), process.cpuUsage()]
  for (const text of SENTENCES) found.push(await tagger.tag(text))
  const perSecond = SENTENCES.length / ((performance.now() - began) / 1000)
  const { user, system } = process.cpuUsage(before)
  const cost = (user + system) / 1000 / SENTENCES.length
  await tagger.release()
  console.log(
    `${SENTENCES.length} sentences; a plain loop of one thread: ${figure(perSecond)} a second, ${figure(cost)} ms of processor time each`,
  )
  return { found, perSecond }
}

async function measured(workers) {
  const server = await start(['--workers', workers])
  try {
    await load(server, { connections, seconds: 2 })
    const { cpu: start } = await server.metrics()
    const { ok, times, other } = await load(server, { connections, seconds })
    assert.deepEqual(other, {}, 'all requests are answered')
    const { lag, memory, cpu } = await server.metrics()
    const perSecond = ok / seconds
    const at = share => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1)
    const ratio = (perSecond / expected.perSecond).toFixed(2)
    const cost = ((cpu - start) * 1000) / ok
    const row = [workers, figure(perSecond), ratio, figure(cost), at(0.5), at(0.95), at(0.99), lag, memory]
    return { row, perSecond }
  } finally {
    await server.stop()
  }
}

/** Many more clients than can be answered, which ask again as soon as they are refused. */
async function overloaded(workers) {
  const server = await start(['--workers', workers, '--max-waiting', '100'])
  try {
    await load(server, { connections, seconds: 2 })
    const before = await server.metrics()
    const samples = []
    // Reading the metrics starts the measurement of the event loop again: the worst of all counts.
    const sampling = setInterval(async () => samples.push(await server.metrics().catch(() => before)), 5000)
    const { ok, times, other } = await load(server, { connections: crowd, seconds: overload })
    clearInterval(sampling)
    const after = await server.metrics()
    const worst = name => Math.max(...[after, ...samples].map(sample => Number(sample[name])))
    const refused = Object.values(other).reduce((sum, count) => sum + count, 0)
    const asked = (ok + refused) / overload
    console.log(`${crowd} connections for ${overload} s, at most 100 texts wait:`)
    console.log(
      `  asked ${figure(asked)} a second, ${(asked / capacity).toFixed(1)} times what it can answer`,
    )
    console.log(`  answered ${figure(ok / overload)} a second, all as sequential tagging finds them`)
    console.log(`  refused: ${JSON.stringify(other)}`)
    console.log(
      `  times of answers: p50 ${times[times.length >> 1]?.toFixed(0)} ms, p99 ${times[Math.floor(times.length * 0.99)]?.toFixed(0)} ms`,
    )
    console.log(
      `  memory: ${before.memory} MB before, ${worst('memory')} MB at most, ${after.memory} MB after; event loop p99 at most ${worst('lag')} ms`,
    )
  } finally {
    await server.stop()
  }
}

/** Starts the command as its users do. */
async function start(options) {
  const args = ['bin/nerite.js', 'serve', values.model, '--no-studio', '--port', '0', ...options]
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NERITE_SHIPPED: '1' },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const url = await new Promise((resolve, reject) => {
    child.on('exit', code => reject(new Error(`the server ended with ${code}`)))
    createInterface({ input: child.stderr }).on('line', line => {
      const [found] = /http:\/\/[\d.]+:\d+/.exec(line) ?? []
      if (found) resolve(found)
    })
  })
  await post(url, new Agent({ keepAlive: false }), SENTENCES[0])
  console.log(
    `${options.join(' ')}: first answer ${((performance.now() - began) / 1000).toFixed(2)} s after the start`,
  )
  return {
    url,
    metrics: async () => {
      const text = await read(`${url}/metrics`)
      const value = name => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
      const lag = value('nodejs_eventloop_lag_p99_seconds') * 1000 - RESOLUTION
      return {
        lag: Math.max(0, lag).toFixed(1),
        cpu: value('process_cpu_seconds_total'),
        memory: Math.round(value('process_resident_memory_bytes') / 2 ** 20),
      }
    },
    stop: async () => {
      child.removeAllListeners('exit')
      const ended = new Promise(resolve => child.on('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** @returns answers, their times in order, and how many were refused by status */
async function load({ url }, { connections: count, seconds: length }) {
  const agent = new Agent({ keepAlive: true, maxSockets: count })
  const end = performance.now() + length * 1000
  const times = []
  const other = {}
  let ok = 0
  await Promise.all(
    Array.from({ length: count }, async (_, own) => {
      for (let i = own * 7; performance.now() < end; i++) {
        const at = i % SENTENCES.length
        const began = performance.now()
        const { status, body } = await post(url, agent, SENTENCES[at])
        if (status !== 200) {
          other[status] = (other[status] ?? 0) + 1
          continue
        }
        times.push(performance.now() - began)
        ok++
        check(JSON.parse(body).results[0].entities, expected.found[at])
      }
    }),
  )
  agent.destroy()
  return { ok, other, times: times.sort((a, b) => a - b) }
}

/** Scores differ in their last digits where a sentence was tagged beside others. */
function check(found, sought) {
  const plain = list => list.map(({ start, end, type }) => `${start} ${end} ${type}`)
  assert.deepEqual(plain(found), plain(sought))
  for (const [i, { score }] of found.entries()) assert.ok(Math.abs(score - sought[i].score) < 1e-4)
}

function post(url, agent, text) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ text })
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(`${url}/v1/entities`, { method: 'POST', agent, headers }, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(parts) }))
    })
    // A connection that the server closes is counted, as a refusal is.
    sent.on('error', error => (error.code === 'ECONNRESET' ? resolve({ status: error.code }) : reject(error)))
    sent.end(body)
  })
}

function read(url) {
  return new Promise((resolve, reject) => {
    get(url, response => {
      let text = ''
      response.setEncoding('utf8').on('data', part => {
        text += part
      })
      response.on('end', () => resolve(text))
    }).on('error', reject)
  })
}
