/** What build/assemble.mjs uses of AssemblyScript's compiler, whose own types redefine global ones. */
interface Output {
  toString(): string
}
interface Host {
  readFile(name: string, base: string): string | null
  writeFile(name: string, contents: Uint8Array | string, base: string): void
  listFiles(folder: string, base: string): string[] | null
}
declare const asc: {
  main(options: readonly string[], host: Host): Promise<{ readonly error: Error | null; readonly stderr: Output }>
}
export default asc
