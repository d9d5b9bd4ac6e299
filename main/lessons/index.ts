/** Lessons: what is read of them, from anywhere, and what comes with Pagewalk. The format is in lessons/README.md. */
export { builtinLesson, builtinLessons } from './builtin.js'
export { problemText } from './problems.js'
export { readLesson } from './read-lesson.js'
