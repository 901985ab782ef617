import { tagSet } from '../tags/tag-set.js'
import type { TypeMap } from '../tags/type-map.js'
import type { RecognizerInfo } from './recognizer.js'

/** What a recognizer says about itself that is no trained tagger: its tags are BIO. */
export function untrainedInfo(
  recognizer: 'rules' | 'combination',
  types: readonly string[],
  { columns = [], coarse }: { readonly columns?: readonly string[]; readonly coarse?: TypeMap } = {},
): RecognizerInfo {
  const tags = tagSet(types, 'BIO')
  return { recognizer, types, ...(coarse && { coarse }), columns, tags, runtime: 'none', unit: 'word' }
}
