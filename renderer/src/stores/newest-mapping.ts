/** A mapping that has just come is the one shown, unless the user has chosen another. */
import { watch, type Ref } from 'vue'
import type { RowsWindow } from '../../../core/protocol/index.js'
import { isNewRow } from '../derive/changes.js'
import { useWindows } from './windows.js'

export function useNewestMapping(data: Ref<RowsWindow<'pmap'> | undefined>): void {
  const windows = useWindows()
  watch(data, (now) => {
    const fresh = now?.rows.find(isNewRow)
    // When everything is new nothing is: a machine that has just been started.
    if (fresh && !now?.rows.every(isNewRow)) windows.suggest(fresh.address)
  })
}
