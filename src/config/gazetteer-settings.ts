import * as v from 'valibot'
import { path } from './numbers.js'

/** The settings of one file of word classes, whatever looks at it. */
export const classFile = {
  file: path,
  name: v.optional(path),
}

/** The settings of one list of names, whatever looks it up. */
export const gazetteerFile = {
  file: path,
  name: v.optional(path),
  encoding: v.optional(v.picklist(['utf-8', 'latin1', 'windows-1252'])),
  ignoreCase: v.optional(v.boolean(), false),
}
