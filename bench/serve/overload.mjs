// A server that is asked many times more than it can answer, at a steady rate.
//
//   npm run build && node bench/serve/overload.mjs [--model en] [--times 10] [--seconds 60]
import assert from 'node:assert/strict'
import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadTagger } from '../../lib/index.js'
import { commandLine } from '../lib/command-line.mjs'
import { machine } from '../lib/machine.mjs'
import { bodyOf, checkEntities, post, quantile, SENTENCES, sequential, start } from '../lib/served.mjs'
import { figure, markdownTable } from '../lib/table.mjs'

const { values } = commandLine({
  script: 'serve/overload.mjs',
  about: `First what the server can answer (each connection asks again when it has its answer), then many times as much at a
steady rate, whether answers come or not (an open loop). A request whose connection is not free in time is sent late, never left
out, and its time counts from when it was due. Every answer is compared with sequential tagging; a refusal must be a 503 with
Retry-After.`,
  options: {
    model: { value: 'MODEL', default: 'en', help: 'what is served' },
    workers: { value: 'N', default: '2', help: 'number of workers' },
    words: { value: 'N', default: '1200', help: 'words of each text, at least' },
    waiting: { value: 'N', default: '100', help: 'texts that may wait (--max-waiting)' },
    times: { value: 'N', default: '10', help: 'how many times what it can answer' },
    connections: { value: 'N', default: '300', help: 'connections at a time' },
    seconds: { value: 'N', default: '60', help: 'seconds of the overload' },
    window: { value: 'N', default: '30', help: 'seconds of each row of figures' },
    capacity: { value: 'N', default: '15', help: 'seconds in which the capacity is measured' },
  },
  example: '--seconds 600',
})
const [words, times, connections, seconds, window] = [
  values.words,
  values.times,
  values.connections,
  values.seconds,
  values.window,
].map(Number)
/** Texts that are different; each is asked again and again. */
const TEXTS = texts(100)
const BODIES = TEXTS.map(bodyOf)
/** Connections that ask in the measurement of the capacity: enough to keep two workers busy. */
const FEW = 16
/** Milliseconds after which a request counts as sent late. */
const LATE = 20

console.log(machine())
const tagger = await loadTagger(values.model, { threads: 1 })
const expected = await sequential(tagger, TEXTS)
await tagger.release()
const server = await start(values.model, ['--workers', values.workers, '--max-waiting', values.waiting])
const agent = new Agent({ keepAlive: true, maxSockets: connections })
let asked = 0
try {
  await closedLoop(3)
  const capacity = await closedLoop(Number(values.capacity))
  console.log(`texts of ${words} words; it can answer ${figure(capacity)} a second`)
  await overloaded(capacity * times)
} finally {
  agent.destroy()
  await server.stop()
}

/** Texts of whole sentences. */
function texts(count) {
  let at = 0
  return Array.from({ length: count }, () => {
    const own = []
    for (let length = 0; length < words; at++) {
      const sentence = SENTENCES[at % SENTENCES.length]
      own.push(sentence)
      length += sentence.split(' ').length
    }
    return own.join(' ')
  })
}

/** One request, whose answer is checked. */
async function ask() {
  const at = asked++ % TEXTS.length
  const { status, headers, body } = await post(server.url, agent, BODIES[at])
  if (status === 200) checkEntities(body, expected.found[at])
  else if (status === 503) assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/)
  return status
}

/** @returns answers a second when each connection asks again once it is answered */
async function closedLoop(length) {
  const end = performance.now() + length * 1000
  let answers = 0
  const one = async () => {
    while (performance.now() < end) {
      assert.equal(await ask(), 200)
      if (performance.now() < end) answers++
    }
  }
  await Promise.all(Array.from({ length: FEW }, one))
  return answers / length
}

function counts() {
  return { answered: [], refused: [], other: {}, sent: 0, late: 0 }
}

/** Asks so many times a second. */
async function overloaded(perSecond) {
  const [rows, all] = [[], counts()]
  const before = await server.metrics()
  let own = counts()
  const began = performance.now()
  const isOver = () => performance.now() - began > seconds * 1000
  const due = []
  let free = connections
  let failure
  const send = at => {
    free--
    const sentAt = performance.now()
    own.sent++
    if (sentAt - at > LATE) own.late++
    ask()
      .then(status => {
        const took = performance.now() - at
        if (status === 200) own.answered.push(took)
        else if (status === 503) own.refused.push(took)
        else own.other[status] = (own.other[status] ?? 0) + 1
      })
      .catch(error => {
        failure ??= error
      })
      .finally(() => {
        free++
        if (due.length > 0) send(due.shift())
      })
  }
  const row = async () => {
    const part = own
    own = counts()
    const { lag, longest, memory } = await server.metrics()
    for (const key of ['answered', 'refused']) for (const took of part[key]) all[key].push(took)
    for (const [status, n] of Object.entries(part.other)) all.other[status] = (all.other[status] ?? 0) + n
    all.sent += part.sent
    all.late += part.late
    const at = (list, share) => (quantile(list, share) ?? 0).toFixed(0)
    const [answered, refused] = [part.answered, part.refused].map(list => list.sort((a, b) => a - b))
    rows.push([
      ((performance.now() - began) / 1000).toFixed(0),
      answered.length,
      refused.length,
      part.late,
      at(answered, 0.5),
      at(answered, 0.99),
      at(refused, 0.99),
      lag,
      longest,
      memory,
    ])
  }
  let next = began + window * 1000
  let k = 0
  while (!isOver() && !failure) {
    for (; began + (k / perSecond) * 1000 <= performance.now(); k++) {
      const at = began + (k / perSecond) * 1000
      if (free > 0) send(at)
      else due.push(at)
    }
    if (performance.now() >= next && next - began < seconds * 1000 - window * 500) {
      next += window * 1000
      void row().catch(error => {
        failure ??= error
      })
    }
    await sleep(1)
  }
  while ((free < connections || due.length > 0) && !failure) await sleep(10)
  if (failure) throw failure
  await row()
  await sleep(2000)
  const after = await server.metrics()
  report({ perSecond, rows, all, before, after })
}

function report({ perSecond, rows, all, before, after }) {
  const names = [
    'until s',
    'answers',
    'refusals',
    'sent late',
    'p50 ms',
    'p99 ms',
    'refusal p99 ms',
    'event loop p99 ms',
    'longest ms',
    'memory MB',
  ]
  console.log(`\nAsked ${figure(perSecond)} a second, ${times} times what it can answer:\n`)
  console.log(`${markdownTable(names, rows)}\n`)
  const worst = i => Math.max(...rows.map(row => Number(row[i])))
  const sorted = all.answered.sort((a, b) => a - b)
  console.log(
    `sent ${all.sent}: ${sorted.length} answered (${figure(sorted.length / seconds)} a second), all as sequential tagging finds them; ` +
      `${all.refused.length} refused with 503 and Retry-After; other: ${JSON.stringify(all.other)}; ${all.late} sent more than ${LATE} ms late`,
  )
  console.log(
    `answers p50 ${quantile(sorted, 0.5)?.toFixed(0)} ms, p99 ${quantile(sorted, 0.99)?.toFixed(0)} ms; event loop p99 at most ${worst(7)} ms, ` +
      `longest ${worst(8)} ms; memory ${before.memory} MB before, at most ${worst(9)} MB, ${after.memory} MB after`,
  )
}
