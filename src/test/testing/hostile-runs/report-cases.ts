import { type HostileCase, hostileCase } from './hostile-case.js'
import { type HostileFolder, sha256Of } from './hostile-folder.js'

const NAME = 'report.json'

function store(folder: HostileFolder, text: string, version = '2'): void {
  folder.write(
    NAME,
    `{"format":"nerite-report","version":${version},"sha256":"${sha256Of(text)}","data":${text}}\n`,
  )
}

function report(name: string, change: (folder: HostileFolder) => unknown): HostileCase {
  return hostileCase(`report: ${name}`, folder => void change(folder), { command: 'report' })
}

const DATA = { title: 'x', generator: 'x', made: 'x', corpora: [], notes: [] }

/** Stored reports that this program did not store; the command shows them. */
export function reportCases(): HostileCase[] {
  return [
    report('not JSON', folder => folder.write(NAME, 'report')),
    report('another hash', folder =>
      folder.write(NAME, `{"format":"nerite-report","version":2,"sha256":"${'0'.repeat(64)}","data":{}}\n`),
    ),
    report('another version', folder => store(folder, '{}', '9')),
    report('an endless version', folder => store(folder, '{}', '9'.repeat(100_000))),
    report('no data', folder => store(folder, 'null')),
    report('an empty object', folder => store(folder, '{}')),
    report('too deep', folder => store(folder, `${'['.repeat(300_000)}${']'.repeat(300_000)}`)),
    report('no evaluation', folder => store(folder, JSON.stringify(DATA))),
    report('an empty evaluation', folder => store(folder, JSON.stringify({ ...DATA, evaluation: {} }))),
    report('notes that are no texts', folder =>
      store(folder, JSON.stringify({ ...DATA, evaluation: {}, notes: [1] })),
    ),
    report('lists that are numbers', folder =>
      store(
        folder,
        JSON.stringify({ ...DATA, evaluation: { scores: { exact: { types: 3 } }, errors: 4, sentences: 5 } }),
      ),
    ),
    report('a pipe', folder => folder.write(NAME, '').replace(NAME, 'pipe')),
    report('a link to /dev/zero', folder => folder.write(NAME, '').replace(NAME, { link: '/dev/zero' })),
    report('5 GB', folder => folder.sparse(NAME, 5_000_000_000)),
  ]
}
