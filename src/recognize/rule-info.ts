import { tagSet } from '../tags/tag-set.js'
import type { RecognizerInfo } from './recognizer.js'

/** What a recognizer says about itself that is no trained tagger: its tags are BIO. */
export function untrainedInfo(
  recognizer: 'rules' | 'combination' | 'spans',
  types: readonly string[],
  { columns = [], ...views }: Partial<Pick<RecognizerInfo, 'columns' | 'coarse' | 'context'>> = {},
): RecognizerInfo {
  const tags = tagSet(types, 'BIO')
  return { recognizer, types, ...views, columns, scheme: 'BIO', tags, runtime: 'none', unit: 'word' }
}
