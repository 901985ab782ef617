/** English abbreviations with a stop, and word lists that tell their stop from the end of a sentence. */

import { abbreviationTable } from './abbreviation-table.js'

/** By the word in lower case without its last stop. */
export const ENGLISH_ABBREVIATIONS = abbreviationTable({
  title:
    'Mr Mrs Ms Mx Dr Drs Prof Rev Revd Hon Fr Msgr St Ste Mt Ft Gen Lt Col Maj Capt Cpt Cmdr Cdr Cpl Pvt Sgt Adm Brig ' +
    'Gov Sen Rep Reps Sens Pres Amb Supt Insp Det Atty Messrs Mme Mlle Mmes Sec Treas Pte Sra Srta v',
  plain:
    // firms and institutions
    'Inc Corp Co Cos Ltd Bros Plc Pty Mfg Intl Natl Assn Assoc Dept Univ Inst Acad Hosp Govt Grp ' +
    // persons
    'Jr Sr Esq Ph.D Ed.D Sc.D M.Sc B.Sc M.Ed B.Ed Ll.B Ll.M Ph.B D.Phil M.Phil M.Eng ' +
    // places
    'Ave Blvd Rd Hwy Sq Bldg Apt Ala Ariz Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mich Minn Miss Mo Mont Neb Nev ' +
    'Okla Ont Pa Penn Que Tenn Tex Va Vt Wash Wis Wyo N.Mex N.Dak S.Dak W.Va D.C ' +
    // dates
    'Jan Feb Aug Sept Oct Nov Dec Tues Thurs ' +
    // everyday
    'etc vs viz cf al approx est dept govt assn tel ext inc ltd incl excl resp misc hrs mins secs wk wks yr yrs ' +
    'ft lb lbs oz mph rpm max dia abbr ca e.g i.e a.m p.m c.f m.p.h r.p.m et.al ibid op.cit loc.cit',
  number:
    'No Nos no nos Mar Apr Jun Jul Sep Mon Tue Wed Thu Fri Sat Sun Fig Figs fig figs Eq Eqs eq eqs Ch Chap chap Sect ' +
    'Art art para paras p pp vol vols Vol Vols Vers ver Pt pt Op op Bk Ser Rm Gal Rom Cor Matt Isa Jer',
})

/** Those that are words or names in other languages. */
export const ONLY_ENGLISH: ReadonlySet<string> = new Set(
  'la al va est ala mo gal mar sun sat para ver kan ga dia op rom wis ill col mon ind miss ave pa ky ont no nos ser'.split(
    ' ',
  ),
)

/** Words that begin sentences and are seldom capitalized after an abbreviation inside a sentence. */
export const SENTENCE_OPENERS: ReadonlySet<string> = new Set(
  (
    'The This That These Those There Here He She It They We You His Her Its Their Our My Your A An But And Or So Yet If ' +
    'When While Where What Who Whose Why How Which In On At By For From To With Without After Before Since Until During ' +
    'As Although Though Because However Moreover Meanwhile Then Thus Now Also Still Even Some Many Most All Both Each ' +
    'Every Another Other Others No Not One Two Three Several Few Such I Is Are Was Were Do Does Did Can Could Will Would ' +
    'Has Have Had Let Please Once Despite Instead Perhaps Maybe Last Next Today Yesterday Tomorrow'
  ).split(' '),
)

/** Words with a slash that are one token. Other slashes between letters split. */
export const SLASH_WORDS: ReadonlySet<string> = new Set(
  'and/or he/she s/he his/her him/her w/o w/e n/a c/o a/c b/w i/o r/w km/h m/s w/w y/o p/e b/c tcp/ip'.split(
    ' ',
  ),
)

/** Words that begin with an apostrophe. */
export const APOSTROPHE_WORDS: ReadonlySet<string> = new Set(
  "'em 'tis 'twas 'twere 'twill 'til 'till 'cause 'cuz 'coz 'bout 'n 'n' 'round 'nuff 'ere 'neath 'gainst 'hood".split(
    ' ',
  ),
)
