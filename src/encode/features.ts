import type { Sentence } from '../corpus/sentence.js'
import { EncodeError } from './encode-error.js'
import { CASINGS, casingId, prefixOf, shapeOf, suffixOf } from './word-shape.js'

/**
 * A feature of a token beside the word itself. All but `casing`, whose classes are fixed, take their vocabulary from
 * the training data.
 */
export type FeatureConfig =
  | { readonly kind: 'casing' }
  | { readonly kind: 'shape'; readonly minCount?: number }
  | { readonly kind: 'prefix' | 'suffix'; readonly length: number; readonly minCount?: number }
  | { readonly kind: 'column'; readonly column: string; readonly minCount?: number }

/** The name a feature goes by in encoded sentences and files: `casing`, `suffix3`, `column:pos`. */
export function featureName(feature: FeatureConfig): string {
  switch (feature.kind) {
    case 'casing':
    case 'shape':
      return feature.kind
    case 'prefix':
    case 'suffix':
      return `${feature.kind}${feature.length}`
    case 'column':
      return `column:${feature.column}`
    default:
      return feature satisfies never
  }
}

/**
 * The feature's value at each token, as text to be looked up.
 *
 * @throws EncodeError `encode/column` where the sentence lacks the column the feature is made of.
 */
export function featureValues(feature: FeatureConfig, sentence: Sentence): readonly string[] {
  const { tokens } = sentence
  switch (feature.kind) {
    case 'casing':
      return tokens.map(token => CASINGS[casingId(token)])
    case 'shape':
      return tokens.map(shapeOf)
    case 'prefix':
      return tokens.map(token => prefixOf(token, feature.length))
    case 'suffix':
      return tokens.map(token => suffixOf(token, feature.length))
    case 'column': {
      const values = sentence.columns?.[feature.column]
      if (!values)
        throw new EncodeError('encode/column', {
          where: sentence.lines.length > 0 ? `line ${sentence.lines[0]}` : 'text',
          expected: `a column "${feature.column}", which the model takes as a feature`,
          got: sentence.columns ? `columns ${Object.keys(sentence.columns).join(', ')}` : 'none',
          remedy: 'give the column, or use a model without this feature',
        })
      return values
    }
    default:
      return feature satisfies never
  }
}
