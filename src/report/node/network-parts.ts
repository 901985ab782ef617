import { basename } from 'node:path'
import type { Config } from '../../config/schema.js'

/** A network's blocks in a few words, a pretrained encoder first. Where its folder was is nobody else's business. */
export function networkParts({ pretrained, encoder }: Pick<Config, 'pretrained' | 'encoder'>): string[] {
  return [
    ...(pretrained ? [`pretrained ${basename(pretrained.folder.replaceAll('\\', '/'))}`] : []),
    ...encoder.map(({ kind }) => kind),
  ]
}
