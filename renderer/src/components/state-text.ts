/** The program's state in words, one for all who say it. */
import { computed, type ComputedRef } from 'vue'
import { signalName } from '../derive/format.js'
import { sameButMoment } from '../derive/same.js'
import { useText } from '../locales/index.js'
import { useSimulation } from '../stores/simulation.js'
import type { IconName } from './icons.js'

export interface StateText {
  readonly id: string
  readonly text: string
  readonly icon: IconName
  readonly tone: 'plain' | 'act' | 'bad'
}

export function useStateText(): ComputedRef<StateText> {
  const simulation = useSimulation()
  const { t } = useText()
  const now = computed((): StateText => {
    if (simulation.phase === 'lost') return { id: 'lost', text: t('state.lost'), icon: 'error', tone: 'bad' }
    if (simulation.phase === 'connecting')
      return { id: 'connecting', text: t('state.connecting'), icon: 'spinner', tone: 'plain' }
    if (simulation.broken) return { id: 'broken', text: t('state.broken'), icon: 'error', tone: 'bad' }
    const moment = simulation.moment
    if (simulation.noticeablyBusy) return { id: 'running', text: t('state.running'), icon: 'spinner', tone: 'act' }
    switch (moment?.state) {
      case undefined:
      case 'empty':
        return { id: 'empty', text: t('state.empty'), icon: 'ended', tone: 'plain' }
      case 'ready':
        return { id: 'ready', text: t('state.ready'), icon: 'ready', tone: 'plain' }
      case 'running':
        return { id: 'running', text: t('state.running'), icon: 'spinner', tone: 'act' }
      case 'paused':
        return { id: 'paused', text: t('state.paused'), icon: 'pause', tone: 'plain' }
      case 'waiting':
        return { id: 'waiting', text: t('state.waiting'), icon: 'waiting', tone: 'act' }
      case 'stuck':
        return { id: 'stuck', text: t('state.stuck'), icon: 'waiting', tone: 'bad' }
      case 'exited':
        return {
          id: 'exited',
          text: t('state.exited', { code: moment?.exit?.code ?? 0 }),
          icon: 'ended',
          tone: 'plain',
        }
      case 'killed':
        return {
          id: 'killed',
          text: t('state.killed', { signal: signalName(moment?.exit?.signal ?? 0) }),
          icon: 'error',
          tone: 'bad',
        }
    }
  })
  // Moments come and go while a program runs; what is said of it stays the same object as long as it is the same.
  return computed((before?: StateText) => (before && sameButMoment(before, now.value) ? before : now.value))
}
