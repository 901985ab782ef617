import assert from 'node:assert/strict'
import { isInputError } from '../../base/errors.js'
import { formatNote, formatPlace } from '../../base/fault.js'
import type { ReadOptions } from '../read-options.js'
import { readText } from '../read-text.js'
import type { Sentence } from '../sentence.js'

/** All sentences of a text, the codes of the notes on it, and the notes as text. */
export async function readAll(text: string, name: string, options: ReadOptions = {}) {
  const sentences: Sentence[] = []
  const notes: string[] = []
  const told: string[] = []
  const reading = readText([text], name, {
    ...options,
    onNote: note => {
      notes.push(note.code)
      told.push(formatNote(note))
    },
  })
  for await (const sentence of reading) sentences.push(sentence)
  return { sentences, notes, told }
}

/** The faults that a promise is rejected with, as `code place`. */
export async function faultsOf(promise: Promise<unknown>): Promise<string[]> {
  let thrown: unknown
  await promise.catch(error => {
    thrown = error
  })
  assert.ok(isInputError(thrown), `expected an input error, got ${thrown}`)
  const { code, faults } = thrown
  return faults.map(fault => `${fault.code ?? code} ${formatPlace(fault.where)}`)
}
