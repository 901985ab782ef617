// What the benchmarks of the server share: the command started as its users do, requests to it, and the check of answers.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get, request } from 'node:http'
import { createInterface } from 'node:readline'
import { figure } from './table.mjs'

const root = new URL('../../', import.meta.url)
/** Milliseconds between two firings of the timer by which prom-client measures the event loop. */
const RESOLUTION = 10

export const SENTENCES = readFileSync(new URL('samples/train.markup', root), 'utf8')
  .split('\n')
  .map(line => line.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').trim())
  .filter(line => line !== '' && !line.startsWith('#'))
  .slice(0, 400)

/** Starts the server, and waits for its first answer. */
export async function start(model, options) {
  const args = ['bin/nerite.js', 'serve', model, '--no-studio', '--port', '0', ...options]
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
  await post(url, new Agent({ keepAlive: false }), bodyOf(SENTENCES[0]))
  console.log(
    `${options.join(' ')}: first answer ${((performance.now() - began) / 1000).toFixed(2)} s after the start`,
  )
  return {
    url,
    /** Reading the metrics starts the measurement of the event loop again. */
    metrics: async () => {
      const text = await read(`${url}/metrics`)
      const value = name => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1])
      const delay = name => Math.max(0, value(`nodejs_eventloop_lag_${name}_seconds`) * 1000 - RESOLUTION)
      return {
        lag: delay('p99').toFixed(1),
        longest: delay('max').toFixed(1),
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

/** What one thread finds, one text at a time. */
export async function sequential(tagger, texts) {
  const found = []
  for (const text of texts.slice(0, 50)) await tagger.tag(text)
  const [began, before] = [performance.now(), process.cpuUsage()]
  for (const text of texts) found.push(await tagger.tag(text))
  const perSecond = texts.length / ((performance.now() - began) / 1000)
  const { user, system } = process.cpuUsage(before)
  const cost = (user + system) / 1000 / texts.length
  console.log(
    `${texts.length} texts; a plain loop of one thread: ${figure(perSecond)} a second, ${figure(cost)} ms of processor time each`,
  )
  return { found, perSecond }
}

/** Scores differ in their last digits where a sentence was tagged beside others. */
export function checkEntities(body, sought) {
  const [{ entities }] = JSON.parse(body).results
  const plain = list => list.map(({ start, end, type }) => `${start} ${end} ${type}`)
  assert.deepEqual(plain(entities), plain(sought))
  for (const [i, { score }] of entities.entries()) assert.ok(Math.abs(score - sought[i].score) < 1e-4)
}

/** The body of a request for the entities of a text. */
export const bodyOf = text => Buffer.from(JSON.stringify({ text }))

/** A connection that the server closes is counted, as a refusal is: its status is `ECONNRESET`. */
export function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    const sent = request(`${url}/v1/entities`, { method: 'POST', agent, headers }, response => {
      const parts = []
      response.on('data', part => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', error =>
      error.code === 'ECONNRESET' ? resolve({ status: error.code, headers: {} }) : reject(error),
    )
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

/** The value below which a share of sorted numbers is. */
export const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
