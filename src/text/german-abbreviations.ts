/** German abbreviations with a stop, and the words that begin sentences. */
import { abbreviationTable } from './abbreviation-table.js'

export const GERMAN_ABBREVIATIONS = abbreviationTable({
  title:
    // persons
    'Dr Dres Prof Hr Hrn Fr Frl Dipl Ing Mag Priv Doz Frhr Hl hl St Gebr geb gest verh verw gesch gef ' +
    // before the word that they describe
    'bzw ca vgl sog evtl ggf inkl exkl zzgl einschl insb insbes bes bzgl bez betr gem lt lfd mind urspr ehem angebl ' +
    'allg eigtl stellv geschäftsf wiss techn kath evang luth griech lat engl frz franz dt ital span port russ poln tschech ' +
    'ungar niederl niederdt schwed dän norw türk arab hebr jap chin amerik österr schweiz bayer jur phil theol rer nat ' +
    'hrsg hg übers zit u z v d n a',
  plain:
    'usw usf etc dgl desgl Mio Mrd Mill Std Stdn Sek Tsd Jh Jhd Jhdt Jhs Chr Str Pl Hrsg Hg Hgg Verl Verf Aufl Ausg Übers ' +
    'Diss Habil ebd Bearb Red Co Cie Fa Kfm Bhf Landkr Bez Reg Betr Vors Mitgl Inh Nachf Stck Pfd Ztr Okt Dez Mär Mrz ' +
    'e.V e.G e.Kfm u.a z.B d.h v.Chr n.Chr o.ä u.ä s.o s.u i.d.R z.T u.U',
  number:
    'Nr Nrn Bd Bde Jg Jgg Abb Abschn Anm Kap Ziff Zif Tab Taf Rdnr Rn Bl Sp Lfg Ausg Tel Art Abs Hs Jan S',
})

/** Those that are words or names in other languages. */
export const ONLY_GERMAN: ReadonlySet<string> = new Set(
  'ing mag gem lt bes fr st a d n u v z port nat pl bl sp red abs art hs tab rn mill geb lat jg reg lfd s jan'.split(
    ' ',
  ),
)

export const GERMAN_OPENERS: ReadonlySet<string> = new Set(
  (
    'Der Die Das Den Dem Des Ein Eine Einen Einem Einer Er Sie Es Wir Ich Ihr Ihre Sein Seine Dieser Diese Dieses Diesen ' +
    'Jeder Jede Jedes Alle Viele Einige Man Wer Was Wo Wie Wann Warum Wenn Als Da Dann Danach Dabei Dafür Dadurch Damit ' +
    'Dagegen Daher Darum Dazu Doch Aber Und Oder Denn Auch Nach Nachdem Vor Bei Mit Im In Am An Auf Aus Für Von Zu Zum Zur ' +
    'Zwischen Während Seit Bis Um Unter Über Durch Ohne Gegen Trotz Wegen Hier Heute Gestern Jetzt Nun So Sogar Schon Noch ' +
    'Nur Nicht Kein Keine Ob Obwohl Weil Weitere Zudem Außerdem Allerdings Jedoch Später Zuvor Erst Seitdem Bereits Somit ' +
    'Ist Sind War Waren Wurde Wurden Hat Haben Hatte Kann Wird Bitte Ja Nein Beide Andere Mehr Insgesamt Zunächst'
  ).split(' '),
)
