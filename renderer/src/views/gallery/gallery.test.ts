import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import App from '../../App.vue'
import { mountWith, settle } from '../../testing/mount.js'
import { useSource } from '../../stores/source.js'

let world: ReturnType<typeof mountWith>
const find = (selector: string) => document.querySelector<HTMLElement>(selector)
const get = (id: string): HTMLElement => {
  const element = find(`[data-testid="${id}"]`)
  if (!element) throw new Error(`there is no ${id}`)
  return element
}
const selected = () => find('[role=option][aria-selected=true]')?.dataset['program']
async function press(key: string): Promise<void> {
  get('gallery-search').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  await settle()
}
async function type(text: string): Promise<void> {
  const input = get('gallery-search') as HTMLInputElement
  input.value = text
  input.dispatchEvent(new Event('input'))
  await settle()
}
async function click(id: string): Promise<void> {
  get(id).click()
  await settle()
}

beforeEach(async () => {
  world = mountWith(App, {})
  await settle()
  world.command({ type: 'gallery' })
  await settle()
})
afterEach(() => {
  world.wrapper.unmount()
  document.body.innerHTML = ''
})

describe('the gallery', () => {
  it('lists programs by topic and shows the first', () => {
    expect([...document.querySelectorAll('[role=group]')].map((group) => group.getAttribute('aria-label'))).toEqual(
      expect.arrayContaining(['Pages, faults and RSS', 'malloc and the heap', 'Processes']),
    )
    expect(selected()).toBe('mmap-demo')
    expect(get('gallery-preview').textContent).toContain('#include <sys/mman.h>')
  })

  it('is worked by keys: arrows choose, Enter opens as the Open command does', async () => {
    await press('ArrowDown')
    expect(selected()).toBe('zero-page')
    await press('ArrowUp')
    await press('ArrowUp')
    expect(selected()).toBe('mmap-demo')
    await press('ArrowDown')
    await press('Enter')
    expect(find('[data-testid=gallery]')).toBeNull()
    expect(get('file-menu').textContent).toContain('zero-page.c')
    expect(get('state').textContent).toContain('Ready')
  })

  it('chooses the best of what a search finds, and says when there is nothing', async () => {
    await type('cow')
    expect(selected()).toBe('zero-page')
    await type('写时复制')
    expect(selected()).toBe('fork-cow')
    await type('quaternion')
    expect(get('gallery-none').textContent).toContain('quaternion')
    expect((get('gallery-open') as HTMLButtonElement).disabled).toBe(true)
    await press('Enter')
    expect(find('[data-testid=gallery]')).not.toBeNull()
  })

  it('asks before changes are lost, and keeps them unless told otherwise', async () => {
    const source = useSource()
    source.text = 'int main(void) { return 0; }\n'
    await press('ArrowDown')
    await press('Enter')
    expect(get('ask-unsaved').textContent).toContain('mmap-demo.c')
    await click('ask-cancel')
    expect(source.text).toBe('int main(void) { return 0; }\n')
    expect(find('[data-testid=gallery]')).not.toBeNull()
    await press('Enter')
    await click('ask-discard')
    expect(source.file.name).toBe('zero-page.c')
    expect(source.edited).toBe(false)
  })
})
