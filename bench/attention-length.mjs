/**
 * Time and memory of full attention and of LSH attention by length, forward and backward: one sentence, one head of 64
 * features, chunks of 64. Each measurement runs in its own process; the fastest of several passes counts.
 *
 * node bench/attention-length.mjs [--longest 16384] [--points FILE] [--svg docs/charts/attention-length.svg]
 *
 * `--points` stores the measurements in a file, and measures only what the file does not have yet.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadPlotting } from '../dist/report/charts/load-plotting.js'
import { childJson } from './lib/child-json.mjs'
import { commandLine } from './lib/command-line.mjs'
import { figure, markdownTable } from './lib/table.mjs'

const { values } = commandLine({
  script: 'attention-length.mjs',
  about: `Time and memory of full attention and of LSH attention by length, forward and backward: one sentence, one head of 64
features, chunks of 64. Each measurement runs in its own process; the fastest of
several passes counts.`,
  options: {
    longest: { value: 'N', default: '16384', help: 'tokens of the longest sentence' },
    points: { value: 'FILE', help: 'stores measurements, and measures only what the file does not have yet' },
    svg: { value: 'FILE', help: 'draws a chart' },
  },
  example: '--longest 4096 --svg attention-length.svg',
})
const longest = Number(values.longest)
const CONTENDERS = [
  { name: 'full attention', rounds: 0, color: '#be2f3b' },
  { name: 'LSH, 1 round', rounds: 1, color: '#1f5fbf' },
  { name: 'LSH, 2 rounds', rounds: 2, color: '#15803d' },
  { name: 'LSH, 4 rounds', rounds: 4, color: '#b45309' },
]

const kept = values.points
const points = kept && existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : []
for (let time = 512; time <= longest; time *= 2)
  for (const { name, rounds } of CONTENDERS) {
    if (points.some(point => point.name === name && point.time === time)) continue
    const runs = Math.max(2, Math.min(20, Math.round(16384 / time)))
    const found = await childJson('reformer/attention-pass.mjs', { rounds, time, runs })
    points.push({ name, time, ...found })
    if (kept) writeFileSync(kept, JSON.stringify(points))
    process.stderr.write(`${name}, ${time} tokens: ${figure(found.milliseconds)} ms, ${found.megabytes} MB\n`)
  }

const lengths = [...new Set(points.map(({ time }) => time))].sort((a, b) => a - b)
const rows = lengths.map(time => [
  time.toLocaleString('en-US'),
  ...CONTENDERS.flatMap(({ name }) => {
    const { milliseconds, megabytes } = points.find(point => point.name === name && point.time === time)
    return [figure(milliseconds), megabytes.toLocaleString('en-US')]
  }),
])
console.log(markdownTable(['tokens', ...CONTENDERS.flatMap(({ name }) => [`${name}, ms`, 'MB'])], rows))

if (values.svg) {
  const { Plot, draw } = await loadPlotting()
  const label = `Time of a forward and backward pass of attention by length, ${lengths[0]} to ${longest} tokens`
  const drawn = draw(label, {
    width: 640,
    height: 400,
    marginLeft: 60,
    marginRight: 110,
    x: {
      type: 'log',
      base: 2,
      ticks: lengths,
      tickFormat: length => length.toLocaleString('en-US'),
      label: 'tokens',
    },
    y: { type: 'log', grid: true, label: 'milliseconds' },
    color: { domain: CONTENDERS.map(({ name }) => name), range: CONTENDERS.map(({ color }) => color) },
    marks: [
      Plot.line(points, { x: 'time', y: 'milliseconds', stroke: 'name', strokeWidth: 2 }),
      Plot.dot(points, { x: 'time', y: 'milliseconds', fill: 'name', r: 3 }),
      Plot.text(
        points.filter(({ time }) => time === longest),
        { x: 'time', y: 'milliseconds', text: 'name', fill: 'name', textAnchor: 'start', dx: 8 },
      ),
    ],
  })
  mkdirSync(dirname(values.svg), { recursive: true })
  // A file of its own, on white: no style sheet applies to it
  const own = 'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"'
  const plain = drawn
    .replace('<svg', `<svg ${own}`)
    .replace('style="', 'style="background:#fff;color:#16191d;')
  writeFileSync(values.svg, `${plain}\n`)
}
