/** No page left for the fault: the OOM killer's business, here an error of its own. */
export class FaultOutOfMemory extends Error {
  override readonly name = 'FaultOutOfMemory'
}
