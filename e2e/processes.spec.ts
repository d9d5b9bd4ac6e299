// Programs of several processes: which of them the views show, and a machine on which nothing can go on.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './app.js'
import { expectState, openProgram, readTable, screenshot } from './laboratory.js'

const FORK = `#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/wait.h>

int main(void)
{
    char *p = mmap(NULL, 100 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(p, 1, 100 * 4096);
    if (fork() == 0) {
        memset(p, 2, 50 * 4096);
        pause();
    }
    usleep(1000);
    printf("two processes\\n");
    getchar();
    return 0;
}
`

test('of several processes the chosen one is what the other views show', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  const path = join(home, 'fork.c')
  writeFileSync(path, FORK)
  await openProgram(app, win, path)
  await win.getByTestId('run').click()
  await expectState(win, 'waiting')
  const [parent = '', child = ''] = (await readTable(win, 'ps')).map((row) => row['pid'] ?? '')
  expect(Number(child)).toBeGreaterThan(Number(parent))
  await win.getByTestId('pmap-form-text').click()
  await expect(win.getByTestId('pmap-text-command')).toHaveText(`pmap -x ${parent}`)
  await win.getByTestId('ps').locator(`[data-key="${child}"]`).click()
  await expect(win.getByTestId('pmap-text-command')).toHaveText(`pmap -x ${child}`)
  await expect(win.getByTestId('pmap-text')).toContainText(`${child}:`)
  await win.getByTestId('pmap-form-table').click()
  await screenshot(win, 'two-processes')
})

test('a machine on which every task waits for another says so', async ({ app, win, home }) => {
  await expectState(win, 'ready')
  const path = join(home, 'stuck.c')
  writeFileSync(path, '#include <unistd.h>\nint main(void)\n{\n    pause();\n    return 0;\n}\n')
  await openProgram(app, win, path)
  await win.getByTestId('run').click()
  await expectState(win, 'stuck')
})
