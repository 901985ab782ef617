import { type Fault, faultMessage, type Note } from '../../base/fault.js'
import { error, type FindingLog, info } from './finding.js'

const UNREADABLE_FILE = error(
  'unreadable-file',
  'files cannot be read as a corpus',
  'each line above says what to change',
)
const SPAN_TEXT = error(
  'span-text',
  'the text that a record gives for an entity is not what its offsets hold',
  'correct the offsets or the text; if most records are like that, the program that wrote them counts differently',
)
const FAULTY_ROWS = error('faulty-rows', 'rows cannot be read', 'each line above says what to change')
const NOTES = info(
  'reading',
  'things were guessed or skipped while reading',
  'if a guess is wrong, give the option named',
)

/** What reading a file finds before any check sees its sentences. */
export const READING = [UNREADABLE_FILE, SPAN_TEXT, FAULTY_ROWS, NOTES]

/** @param what whether the rest of the file was still read */
export function addFault(log: FindingLog, fault: Fault, what: 'row' | 'file' = 'row'): void {
  const kind = what === 'file' ? UNREADABLE_FILE : fault.code === 'span-text' ? SPAN_TEXT : FAULTY_ROWS
  log.addWhole(kind, fault.where, faultMessage(fault))
}

export function addNote(log: FindingLog, { where, message }: Note): void {
  log.addWhole(NOTES, where, message)
}
