import { Random } from '../../dist/base/random.js'

const random = Random.fromSeed(1)
const count = shape => shape.reduce((a, b) => a * b, 1)

/** Normally distributed numbers with the given deviation. */
export function normal(shape, deviation = 1) {
  return {
    type: 'float32',
    shape,
    data: Float32Array.from({ length: count(shape) }, () => deviation * random.normal()),
  }
}

/** A batch without padding. */
export function fullLengths(batch, time) {
  return { type: 'int32', shape: [batch], data: new Int32Array(batch).fill(time) }
}

/** Runs a session several times and prints the shortest time and this process's peak memory as one JSON document. */
export async function measure(session, feeds, runs) {
  const milliseconds = []
  for (let at = 0; at < runs; at++) {
    const start = performance.now()
    await session.run(feeds)
    milliseconds.push(performance.now() - start)
  }
  await session.release()
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(JSON.stringify({ megabytes, milliseconds: Math.min(...milliseconds) }))
}
