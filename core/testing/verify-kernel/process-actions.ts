/**
 * Actions of several processes and threads. Each child and each thread does its lines in groups and says when it is done,
 * so that nothing is left to chance at a stop: children over pipes, threads over semaphores.
 *
 *   parent  pipe, fork, read(up) . . stop . . write(down), read(up) . . stop . . kill or write(down), wait . . stop
 *   child   lines, write(up), read(down) . . . . . . . lines, write(up), read(down) . . . . . _exit
 *
 * Each closes the ends that are the other's, so that who ends before its time (a mapping was refused) is not waited for.
 */
import fc from 'fast-check'
import { kind, nat, outerKind, pagesText, pick, range, type Action, type InnerActions, type Kind } from './actions.js'
import { Draft, type Child, type Thread } from './draft.js'

const MOST_CHILDREN = 3
const MOST_THREADS = 4
/** The first process is 0: it has children and grandchildren. */
const MOST_DEPTH = 2

/** Where the inner actions are in what is drawn: all of it, or a field. */
const ALL = { of: (all: readonly Action[]) => all, put: (_: readonly Action[], actions: readonly Action[]) => actions }
interface HasSome {
  readonly some: readonly Action[]
}
const inSome = <T extends HasSome>(): InnerActions<T> => ({
  of: ({ some }) => some,
  put: (drawn, some) => ({ ...drawn, some }),
})

const tell = (pipe: string): string => `write(${pipe}[1], "x", 1);`
const hear = (pipe: string): string => `read(${pipe}[0], &ch, 1);`

/** Writes down all of them; undefined when there was nothing to do. */
function writeAll(draft: Draft, actions: readonly Action[]): string {
  const said = actions.flatMap((action) => action.write(draft) ?? [])
  return said.length > 0 ? said.join(', ') : 'nothing'
}

/** A kind for each action that processes make, given what a child or a thread may do. */
export function processKinds(inner: readonly Kind[], plain: readonly Kind[]): Kind[] {
  const some = fc.array(fc.oneof(...inner), { minLength: 1, maxLength: 3 })
  const someOfThread = fc.array(fc.oneof(...plain), { minLength: 1, maxLength: 3 })
  return [
    outerKind('fork', 3, some, ALL, (draft, actions) => {
      if (draft.children.length >= MOST_CHILDREN || draft.depth >= MOST_DEPTH) return undefined
      // At a stop all threads sleep: otherwise it would be chance what they touch before the fork and what after.
      if (draft.threads.length > 0) draft.stop(['about to fork'])
      const id = draft.newNumber('child')
      const child: Child = { id, draft: draft.fork() }
      draft.children.push(child)
      draft.statics.push(`static int pid${id}, up${id}[2], down${id}[2];`)
      draft.add(`if (pipe(up${id}) != 0 || pipe(down${id}) != 0)`, '    exit(1);')
      draft.add(`pid${id} = fork();`, `if (pid${id} == 0) {`)
      draft.addChild(child.draft)
      child.draft.add(`close(up${id}[0]);`, `close(down${id}[1]);`)
      draft.add('}', `close(up${id}[1]);`, `close(down${id}[0]);`, hear(`up${id}`))
      const said = writeAll(child.draft, actions)
      child.draft.add(tell(`up${id}`), hear(`down${id}`))
      return `child ${id}: ${said}`
    }),
    outerKind(
      'a child goes on',
      4,
      fc.record({ child: nat(5), some }),
      inSome<{ child: number } & HasSome>(),
      (draft, d) => {
        const child = chosen(draft.children, d.child)
        if (!child) return undefined
        const { id } = child
        draft.add(tell(`down${id}`), hear(`up${id}`))
        const said = writeAll(child.draft, d.some)
        child.draft.add(tell(`up${id}`), hear(`down${id}`))
        return `child ${id}: ${said}`
      },
    ),
    kind(
      'a child ends',
      2,
      fc.record({ child: nat(5), how: pick('_exit', '_exit', 'exit', 'kill'), waited: pick(true, true, true, false) }),
      (draft, d) => {
        const child = chosen(draft.children, d.child)
        return child && endChild(draft, child, d.how, d.waited)
      },
    ),
    kind('wait', 1, fc.constant(0), (draft) => {
      if (draft.zombies === 0) return undefined
      draft.zombies--
      draft.add('wait(NULL);')
      return 'waited for a child'
    }),
    outerKind('thread', 2, someOfThread, ALL, (draft, actions) => {
      if (draft.threads.length >= MOST_THREADS || draft.depth > 0) return undefined
      const id = draft.newNumber('thread')
      const thread: Thread = { id, draft: draft.thread(`thread${id}`), ended: false }
      draft.threads.push(thread)
      draft.statics.push(`static sem_t go${id}, done${id};`, `static pthread_t t${id};`)
      draft.add(`sem_init(&go${id}, 0, 0);`, `sem_init(&done${id}, 0, 0);`)
      draft.add(`if (pthread_create(&t${id}, NULL, thread${id}, NULL) != 0)`, '    exit(1);', `sem_wait(&done${id});`)
      const said = writeAll(thread.draft, actions)
      thread.draft.add(`sem_post(&done${id});`, `sem_wait(&go${id});`)
      return `thread ${id}: ${said}`
    }),
    outerKind(
      'a thread goes on',
      4,
      fc.record({ thread: nat(5), some: someOfThread }),
      inSome<{ thread: number } & HasSome>(),
      (draft, d) => {
        const thread = running(draft, d.thread)
        if (!thread) return undefined
        const { id } = thread
        draft.add(`sem_post(&go${id});`, `sem_wait(&done${id});`)
        const said = writeAll(thread.draft, d.some)
        thread.draft.add(`sem_post(&done${id});`, `sem_wait(&go${id});`)
        return `thread ${id}: ${said}`
      },
    ),
    kind(
      'a thread ends',
      2,
      fc.record({ thread: nat(5), how: pick('join', 'join', 'stay', 'detach') }),
      (draft, { thread: i, how }) => {
        const thread = running(draft, i)
        return thread && endThread(draft, thread, how)
      },
    ),
    kind('join', 1, nat(5), (draft, i) => {
      const thread = chosen(
        draft.threads.filter((t) => t.ended),
        i,
      )
      return thread && join(draft, thread)
    }),
    kind('threads at a barrier', 1, fc.record({ threads: pick(2, 3, 4), range }), atBarrier),
  ]
}

