import { CorpusError } from './corpus-error.js'
import type { Encoding } from './decode.js'

const NAMES: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  latin1: 'latin1',
  iso88591: 'latin1',
  windows1252: 'windows-1252',
  cp1252: 'windows-1252',
  win1252: 'windows-1252',
}

/** Reads an encoding's name in any spelling (`UTF8`, `ISO-8859-1`, `cp1252`). @throws CorpusError `corpus/options` */
export function parseEncoding(name: string, where = '--encoding'): Encoding {
  const found = NAMES[name.toLowerCase().replace(/[^a-z0-9]/g, '')]
  if (found) return found
  throw new CorpusError('corpus/options', {
    where,
    expected: 'utf-8, latin1 or windows-1252',
    got: JSON.stringify(name),
    remedy: 'save the file as UTF-8 if it is in another encoding',
  })
}
