import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitSentences } from './sentences.js'

/** Hand-labeled: the sentences, between `¦`. A stop after a number ends a sentence, or makes an ordinal of it. */
const CASES: readonly string[] = [
  // months
  'Sie kam am 20. Januar zurück.¦Er blieb.',
  'Am 3. Oktober war frei.¦Am 4. April nicht.',
  'Die Frist endet am 31. Dez. 2004.¦Danach ist Schluss.',
  'Geboren am 1. 2. 1980 in Ulm.',
  'am 20. januar war er da.¦dann nicht mehr.',
  'Vom 2. bis zum 5. Mai ist geschlossen.',
  'Am 20., 21. und 22. Mai wird getanzt.',
  'Møtet er 17. mai i Bergen.¦Alle kommer.',
  'Hun kom hjem den 3. november og rejste igen.',
  'Narodila se 5. ledna 1990 v Brně.',
  'Syntyi 6. joulukuuta 1917 Turussa.',
  'Berlin, 20. Januar',
  'Die große Feier in der alten Halle war am 20.\nJanuar zu Ende.',
  // other nouns
  'Das war der 3. Mann in der Reihe.¦Er ging.',
  'Im 19. Jahrhundert war das neu.¦Heute nicht.',
  'Seit dem 2. Weltkrieg steht sie leer.',
  'Sie wurde beim 2. Versuch Erste.¦Das 3. Mal half nicht.',
  'Der 2. und 3. Platz gingen nach Ulm.',
  'Er las die 4. Auflage (5. Auflage nicht).',
  'Der Trainer des 1. FC Musterstadt ist weg.',
  'Sie spielt in der 2. Bundesliga.¦Er auch.',
  // Roman numerals
  'Der Preußenkönig Friedrich II. war klug.¦Er schrieb viel.',
  'Es war Ludwig XIV. König der Franzosen, der baute.',
  'Das steht in Kapitel IV.¦Das ist kurz.',
  'World War II.¦Germany had lost.',
  'It was the end of World War II.¦Germany had lost it.',
  // sentences that end with a number
  'Er ist 20.¦Der Mann ist 30.¦Sie nicht.',
  'Es waren 5, 20.¦Er zählte noch einmal.',
  'Das Spiel endete 3 zu 2.¦Ulm war besser.',
  'Das war 1990.¦Dann kam die Wende.',
  'It happened in 20.¦January was cold.',
  'I am 20.¦January is my month.',
  'She turned 31.¦August was hot that year.',
  'They were the 3.¦Then it rained.',
  'Hij werd 20.¦Januari was koud.',
  'Tenía 20.¦Enero fue frío y no había sol en la calle.',
]

/** Abbreviations of German, Dutch and Spanish, inside sentences and at their end. */
const ABBREVIATIONS: readonly string[] = [
  'Er wohnt in der Lindenstr. 5 bei Prof. Dr. Abel.¦Das ist z. B. in Ulm.',
  'Es gab u. a. Brot, Käse usw.¦Die Kinder aßen alles.',
  'Das Werk kostete ca. 3 Mio. Euro bzw. 4 Mrd. Lire.',
  'Die Hausnr. steht auf S. 12 (vgl. Abb. 3 und Nr. 4).',
  'Sie lebte um 300 v. Chr. in Athen.',
  'S. Müller und J. Abel sind da.',
  'Volgens dhr. De Vries en mevr. Smit is het klaar.¦Zij kwamen, d.w.z. allebei.',
  'De regel geldt bijv. niet op 5 jan. 2004 (zie blz. 12, nr. 3).¦Het is zo.',
  'Dat zegt drs. Jansen van het bedrijf.¦De rest zwijgt.',
  'Ik ken Jan.¦Hij is aardig en woont bij ons.',
  'El Sr. López y la Sra. Gil viven en EE. UU. desde el año 2000.¦La casa es grande.',
  'Según D. Juan y Dña. Ana, es el núm. 5 de la pág. 12.¦No lo es.',
  'Viajó a EE.UU. y volvió.¦Fue en el siglo I a. C. más o menos.',
  'El equipo del BM. Torrelago ganó en la pista del CB. Valdeón.¦Es el líder.',
  'Compró en la tienda pan, queso, etc.¦La cuenta fue muy alta para todos.',
]

const split = (text: string) =>
  splitSentences(text)
    .map(({ start, end }) => text.slice(start, end))
    .join('¦')

test('ordinals do not end sentences, numbers do', () => {
  assert.deepEqual(
    CASES.map(wanted => split(wanted.replaceAll('¦', ' '))),
    CASES,
  )
  assert.equal(CASES.length, 36)
})

test('abbreviations of other languages do not end sentences', () => {
  assert.deepEqual(
    ABBREVIATIONS.map(wanted => split(wanted.replaceAll('¦', ' '))),
    ABBREVIATIONS,
  )
  assert.equal(ABBREVIATIONS.length, 15)
})
