/**
 * What the bundler adds to the language: a `.wgsl` import is the file's text with its path from the repository's root, a
 * `.as` import (AssemblyScript) is the file compiled to wasm, twice, and `?script` makes a module one classic script.
 * Only the compiler of this repository reads this file; the published declarations do not need it.
 */
declare module '*.wgsl' {
  const file: { readonly id: string; readonly text: string };
  export default file;
}

declare module '*.as' {
  const file: { readonly id: string; readonly relaxed: string; readonly plain: string };
  export default file;
}

declare module '*?script' {
  const text: string;
  export default text;
}
