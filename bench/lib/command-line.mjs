// What the scripts of bench/ share: options with --help, and one-line messages for wrong options and failed peers.
import { parseArgs } from 'node:util'
import { ProcessEnded } from './process.mjs'

/** Options that several scripts have. */
export const TORCH = { value: 'PYTHON', help: 'a Python with PyTorch: measure against it' }
export const KERAS = { value: 'PYTHON', help: 'a Python with Keras: measure against it' }
export const TFJS = {
  value: 'FOLDER',
  help: 'folder where TensorFlow.js is installed (bench/peers): measure against it',
}
export const THREADS = { value: 'N', default: '2', help: 'threads of each contender' }
export const corpusOption = path => ({ value: 'FILE', default: path, help: 'a labeled corpus' })

/**
 * Reads a script's arguments. `--help` prints a page and ends the process. An unknown option ends it with exit code 2.
 *
 * @param {{ script: string, about: string, positionals?: string, options?: Record<string, { value: string, default?: string, help: string }>, example: string }} page
 *   `positionals` as shown in the usage line
 * @returns {{ values: Record<string, string | undefined>, positionals: string[], refuse: (message: string) => never }}
 */
export function commandLine(page, args = process.argv.slice(2)) {
  process.on('uncaughtException', error => {
    console.error(error instanceof ProcessEnded ? error.message : error)
    process.exit(1)
  })
  const refuse = message => {
    console.error(`${page.script}: ${message}; see --help`)
    process.exit(2)
  }
  const { options = {} } = page
  const known = Object.entries(options).map(([name, option]) => [
    name,
    { type: 'string', ...(option.default !== undefined && { default: option.default }) },
  ])
  let read
  try {
    read = parseArgs({
      args,
      allowPositionals: page.positionals !== undefined,
      options: { ...Object.fromEntries(known), help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    return refuse(error.message.split('. ')[0])
  }
  if (read.values.help) {
    console.log(helpPage(page))
    process.exit(0)
  }
  return { ...read, refuse }
}

function helpPage({ script, about, positionals, options = {}, example }) {
  const rows = [
    ...Object.entries(options).map(([name, option]) => [
      `--${name} ${option.value}`,
      option.default === undefined ? option.help : `${option.help} (default: ${option.default})`,
    ]),
    ['--help', 'this page'],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    `node ${[`bench/${script}`, positionals, '[options]'].filter(Boolean).join(' ')}`,
    '',
    about,
    '',
    'Options:',
    ...rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`),
    '',
    'Example (after npm run build):',
    `  node bench/${script}${example === '' ? '' : ` ${example}`}`,
  ].join('\n')
}
