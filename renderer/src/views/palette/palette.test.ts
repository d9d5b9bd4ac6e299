import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import App from '../../App.vue'
import { mountWith, settle } from '../../testing/mount.js'
import { findCommands } from './palette.js'

const command = (label: string, menu = 'View') => ({ id: label, label, menu, keys: '', checked: false })
const commands = [command('Open…', 'File'), command('Zoom In'), command('Zoom Out'), command('Reopen', 'File')]
const labels = (query: string): readonly string[] => findCommands(commands, query).map(({ label }) => label)

describe('a query', () => {
  it('finds everything when it is empty, in the order of the menus', () => {
    expect(labels('')).toEqual(commands.map(({ label }) => label))
  })
  it('puts names that begin with it first', () => {
    expect(labels('open')).toEqual(['Open…', 'Reopen'])
  })
  it('may give words in any order, of the name or of the menu', () => {
    expect(labels('out zo')).toEqual(['Zoom Out'])
    expect(labels('file reo')).toEqual(['Reopen'])
  })
  it('finds full-width letters too, and nothing where nothing fits', () => {
    expect(labels('ＺＯＯＭ')).toEqual(['Zoom In', 'Zoom Out'])
    expect(labels('zoom sideways')).toEqual([])
  })
})

describe('the palette', () => {
  let world: ReturnType<typeof mountWith>
  const find = (selector: string) => document.querySelector<HTMLElement>(selector)
  async function press(key: string): Promise<void> {
    find('[data-testid=palette-search]')!.dispatchEvent(
      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }),
    )
    await settle()
  }
  beforeEach(async () => {
    world = mountWith(App, {})
    await settle()
    world.command({ type: 'palette' })
    await settle()
  })
  afterEach(() => {
    world.wrapper.unmount()
    document.body.innerHTML = ''
  })

  it('lists the commands of the menu; arrows choose, Enter does', async () => {
    const options = [...document.querySelectorAll('[data-testid=palette] [role=option]')]
    expect(options.map((option) => option.textContent)).toEqual([
      expect.stringContaining('Open…'),
      expect.stringContaining('Run to Next Stop'),
    ])
    await press('ArrowDown')
    expect(find('[role=option][aria-selected=true]')?.textContent).toContain('F5')
    await press('Enter')
    expect(world.chosen).toEqual(['run'])
    expect(find('[data-testid=palette]')).toBeNull()
  })

  it('says when nothing is called so', async () => {
    const input = find('[data-testid=palette-search]') as HTMLInputElement
    input.value = 'quaternion'
    input.dispatchEvent(new Event('input'))
    await settle()
    expect(find('[data-testid=palette-none]')?.textContent).toContain('quaternion')
    await press('Enter')
    expect(world.chosen).toEqual([])
  })
})
