// A server under load: texts of one sentence over many connections, beside the same model in a plain loop.
//
//   npm run build && node bench/serve/load.mjs [--model en] [--seconds 20]
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { loadTagger } from '../../lib/index.js'
import { commandLine } from '../lib/command-line.mjs'
import { machine } from '../lib/machine.mjs'
import { bodyOf, checkEntities, post, quantile, SENTENCES, sequential, start } from '../lib/served.mjs'
import { figure, markdownTable } from '../lib/table.mjs'

const { values } = commandLine({
  script: 'serve/load.mjs',
  about: `Answers per second and their times with 1 and 2 workers, beside the same model in a plain loop of one thread, and the
delay of the server's event loop. Every answer is compared with sequential tagging.`,
  options: {
    model: { value: 'MODEL', default: 'en', help: 'what is served' },
    connections: { value: 'N', default: '50', help: 'connections at a time' },
    workers: { value: 'LIST', default: '1,2', help: 'numbers of workers' },
    seconds: { value: 'N', default: '20', help: 'seconds of each measurement' },
  },
  example: '--model runs/a --seconds 10',
})
const [connections, seconds] = [values.connections, values.seconds].map(Number)
const BODIES = SENTENCES.map(bodyOf)

console.log(machine())
const tagger = await loadTagger(values.model, { threads: 1 })
const expected = await sequential(tagger, SENTENCES)
await tagger.release()
const rows = []
for (const workers of values.workers.split(',')) rows.push(await measured(workers))
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

async function measured(workers) {
  const server = await start(values.model, ['--workers', workers])
  try {
    await load(server, 2)
    const { cpu: begun } = await server.metrics()
    const { times, other } = await load(server, seconds)
    assert.deepEqual(other, {}, 'all requests are answered')
    const { lag, memory, cpu } = await server.metrics()
    const perSecond = times.length / seconds
    const at = share => quantile(times, share).toFixed(1)
    const ratio = (perSecond / expected.perSecond).toFixed(2)
    const cost = ((cpu - begun) * 1000) / times.length
    return [workers, figure(perSecond), ratio, figure(cost), at(0.5), at(0.95), at(0.99), lag, memory]
  } finally {
    await server.stop()
  }
}

/** @returns times of the answers in order, and how many requests were refused by status */
async function load({ url }, length) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const end = performance.now() + length * 1000
  const times = []
  const other = {}
  await Promise.all(
    Array.from({ length: connections }, async (_, own) => {
      for (let i = own * 7; performance.now() < end; i++) {
        const at = i % SENTENCES.length
        const began = performance.now()
        const { status, body } = await post(url, agent, BODIES[at])
        if (status !== 200) {
          other[status] = (other[status] ?? 0) + 1
          continue
        }
        times.push(performance.now() - began)
        checkEntities(body, expected.found[at])
      }
    }),
  )
  agent.destroy()
  return { other, times: times.sort((a, b) => a - b) }
}
