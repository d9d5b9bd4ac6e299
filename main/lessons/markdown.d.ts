// Vite gives the lessons as text, as it does the C files of core/programs.
declare module '*.md?raw' {
  const text: string
  export default text
}