function chosen<T>(all: readonly T[], i: number): T | undefined {
  return all.length > 0 ? all[i % all.length] : undefined
}

const running = (draft: Draft, i: number): Thread | undefined =>
  chosen(
    draft.threads.filter((t) => !t.ended),
    i,
  )

/** A child that has children itself is not killed: they would be left behind. */
function endChild(draft: Draft, child: Child, wish: '_exit' | 'exit' | 'kill', waited: boolean): string {
  const { id } = child
  const how = wish === 'kill' && child.draft.children.length > 0 ? '_exit' : wish
  draft.children.splice(draft.children.indexOf(child), 1)
  finish(child.draft)
  child.draft.add(`${how === 'exit' ? 'exit' : '_exit'}(0);`)
  draft.add(how === 'kill' ? `kill(pid${id}, SIGKILL);` : tell(`down${id}`))
  if (waited) draft.add(`waitpid(pid${id}, NULL, 0);`)
  else draft.zombies++
  return `the end of child ${id} by ${how}${waited ? '' : ', not waited for'}`
}

function endThread(draft: Draft, thread: Thread, how: 'join' | 'stay' | 'detach'): string {
  const { id } = thread
  thread.ended = true
  if (how === 'detach') draft.add(`pthread_detach(t${id});`)
  draft.add(`sem_post(&go${id});`)
  if (how === 'join') return join(draft, thread)
  if (how === 'detach') draft.threads.splice(draft.threads.indexOf(thread), 1)
  return `the end of thread ${id}, ${how}`
}

function join(draft: Draft, thread: Thread): string {
  draft.threads.splice(draft.threads.indexOf(thread), 1)
  draft.add(`pthread_join(t${thread.id}, NULL);`)
  return `joined thread ${thread.id}`
}

/** Threads that run at once, each with pages of its own; they are there at the stop and joined after the next. */
function atBarrier(
  draft: Draft,
  d: { threads: number; range: { area: number; from: number; count: number } },
): string | undefined {
  const area = draft.area(d.range.area)
  const run = area && draft.firstRun(draft.clip(area, d.range.from, d.range.count), area, Draft.accessible(2))
  if (!run || draft.depth > 0) return undefined
  const n = draft.newNumber('crew')
  const name = `crew${n}`
  const crew = draft.thread(name)
  draft.statics.push(`static pthread_barrier_t all${n};`, `static pthread_t crew${n}t[${d.threads}];`)
  draft.add(`pthread_barrier_init(&all${n}, NULL, ${d.threads + 1});`)
  draft.add(`for (i = 0; i < ${d.threads}; i++)`)
  draft.add(`    pthread_create(&crew${n}t[i], NULL, ${name}, (void *)(long)i);`)
  draft.add(`pthread_barrier_wait(&all${n});`)
  crew.add(`for (i = ${run.from} + (long)arg; i < ${run.to}; i += ${d.threads})`, `    ${area.name}[i * PAGE] = i;`)
  crew.add(`pthread_barrier_wait(&all${n});`, `pthread_barrier_wait(&all${n});`)
  draft.stop([`${d.threads} threads wrote ${pagesText(area.name, run.from, run.to)}`])
  draft.add(`pthread_barrier_wait(&all${n});`)
  draft.add(`for (i = 0; i < ${d.threads}; i++)`, `    pthread_join(crew${n}t[i], NULL);`)
  return `joined ${d.threads} threads`
}

/** Ends all children of a process, so that none is left behind. */
export function finish(draft: Draft): void {
  for (const child of [...draft.children]) endChild(draft, child, '_exit', true)
}
