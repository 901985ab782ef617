import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { StaticFiles } from '../static-files.js'
import { readStaticFiles } from './static-files.js'

/** Where the built studio is: beside the modules of lib/, or in dist/. */
const PLACES = ['./studio/', '../../studio/pages/']

/** The files of the studio; none in a clone where it was not built. */
export function studioFiles(): StaticFiles {
  const folder = PLACES.map(place => fileURLToPath(new URL(place, import.meta.url))).find(each =>
    existsSync(`${each}index.html`),
  )
  return folder === undefined ? new Map() : readStaticFiles(folder.replace(/[\\/]$/, ''))
}
