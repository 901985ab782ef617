import { oneOf, patternFinder, type TextPattern } from '../pattern-finder.js'
import { FIGURE, NUMBER, QUANTITY_NUMBER, SCALE } from './english-numbers.js'

const S = '[ \\u00A0\\u202F]'

/** Signs of currencies, with the letters of a country before a dollar. */
const SIGN = '(?:(?:US|AU|CA|NZ|HK|SG|NT|A|C|R|S)?\\$|[€£¥₹₽₩₪₺₫₴₦₱฿₿₡₲₵₸₭₮]|R\\$|Rs\\.?|kr\\.?|zł|Kč|Fr\\.)'
/** ISO 4217, those that are traded and no English words. */
const CODE =
  '(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|CNY|RMB|HKD|SGD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|RUB|UAH|TRY|ILS|INR|PKR|BDT|LKR|IDR|MYR|THB|PHP|VND|KRW|TWD|BRL|MXN|ARS|CLP|COP|PEN|ZAR|EGP|NGN|KES|GHS|MAD|SAR|AED|QAR|KWD|BHD|BTC|ETH)'
const NAME = oneOf(
  'dollars? bucks? cents? euros? pence pennies quid yen yuan renminbi rupees? rubles? roubles? pesos? reais francs? kronor kroner krona krone zlotys? forints? lira liras shekels? won baht ringgits? rupiah rands? naira dirhams? riyals? dinars? bitcoins? pounds?(?=\\ssterling)',
)
const NATION =
  '(?:(?:US|U\\.S\\.|American|Canadian|Australian|New Zealand|Hong Kong|Singapore|Swiss|Swedish|Norwegian|Danish|Mexican|Indian|British|Japanese|Chinese|Russian|Turkish|Brazilian|Egyptian) )'
const LETTER = '(?:[kmb]|bn|tn|mn|mm|K|M|B)'

/** Money. A sign and a code need capitals as written; names of currencies do not. */
const MONEY: readonly TextPattern[] = [
  `[-−+]?${SIGN}${S}?${FIGURE}(?:${LETTER}(?!\\p{L}))?(?:${S}?(?:-|–|—| to )${S}?${SIGN}?${S}?${FIGURE}(?:${LETTER}(?!\\p{L}))?)?(?:${S}${CODE})?(?:${S}(?:dollars|a piece))?`,
  `${NUMBER}(?:${S}?(?:-|–|—| to )${S}?${NUMBER})?${SCALE}?${S}?(?:[€£¥₹₽₩₪₺₫₴₦₱฿¢]|zł|Kč|kr(?:\\.(?=\\s|$))?|\\$(?!\\p{N}))`,
  `${CODE}${S}?${FIGURE}(?:${LETTER}(?!\\p{L}))?`,
  `${FIGURE}(?:${LETTER})?${S}?${CODE}`,
]
  .map(pattern => ({ type: 'MONEY', pattern, score: 0.9, flags: 'u' }))
  .concat(
    [
      `(?:${QUANTITY_NUMBER})${S}(?:of ${S})?${NATION}?${NAME}(?: sterling)?`,
      `(?:a|half a|a few|several|hundreds of|thousands of|(?:hundreds of thousands|tens of thousands|millions|billions|tens of millions|hundreds of millions) of)${S}${NATION}?(?:dollars?|euros?|pounds sterling|cents?|rupees?|pesos?|francs?|bucks?)`,
    ].map(pattern => ({ type: 'MONEY', pattern, score: 0.85, flags: 'iu' })),
  )

/** Percentages. `%` is also Arabic (٪) and full width (％). */
const PERCENT: readonly TextPattern[] = [
  `${NUMBER}(?:${S}?(?:%|percent)?${S}?(?:-|–|—| to )${S}?${NUMBER})?${S}?[%٪％‰]`,
  `(?:${QUANTITY_NUMBER}|a|half an?|a few|several)(?: of)?(?:${S}|-)(?:percent|per cent|pct\\.?|percentage${S}points?|basis${S}points?)(?:${S}points?)?`,
  'half of one percent',
].map(pattern => ({ type: 'PERCENT', pattern, score: 0.95 }))

