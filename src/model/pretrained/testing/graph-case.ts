/** Encoders of `oracles/onnx-encoders`. */
import { readdirSync, readFileSync } from 'node:fs'
import { type ImportedGraph, importGraph } from '../graph-import.js'
import type { PretrainedNetwork } from '../layout.js'
import { type Family, type Opened, prepareEncoder } from './encoder-case.js'

const FOLDER = 'oracles/onnx-encoders'
const ORACLE: Readonly<Record<string, Family>> = JSON.parse(
  readFileSync('oracles/onnx-encoders.json', 'utf8'),
)
export const FILES = readdirSync(FOLDER).filter(name => /^\w+-\d\d-\w+\.onnx$/.test(name))

const nothing = { read: () => undefined }
export const familyOf = (file: string) => ORACLE[file.split('-')[0]]

export function openGraph(file: string): ImportedGraph {
  const isShifted = file.startsWith('roberta')
  return importGraph(
    { bytes: readFileSync(`${FOLDER}/${file}`), outside: nothing, where: file },
    {
      outputs: ['last_hidden_state'],
      positions: 72,
      ...{ firstPosition: isShifted ? 2 : 0, padding: isShifted || file.startsWith('modern') ? 1 : 0 },
      vocabulary: 600,
    },
  )
}

/** @param file of the folder of graphs */
export function prepare(file: string, settings?: Partial<PretrainedNetwork['settings']>): Opened {
  return prepareEncoder(openGraph(file), settings)
}
