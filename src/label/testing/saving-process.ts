/**
 * A process that saves labels and says so, until it is killed: `node saving-process.js FOLDER PROJECT FIRST COUNT`. It prints the
 * number of a document once its label is saved, and waits to be killed after `COUNT` of them.
 */
import { writeSync } from 'node:fs'
import { openStore } from '../node/open-store.js'

const [folder, project, first, count] = process.argv.slice(2)
const store = await openStore(folder)
const { text } = await store.document(project, 0)
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  const label = {
    document: number,
    annotator: 'me',
    state: 'accepted',
    entities: [{ start: 0, end: 3, type: 'PER' }],
    readTo: text.length,
    types: ['PER'],
  } as const
  await store.saveLabel(project, label, 0)
  // Not console.log: what was written must have left the process before it is killed.
  writeSync(1, `${number}\n`)
}
setInterval(() => undefined, 60_000)