/** Units whose letters count as written: `5 km`, `3 GB`, `20 °C`. */
const SYMBOLS = oneOf(
  'km cm mm nm µm μm m dm mi yd ft in km² km2 m² m2 cm² m³ m3 cm³ ha kg g mg µg μg lb lbs oz t l L ml mL dl cl hl gal ' +
    'km/h kph mph m/s kn kt °C °F °K ° K kJ J kcal cal kWh MWh GWh TWh Wh kW MW GW W hp V kV mV A mA Hz kHz MHz GHz Pa kPa hPa MPa ' +
    'bar mbar psi N Nm dB dBA lm lx mol B kB KB MB GB TB PB kB/s MB/s GB/s kbit Mbit Gbit kbps Mbps Gbps Mbit/s Gbit/s Mb/s Gb/s dpi ppm ppb px MP mAh Ah rpm bpm sq. ' +
    'Sv mSv µSv Bq MBq GBq Ω kΩ MΩ Torr atm ac cc cu. tsp tbsp',
)
const UNITS =
  '(?:' +
  '(?:square|cubic|sq\\.?|cu\\.?|nautical|metric|short|long|light|fluid|US|imperial|troy) )?' +
  oneOf(
    'kilomet(?:er|re)s? met(?:er|re)s? centimet(?:er|re)s? millimet(?:er|re)s? micromet(?:er|re)s? nanomet(?:er|re)s? microns? miles? yards? feet foot inch inches furlongs? fathoms? leagues? light-years? lightyears? ' +
      'parsecs? hectares? acres? kilograms? kilogrammes? kilos? kilo grams? grammes? milligrams? micrograms? tonnes? tons? ton pounds? lbs? ounces? carats? ' +
      'lit(?:er|re)s? millilit(?:er|re)s? centilit(?:er|re)s? gallons? quarts? pints? barrels? bushels? cups? teaspoons? tablespoons? knots? ' +
      'degrees? kelvins? joules? kilojoules? calories? kilocalories? watts? kilowatts? megawatts? gigawatts? kilowatt-hours? megawatt-hours? gigawatt-hours? horsepower volts? kilovolts? amps? amperes? hertz kilohertz megahertz gigahertz ' +
      'pascals? bars? decibels? lumens? bytes? bits? kilobytes? megabytes? gigabytes? terabytes? petabytes? kilobits? megabits? gigabits? megapixels? pixels?',
  ) +
  '(?: (?:per (?:second|minute|hour|day|gallon|liter|litre|square (?:meter|metre|kilometer|kilometre|mile|foot)|cubic (?:meter|metre))|an hour|celsius|fahrenheit|centigrade|of arc|north|south|east|west))?'

const QUANTITY: readonly TextPattern[] = [
  {
    type: 'QUANTITY',
    flags: 'u',
    score: 0.85,
    pattern: `${FIGURE}(?:${S}?(?:-|–|—|x|×|±| to )${S}?${FIGURE}){0,2}(?:${S}|-)?${SYMBOLS}(?:(?<= |sq\\.|cu\\.) ?(?:ft|in|mi|yd|m|km))?`,
    check: match => isMeasure(match[0]),
  },
  {
    type: 'QUANTITY',
    score: 0.85,
    pattern: `(?:${QUANTITY_NUMBER}|half an?|several|a few|hundreds of|thousands of|millions of)(?:${S}|-)(?:an? )?${UNITS}|an? (?:square |cubic |nautical |metric )?(?:mile|kilomet(?:er|re)|met(?:er|re)|kilo(?:gram)?|lit(?:er|re)|gallon|acre|hectare|ounce|pint|barrel|gram)(?: an hour| per hour)?`,
  },
  {
    type: 'QUANTITY',
    score: 0.9,
    flags: 'u',
    pattern: `\\d{1,3}(?: ?(?:ft|feet|foot|lbs?|pounds?|st|stone)\\.?,? )(?:and )?\\d{1,3}(?:\\.\\d)?(?: ?(?:in|inch|inches|oz|ounces|lbs?|pounds?)\\.?(?!\\p{L}))?|\\d{1,2}['′’] ?\\d{1,2}(?:["″”]|'')`,
    check: match => !/^\d+ (?:ft|feet|foot|pounds?|lbs?|st|stone) \d+$/.test(match[0]),
  },
]

/** A letter alone after a space is a unit only if it is one that texts write so: `5 m`, `3 g`, but not `5 A` or `5 in`. */
function isMeasure(match: string): boolean {
  if (/\d[ \u00A0]?°$/.test(match)) return true
  if (/(?:\d|[ \u00A0])in$/.test(match)) return /\d[ \u00A0]?(?:x|×|-|–)[ \u00A0]?\d/.test(match)
  if (/(?<!\d)\d[ \u00A0]?K$/.test(match)) return false
  if (/[ \u00A0-](?:A|B|N|V|W|J|L|t|l|cal|bar|ac|kn|kt|st|cc|MP|px)$/.test(match))
    return /[ \u00A0](?:V|W|L|J|kt|kn|bar|cc|px|cal|MP)$/.test(match)
  return !/\d(?:A|B|K|N|t|ac|k)$/.test(match)
}

export const moneyFinder = patternFinder(MONEY)
export const percentFinder = patternFinder(PERCENT)
export const quantityFinder = patternFinder(QUANTITY)
