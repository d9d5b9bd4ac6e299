/** The C program in the editor. Whether it is the one the machine runs is the simulation store's to say. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Failure, Reply } from '../../../core/protocol/index.js'
import type { RecentFile, SourceFile } from '../../../preload/contract.js'
import { useHost } from '../host.js'

export const useSource = defineStore('source', () => {
  const { bridge, initial } = useHost()
  const file = shallowRef<SourceFile>(initial.source)
  const text = ref(initial.source.text)
  const failure = shallowRef<Failure | undefined>(initial.failure)
  const recent = shallowRef<readonly RecentFile[]>([])

  /** The editor's text is another one than the file's. */
  const edited = computed(() => text.value !== file.value.text)

  /** Asked before another file takes this one's place; false keeps it. */
  let mayLeave = (): Promise<boolean> => Promise.resolve(true)
  function askWith(ask: () => Promise<boolean>): void {
    mayLeave = ask
  }

  function show(source: SourceFile): void {
    file.value = source
    text.value = source.text
    failure.value = undefined
  }
  function revert(): void {
    text.value = file.value.text
  }
  /** Shows what a request for a file brings; true when there is another program now. */
  async function take(request: () => Promise<Reply<SourceFile | undefined>>): Promise<boolean> {
    if (!(await mayLeave())) return false
    const reply = await request()
    if (!reply.ok) failure.value = reply.error
    else if (reply.value) show(reply.value)
    return reply.ok && reply.value !== undefined
  }
  const open = () => take(() => bridge.openSource())
  const openDropped = (dropped: File) => take(() => bridge.openDropped(dropped))
  const openRecent = (path: string) => take(() => bridge.openRecent(path))
  const openProgram = (id: string) => take(() => bridge.openProgram(id))
  /** What an earlier life of the application left. */
  const restore = () => take(() => bridge.restore())
  /** A file that was opened outside of the page. */
  const offer = (offered: SourceFile) => take(() => Promise.resolve({ ok: true, value: offered }))
  async function listRecent(): Promise<void> {
    recent.value = await bridge.recent()
  }

  return {
    ...{ file, text, edited, failure, recent, askWith, show, revert },
    ...{ open, openDropped, openRecent, openProgram, restore, offer, listRecent },
  }
})
