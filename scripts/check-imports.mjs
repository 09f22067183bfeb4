/**
 * Holds the rooms of src/ apart: arrows point down only, and a room sees of another only its index.ts. Beside the imports
 * it watches the one privilege of the device room, which alone may talk to a GPU, start a Worker or load WebAssembly.
 *
 * It is no type checker and no parser of TypeScript: it reads the specifiers of imports, which this code base writes plainly.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './paths.mjs';

/**
 * The floors of the house, lowest first. A room may import from lower floors, never from its own or a higher one. The two
 * lowest are rooms of one file: src/errors.ts and src/options.ts.
 */
export const floors = [
  ['errors'],
  ['options'],
  ['device'],
  ['tensor'],
  ['arith'],
  ['order', 'pairwise'],
  ['linalg'],
  ['norm', 'distance'],
  ['prox'],
  ['search', 'lowrank', 'regression', 'recovery'],
  ['training'],
];

const floorOf = room => floors.findIndex(rooms => rooms.includes(room));

/** Shader folders that belong to no room. */
const sharedShaders = ['lib', 'metric'];

/** The table of contents, which may import every room. */
const isIndex = file => file === 'src/index.ts';

/** `src/norm/plan.ts` → `norm`, `src/errors.ts` → `errors`, `shaders/norm/l2.wgsl` → `norm`. */
function roomOf(file) {
  const [, second = '', ...rest] = file.split('/');
  return rest.length === 0 ? second.replace(/\.ts$/, '') : second;
}

const specifierPattern = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew\s+URL\(\s*)(['"])(?<specifier>[^'"\n]+)\1/g;

const privileges = [
  {
    what: 'a GPU',
    pattern:
      /\bnavigator\.gpu\b|\.(?:requestAdapter|requestDevice|createBuffer|createShaderModule|createComputePipeline(?:Async)?|createBindGroup|createCommandEncoder)\(/,
  },
  { what: 'a Worker', pattern: /\bnew\s+Worker\(/ },
  { what: 'WebAssembly', pattern: /\bWebAssembly\s*\./ },
];

/** Blanks comments, so that prose and examples are not read as code. Lines keep their numbers. */
function withoutComments(source) {
  return source.replace(/\/\*[^]*?\*\//g, comment => comment.replace(/[^\n]/g, ' ')).replace(/(^|\s)\/\/.*$/gm, '$1');
}

const lineOf = (source, at) => source.slice(0, at).split('\n').length;

/**
 * What is wrong in one file, one sentence each.
 * @param {string} file its path from the repository's root, with forward slashes
 * @param {string} source its text
 */
export function findingsIn(file, source) {
  const code = withoutComments(source);
  const findings = [];
  const from = roomOf(file);
  if (!isIndex(file) && !file.endsWith('.d.ts') && floorOf(from) < 0) {
    findings.push(`${file}: room '${from}' has no floor. Give it one in scripts/check-imports.mjs.`);
  }
  for (const { index, groups } of code.matchAll(specifierPattern)) {
    const wrong = wrongImport(file, from, groups.specifier);
    if (wrong !== undefined) findings.push(`${file}:${lineOf(code, index)}: ${wrong}`);
  }
  for (const { what, pattern } of from === 'device' ? [] : privileges) {
    const at = code.search(pattern);
    if (at >= 0) findings.push(`${file}:${lineOf(code, at)}: only src/device may touch ${what}.`);
  }
  return findings;
}

function wrongImport(file, from, specifier) {
  if (!specifier.startsWith('.')) {
    if (from === 'device' && (specifier === 'webgpu' || specifier.startsWith('node:'))) return undefined;
    return `'${specifier}' is a package; the library has no dependencies, and only src/device meets the platform.`;
  }
  const target = posix.join(posix.dirname(file), specifier).replace(/\?script$/, '');
  if (target.startsWith('shaders/')) return wrongShader(from, target);
  if (!target.startsWith('src/')) return `'${specifier}' leaves src/.`;
  if (!/\.(ts|wgsl|as)$/.test(target)) return `'${specifier}' lacks its extension.`;
  const to = roomOf(target);
  if (to === from && !isIndex(target)) return undefined;
  if (isIndex(target)) return 'src/index.ts is for users; import from the room itself.';
  if (target !== `src/${to}.ts` && target !== `src/${to}/index.ts`)
    return `'${specifier}' reaches into room '${to}'; use its index.ts.`;
  if (isIndex(file) || floorOf(to) < floorOf(from)) return undefined;
  return `room '${from}' must not import from '${to}', which is not below it.`;
}

function wrongShader(from, target) {
  const to = roomOf(target);
  if (to === from || sharedShaders.includes(to) || (floorOf(to) >= 0 && floorOf(to) < floorOf(from))) return undefined;
  return `room '${from}' must not use ${target}: it is neither its own nor below it.`;
}

/** What is wrong anywhere under src/. */
export function checkImports() {
  const folder = join(root, 'src');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true }).map(name => name.replaceAll('\\', '/'));
  return names
    .filter(name => name.endsWith('.ts'))
    .flatMap(name => findingsIn(`src/${name}`, readFileSync(join(folder, name), 'utf8')));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const findings = checkImports();
  for (const finding of findings) console.error(finding);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
