/** Whether this JavaScript engine cuts scripts without spaces into words as the one did that a tagger was trained with. */
import { isRecord } from '../base/json-types.js'
import { wordEnds } from './word-breaks.js'

/** A sentence or two in each script that has a dictionary. */
const TEXTS = {
  Chinese: '昨天下午三点北京大学的学生在图书馆门前讨论了人工智能的发展前景和南京市长江大桥的历史',
  Japanese:
    '昨日の午後東京都知事は新宿駅前で新しい高速道路について話し合い来年の春までに完成させると発表した',
  Thai: 'เมื่อวานนี้นักศึกษามหาวิทยาลัยเชียงใหม่เดินทางไปกรุงเทพมหานครเพื่อพบกับนายกรัฐมนตรี',
  Lao: 'ມື້ວານນີ້ນັກສຶກສາມະຫາວິທະຍາໄລແຫ່ງຊາດເດີນທາງໄປນະຄອນຫຼວງວຽງຈັນ',
  Khmer: 'កាលពីម្សិលមិញនិស្សិតសាកលវិទ្យាល័យភូមិន្ទភ្នំពេញបានធ្វើដំណើរទៅខេត្តសៀមរាប',
  Burmese: 'မနေ့ကရန်ကုန်တက္ကသိုလ်ကျောင်းသားများသည်မန္တလေးမြို့သို့ခရီးထွက်ခဲ့ကြသည်',
} as const

/** The cuts of known texts, which tell engines apart. */
export interface SegmenterProbe {
  /** The version of ICU, which has the dictionaries; `null` where the engine does not say. */
  readonly icu: string | null
  /** The texts with `|` between words, by language. */
  readonly cuts: Readonly<Record<string, string>>
}

/** How this engine cuts the known texts. @throws InputError `text/segmenter` where it cannot */
export function segmenterProbe(): SegmenterProbe {
  const cuts = Object.entries(TEXTS).map(([name, text]) => [name, cut(text)])
  return { icu: icuVersion(), cuts: Object.fromEntries(cuts) }
}

/** The languages whose known text this engine cuts in another way. */
export function differingCuts({ cuts }: SegmenterProbe): string[] {
  const own = segmenterProbe().cuts
  return Object.keys(own).filter(name => cuts[name] !== undefined && cuts[name] !== own[name])
}

/** @returns `undefined` for anything that `segmenterProbe` did not make */
export function parseProbe(value: unknown): SegmenterProbe | undefined {
  if (!isRecord(value) || !isRecord(value.cuts)) return undefined
  const { icu, cuts } = value
  const known = Object.entries(cuts).filter(([name]) => Object.hasOwn(TEXTS, name))
  const isSound =
    (icu === null || (typeof icu === 'string' && icu.length < 100)) &&
    known.length === Object.keys(cuts).length &&
    known.every(([, text]) => typeof text === 'string')
  return isSound ? { icu, cuts: Object.fromEntries(known) as Record<string, string> } : undefined
}

function cut(text: string): string {
  let from = 0
  return wordEnds(text, 0, text.length)
    .map(end => {
      const word = text.slice(from, end)
      from = end
      return word
    })
    .join('|')
}

/** Only Node.js says it. */
function icuVersion(): string | null {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly icu?: string } } }
  return process?.versions?.icu ?? null
}
