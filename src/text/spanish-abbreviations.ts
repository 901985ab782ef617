/** Spanish abbreviations with a stop, and the words that begin sentences. */
import { abbreviationTable } from './abbreviation-table.js'

export const SPANISH_ABBREVIATIONS = abbreviationTable({
  title:
    // persons
    'Sr Sra Srta Sres Sras D Dn Dña Dª Dr Dra Dres Prof Profa Excmo Excma Ilmo Ilma Rvdo Rvda Mons Fr Sto Sta Gral Cnel ' +
    'Tte Cap Cmte Cmdte Sgto Lic Lcdo Lcda Ing Arq Pdte Pdta Vda ' +
    // before the word that they describe
    'Avda Av Ctra Crta Pza Pzo Pl aprox p.ej ej EE FF CC JJ RR',
  plain:
    // clubs
    'BM CB FC CF CD UD SD AD CP ' +
    // others
    'etc Cía Cia Ltda Hnos Uds Ud Vd Vds Edo Prov Dpto Depto Dto Admón Inc UU izq izqda dcha mín máx S.A S.L a.C d.C ' +
    'S.M S.A.R q.e.p.d p.m a.m AA OO HH',
  number: 'núm núms nº n.º pág págs p pp art arts cap caps vol vols fig figs párr tel tfno ext km min m',
})

/** Those that are words or names in other languages, or Spanish words besides. */
export const ONLY_SPANISH: ReadonlySet<string> = new Set(
  'bm cb fc cf cd ud sd ad cp d dn fr cap ing arq lic av pl ej ud vd edo prov inc aa oo hh ee ff cc jj rr uu m min km art caps cia sta'.split(
    ' ',
  ),
)

export const SPANISH_OPENERS: ReadonlySet<string> = new Set(
  (
    'El La Los Las Un Una Unos Unas Lo Él Ella Ellos Ellas Yo Tú Usted Nosotros Este Esta Estos Estas Ese Esa Eso Esto ' +
    'Aquel Aquella En Con Por Para De Del Desde Hasta Sobre Entre Según Tras Ante Al A Y O Pero Sino Aunque Si Como ' +
    'Cuando Donde Mientras Porque Pues Así Además También Tampoco Sin No Sí Ya Hoy Ayer Ahora Después Antes Luego Entonces ' +
    'Su Sus Mi Mis Se Le Les Me Que Qué Quién Cómo Cuándo Dónde Cada Todo Todos Toda Todas Otro Otra Otros Otras Muchos ' +
    'Algunos Es Son Era Fue Ha Han Hay Está Están'
  ).split(' '),
)
