/** Which programs of the gallery a search finds, and in which groups they are listed. */
import { PROGRAM_TOPICS, type BuiltinProgram, type ProgramTopic } from '../../../../core/protocol/index.js'

export interface Group {
  readonly topic: ProgramTopic
  readonly programs: readonly BuiltinProgram[]
}

/** Every word has to occur somewhere: in either language, whichever the window speaks, in the keywords or the text. */
export function findPrograms(programs: readonly BuiltinProgram[], query: string): readonly BuiltinProgram[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  return programs.filter((program) => {
    const text = fold(searchable(program))
    return words.every((word) => text.includes(word))
  })
}

export const grouped = (programs: readonly BuiltinProgram[]): readonly Group[] =>
  PROGRAM_TOPICS.map((topic) => ({ topic, programs: programs.filter((p) => p.topic === topic) })).filter(
    (group) => group.programs.length > 0,
  )

const fold = (text: string): string => text.normalize('NFKC').toLowerCase()

function searchable({ id, keywords, title, shows, topic, source }: BuiltinProgram): string {
  return [id, topic, ...keywords, ...Object.values(title), ...Object.values(shows), ...calls(source)].join('\n')
}

/** The functions it calls, so that "mremap(" finds what uses it; not every word of its comments. */
const calls = (source: string): readonly string[] => source.match(/\b\w+\(/g) ?? []
