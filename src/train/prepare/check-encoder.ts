/** Whether the settings fit the pretrained encoder, and what is worth saying about it. */
import { InputError } from '../../base/errors.js'
import { type Note, say, setting } from '../../base/fault.js'
import type { Config } from '../../config/schema.js'
import { graphOf } from '../../model/pretrained/graph-architecture.js'
import { roundedEncoder } from '../../model/pretrained/graph-block.js'
import type { PretrainedModel, PretrainedVocabulary } from '../../model/pretrained/pretrained-model.js'

/**
 * @param encoder the one that training starts from, which a trained model may have
 * @throws InputError `train/pretrained` for more frozen layers than the encoder has, for a mix of layers or layers computed
 *   again that a graph does not show, and for an encoder of rounded numbers
 */
export function checkEncoder(
  { pretrained: settings }: Config,
  encoder: Pick<PretrainedVocabulary, 'architecture'> | undefined,
): void {
  if (!settings || !encoder) return
  const { architecture } = encoder
  const { layers } = architecture
  if (settings.frozen !== 'all' && settings.frozen > layers)
    throw new InputError('train/pretrained', {
      where: setting('pretrained.frozen'),
      expected: `at most ${layers}, the layers of the encoder, or all`,
      got: `${settings.frozen}`,
    })
  if (architecture.family !== 'onnx') return
  if (settings.mixing)
    throw new InputError('train/pretrained', {
      where: setting('pretrained.mixing'),
      expected:
        'false for an encoder that is run as its graph says, which only has the states of the last layer',
      got: 'true',
      remedy: 'give the encoder as model.safetensors, or turn it off',
    })
  if (settings.recompute)
    throw new InputError('train/pretrained', {
      where: setting('pretrained.recompute'),
      expected: 'false for an encoder that is run as its graph says, which has no layers to compute again',
      got: 'true',
      remedy: 'give the encoder as model.safetensors, or turn it off',
    })
  if (graphOf(architecture).rounded.size > 0) throw roundedEncoder()
}

/** Which file an encoder is read from, where it is not built from layers. */
export function encoderNotes(encoder: PretrainedModel | undefined, { pretrained }: Config): Note[] {
  if (!pretrained || encoder?.architecture.family !== 'onnx') return []
  const dropout =
    pretrained.dropout > 0 ? say`; ${setting('pretrained.dropout')} applies to its last states alone` : ''
  return [
    {
      code: 'encoder-graph',
      where: `${pretrained.folder}/${encoder.file}`,
      message: say`the encoder is run as this graph says, not built from layers${dropout}`,
    },
  ]
}
