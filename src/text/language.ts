/** The language of a text, by its function words. It decides about stops, apostrophes and elision where languages differ. */
import { classAt, isWordClass, MARK, widthAt } from './characters.js'

/**
 * Without single letters, which are initials and parts of words too. Danish stands for Norwegian too, Czech for Slovak,
 * Croatian for Bosnian, Serbian (in Latin letters) and Slovene.
 */
const FUNCTION_WORDS = {
  en:
    'the of and to in is was for that on with he as it by at from his an be this have has had are were not ' +
    'but they which or their been its who will would she her him you we can said there after into more than ' +
    'up out about if so no do what when them some could other then these may only also such being over most ' +
    'many much where those both each any old during while against between under since until without within ' +
    'first last new',
  de:
    'der die das und in den von zu mit sich des im dem nicht ein eine auf für ist als auch an es werden aus ' +
    'er hat dass sie nach bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor ' +
    'zur bis mehr durch wurde sein ich wir wird ihr kann eines beim vom wurden hatte waren seine seit unter ' +
    'zwischen während dann man',
  nl:
    'de van het een in en is dat op te zijn met voor niet die aan er om ook als dan maar bij of uit nog naar ' +
    'heeft hij ze wordt door over kan deze geen werd tot zich worden hebben was meer al jaar ik wij haar hun ' +
    'dit wel we moet toen waren tussen tegen zoals zei',
  es:
    'de la que el en los se del las un por con una para su es al lo como más pero sus le ha me sin sobre este ' +
    'ya entre cuando todo esta ser son dos también fue había era muy hasta desde está no si porque después ' +
    'estaba donde años según han él',
  fr:
    'de la le et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec son aux ' +
    'elle ou sa mais nous ont été cette leur ses comme je fait être même tout était vous après sans deux',
  it:
    'di il la che in per un del una della non sono da con si le dei al nel più alla come ha anche lo gli ' +
    'delle ma ed se nella ai su dal sua suo questo dalla degli era essere stato io dopo',
  pt:
    'de que do da em um para com não uma os no se na por mais as dos como mas ao ele das seu sua ou quando ' +
    'muito nos já eu também só pelo pela até isso ela entre era depois sem mesmo aos são foi foram',
  ca:
    'de la el que en els les un per una amb del al no va més són com dels ha pel ser seu seva també aquest ' +
    'aquesta però sobre han on quan està molt fins li ho hi',
  da:
    'og at det en den til er som på de med han av af for der ikke var fra om har et men hun jeg seg sig vi ' +
    'ble blev kan eller skal over også efter etter ved mot da nå nu hadde havde ut ud opp op når være skulle',
  sv:
    'och att det en på är som av för med den till var de inte om ett men han hade har jag från vid så kan när ' +
    'också hon efter vi under sig ut eller skulle över upp nu bara blev mot där',
  fi:
    'ja on ei että oli se hän ovat mutta kun joka myös kuin tai sen hänen niin olla ole jo mukaan vain kanssa ' +
    'voi sitä he eivät jälkeen',
  cs:
    'se na je že do to ve pro za by ale si po jako od které který jsem až jeho byl také aby jsou při tak když ' +
    'podle nebo bylo byla před sa nie ako čo pre bol alebo aj',
  pl: 'na do się nie że to jest jak za od po ale przez jego tym dla jej co przy był są oraz było ze które już',
  hr: 'je na se da za od su iz kao koji ne što nije po do bi sam ili te biti bio koja ali in ki so pri',
  hu: 'az és hogy nem is egy meg ez volt azt csak de ha már még mint el vagy után ki lehet kell minden amely',
  tr: 've bir bu da de için ile olarak çok daha olan gibi en kadar sonra ne ise ama var göre her',
} as const

export type Language = keyof typeof FUNCTION_WORDS

const LANGUAGES = Object.keys(FUNCTION_WORDS) as Language[]

/** The numbers of the languages that have a word. */
const BY_WORD = new Map<string, number[]>()
for (const [number, language] of LANGUAGES.entries())
  for (const word of new Set(FUNCTION_WORDS[language].split(' '))) {
    const known = BY_WORD.get(word)
    if (known) known.push(number)
    else BY_WORD.set(word, [number])
  }

/** How much of a text is read: about 3,000 words. */
const ENOUGH = 20_000
const LONGEST = 8

/**
 * The language whose function words a text has most, or undefined if it has too few of them, or as many of another
 * language. Reads 20,000 UTF-16 units at most.
 *
 * @example
 * languageOf('Der Zug fährt am Montag nicht.') // 'de'
 * languageOf('Berlin 3:0') // undefined
 */
export function languageOf(text: string): Language | undefined {
  const counts = new Uint32Array(LANGUAGES.length)
  const end = Math.min(text.length, ENOUGH)
  let words = 0
  for (let i = 0; i < end; ) {
    if (!isWordClass(classAt(text, i, end))) {
      i += widthAt(text, i)
      continue
    }
    const start = i
    for (
      let value = classAt(text, i, end);
      isWordClass(value) || value === MARK;
      value = classAt(text, i, end)
    )
      i += widthAt(text, i)
    words++
    if (i - start > LONGEST) continue
    for (const number of BY_WORD.get(text.slice(start, i).toLowerCase()) ?? []) counts[number]++
  }
  return winner(counts, words)
}

/** Languages that have tables of their own, and need less evidence. */
const FAMILIAR: ReadonlySet<Language | undefined> = new Set<Language>(['en', 'de', 'nl', 'es'])

/** The language with the most function words, if they are enough of all words and it leads clearly. */
function winner(counts: Uint32Array, words: number): Language | undefined {
  let best = 0
  for (let i = 1; i < counts.length; i++) if (counts[i] > counts[best]) best = i
  const others = counts.filter((_, i) => i !== best)
  const lead = counts[best] - Math.max(...others)
  const least = FAMILIAR.has(LANGUAGES[best]) ? 2 : 3
  const isClear = counts[best] >= Math.max(least, words * 0.08) && lead >= Math.max(1, counts[best] * 0.1)
  return isClear ? LANGUAGES[best] : undefined
}

/** Languages that write an apostrophe after a word that loses its vowel: l'homme, dell'arte, d'água. */
const ELIDING: ReadonlySet<Language> = new Set<Language>(['fr', 'it', 'ca', 'pt'])

/** How scripts without spaces are cut. */
export type Segmentation = 'characters' | 'words'

/** A text and its language, which is found out when it is first asked for. */
export class SourceText {
  private known: { readonly language: Language | undefined } | undefined

  constructor(
    readonly text: string,
    readonly segmentation: Segmentation = 'characters',
  ) {}

  get language(): Language | undefined {
    this.known ??= { language: languageOf(this.text) }
    return this.known.language
  }

  /** Whether English contractions (`'s`, `n't`) are tokens of their own. */
  get contracts(): boolean {
    return this.language === undefined || this.language === 'en'
  }

  /** Whether elided words are tokens of their own. */
  get elides(): boolean {
    return this.language === undefined || ELIDING.has(this.language)
  }
}
