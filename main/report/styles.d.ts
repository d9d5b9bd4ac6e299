// Vite gives the window's tokens as text, as it does the lessons.
declare module '*.css?raw' {
  const text: string
  export default text
}
