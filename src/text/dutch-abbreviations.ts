/** Dutch abbreviations with a stop, and the words that begin sentences. */
import { abbreviationTable } from './abbreviation-table.js'

export const DUTCH_ABBREVIATIONS = abbreviationTable({
  title:
    // persons
    'dhr mevr mw mej mr drs dr ir ing prof ds pres gen kol luit kapt maj burg wnd em bc lic jhr jkvr St ' +
    // before the word that they describe
    'bijv resp incl excl vgl zgn zog ca plm circa betr t.w t.g.v m.b.t i.v.m o.l.v d.w.z',
  plain: 'enz bv etc e.d e.a o.a o.m m.n a.s jl ll vnl nl afd alg gebr gesch gest mln mld mrd fa vnw red cie',
  number:
    'nr nrs blz pag art afb hfst fig tel par lid vs jg dl no ' + 'jan feb febr mrt apr aug sept okt nov dec',
})

/** Those that are words or names in other languages, or Dutch words besides. */
export const ONLY_DUTCH: ReadonlySet<string> = new Set(
  'ir ing ds em bc lic st mr gen pres maj burg bv nl red par lid vs dl no apr aug alg fa jan dec nov art mw ll mln mld'.split(
    ' ',
  ),
)

export const DUTCH_OPENERS: ReadonlySet<string> = new Set(
  (
    'De Het Een Hij Zij Ze Wij We Ik Je Jij U Dat Dit Die Deze Er In Op Aan Bij Met Na Voor Van Om Als Toen Nu Maar En Of ' +
    'Ook Want Omdat Daar Daarom Daarna Daarmee Daarbij Hier Hoe Wat Wie Waar Waarom Wanneer Volgens Sinds Tijdens Tot Uit ' +
    'Door Over Onder Tussen Tegen Zonder Zo Dus Toch Wel Niet Geen Alle Veel Sommige Zijn Haar Hun Ons Onze Mijn Vandaag ' +
    'Gisteren Vorig Later Eerst Verder Bovendien Echter Is Was Waren Heeft Kan Wordt Zelfs Nog Al Alleen Beide'
  ).split(' '),
)
