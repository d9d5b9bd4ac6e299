/** The gallery of built-in programs: whether it is shown, what it holds, and how one of them comes into the editor. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { BuiltinProgram } from '../../../../core/protocol/index.js'
import { useHost } from '../../host.js'
import { useSimulation } from '../../stores/simulation.js'
import { useSource } from '../../stores/source.js'

export const useGallery = defineStore('gallery', () => {
  const { bridge } = useHost()
  const source = useSource()
  const simulation = useSimulation()
  const shown = ref(false)
  const programs = shallowRef<readonly BuiltinProgram[]>([])

  function show(): void {
    shown.value = true
    if (programs.value.length === 0) void list()
  }
  async function list(): Promise<void> {
    programs.value = await bridge.programs()
  }

  /** The machine that would have to be chosen for it; undefined when the present one will do. */
  function otherMachine({ profiles }: BuiltinProgram): string | undefined {
    const { profile } = simulation
    return profile === undefined || profiles.includes(profile.id) ? undefined : profiles[0]
  }

  /** As the Open command does; asks first when something is unsaved. */
  async function open(program: BuiltinProgram): Promise<void> {
    if (!(await source.openProgram(program.id))) return
    shown.value = false
    const machine = otherMachine(program)
    await (machine === undefined ? simulation.load() : simulation.choose({ profile: machine }))
  }

  return { shown, programs, show, open, otherMachine }
})
