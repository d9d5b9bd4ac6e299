/** What the command writes while a test calls it in its own process. Not part of the command. */

/** @returns puts the process's own output back */
export function captureOutput(out: (text: string) => void, err: (text: string) => void): () => void {
  const ends = [capture(process.stdout, out), capture(process.stderr, err)]
  return () => ends.forEach((end) => end())
}

function capture(stream: NodeJS.WriteStream, to: (text: string) => void): () => void {
  const write = stream.write.bind(stream)
  stream.write = (chunk: string | Uint8Array) => {
    to(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))
    return true
  }
  return () => (stream.write = write)
}
