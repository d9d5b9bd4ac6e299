/**
 * Hints for names nobody declared: which bundled header has them, and what type gcc gives to the standard functions
 * it knows by itself. A program without <stdlib.h> still gets a pointer from malloc, as with gcc 12.
 */
import type { CType, FunctionType } from '../types.js'
import { CHAR, DOUBLE, INT, LONG, pointerTo, ULONG, VOID } from './types.js'

/** The bundled header that declares or defines the name. */
export function headerOf(name: string, headers: ReadonlyMap<string, string>): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined
  const declaration = new RegExp(
    `(#[ \\t]*define[ \\t]+|[\\w)][ \\t]+\\**|[ *,{][ \\t]*)${name}(?=[ \\t]*[(;,=\\[]|[ \\t]+\\S|$)`,
    'm',
  )
  const found = [...headers]
    .filter(([, text]) => text.includes(name) && declaration.test(text))
    .map(([header]) => header)
  const usual = found
    .filter((header) => !header.startsWith('bits/'))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  if (usual.length > 0 || found.length === 0) return usual[0]
  // Only in glibc's inner headers, which nobody includes by name.
  return /^(NULL|size_t|ptrdiff_t|wchar_t)$/.test(name) ? 'stddef.h' : 'sys/types.h'
}

const LETTERS: Readonly<Record<string, CType>> = {
  v: VOID,
  i: INT,
  l: LONG,
  u: ULONG,
  d: DOUBLE,
  p: pointerTo(VOID),
  c: pointerTo(CHAR),
  // Pointers to const.
  P: pointerTo({ kind: 'void', const: true } as CType),
  C: pointerTo({ ...CHAR, const: true }),
}

/** Result and parameters by letter; a final `.` is `...`. */
const SIGNATURES: ReadonlyMap<string, string> = new Map(
  (
    'malloc:pu calloc:puu realloc:ppu free:vp abort:v exit:vi abs:ii labs:ll printf:iC. sprintf:icC. snprintf:icuC. ' +
    'puts:iC putchar:ii scanf:iC. sscanf:iCC. memcpy:ppPu memmove:ppPu memset:ppiu memcmp:iPPu memchr:pPiu strlen:uC ' +
    'strcpy:ccC strncpy:ccCu strcat:ccC strncat:ccCu strcmp:iCC strncmp:iCCu strchr:cCi strrchr:cCi strstr:cCC ' +
    'strdup:cC strspn:uCC strcspn:uCC isalpha:ii isdigit:ii isspace:ii isupper:ii islower:ii isalnum:ii toupper:ii ' +
    'tolower:ii sqrt:dd pow:ddd sin:dd cos:dd tan:dd exp:dd log:dd floor:dd ceil:dd fabs:dd fmod:ddd'
  )
    .split(' ')
    .map((entry) => entry.split(':') as [string, string]),
)

/** The type of a function that gcc has built in. */
export function builtInType(name: string): FunctionType | undefined {
  const letters = SIGNATURES.get(name)
  if (letters === undefined) return undefined
  const variadic = letters.endsWith('.')
  const [returns, ...params] = letters.replace('.', '')
  return {
    kind: 'function',
    returns: LETTERS[returns],
    params: params.map((letter) => ({ name: undefined, type: LETTERS[letter] })),
    variadic,
  }
}
