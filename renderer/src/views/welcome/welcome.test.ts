import { afterEach, describe, expect, it } from 'vitest'
import App from '../../App.vue'
import { mountWith, settle } from '../../testing/mount.js'

let world: ReturnType<typeof mountWith>
const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
async function start(welcomed: boolean): Promise<void> {
  world = mountWith(App, { settings: { welcomed } })
  await settle()
}
afterEach(() => {
  world.wrapper.unmount()
  document.body.innerHTML = ''
})

describe('the welcome', () => {
  it('is there at the first start, leads on, and is not there again', async () => {
    await start(false)
    expect(find('welcome')).not.toBeNull()
    find('welcome-gallery')!.click()
    await settle()
    expect(find('welcome')).toBeNull()
    expect(find('gallery')).not.toBeNull()
    expect(world.saved).toContainEqual({ welcomed: true })
  })

  it('is not there at later starts, but when asked for', async () => {
    await start(true)
    expect(find('welcome')).toBeNull()
    world.command({ type: 'welcome' })
    await settle()
    expect(find('welcome')).not.toBeNull()
  })

  it('opens a program of one’s own', async () => {
    await start(false)
    find('welcome-own')!.click()
    await settle()
    expect(find('file-menu')!.textContent).toContain('other.c')
  })
})
