/** Wraps the text of a header so that including it twice does no harm. */
export const header = (name: string, body: string): readonly [string, string] => {
  const guard = `_PAGEWALK_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
  return [name, `#ifndef ${guard}\n#define ${guard}\n${body.trim()}\n#endif\n`]
}
