/** What Vite adds to the language: `?raw` makes any file its text. */
declare module '*?raw' {
  const text: string;
  export default text;
}
