/**
 * The text of a pairwise kernel's `main`: one invocation finds a tile of pairs, every accumulator a variable of its own,
 * since compilers of software adapters and some drivers keep arrays in memory. The steps themselves are functions of the
 * files in shaders/pairwise/ and shaders/metric/; here they are only written out as often as the tile has pairs.
 */

export interface TileShape {
  /** `registers`: an invocation reads its rows itself. `workgroup`: 16×16 invocations share what they read. */
  readonly memory: 'registers' | 'workgroup';
  /** Rows and columns of one invocation. */
  readonly rows: number;
  readonly columns: number;
  /** Rows long enough to be summed in blocks. */
  readonly fold: boolean;
  /** Pairs may be marked for a careful walk. */
  readonly guarded: boolean;
  /** Rows are prepared, and squares of differences found from products. */
  readonly expanded: boolean;
  /** Rows of b lie as they came and are changed when they are read. */
  readonly measured: boolean;
  /** All numbers are kept; else each row of them is reduced. */
  readonly matrix: boolean;
}

/** Fours summed in one chain before they join the total. */
export const BLOCK = 32;
/** Invocations of a workgroup along one side of its tile, and fours of each row that it holds at a time. */
export const SIDE = 16;
const DEPTH = 4;

const times = <Item>(count: number, make: (i: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Rows (or columns) that lie one step of an invocation's tile apart. */
export const stepOf = (shape: Pick<TileShape, 'memory'>): number => (shape.memory === 'workgroup' ? SIDE : 1);

export function tileText(shape: TileShape): string {
  const { rows, columns, memory, fold, guarded, expanded, measured, matrix } = shape;
  const shared = memory === 'workgroup';
  const step = stepOf(shape);
  const [start, walk, join] = expanded
    ? ['0.0', 'product_step', 'product_join']
    : ['pair_start()', 'pair_step', 'pair_join'];
  const everyPair = (make: (i: number, j: number) => string): string[] =>
    times(rows, i => times(columns, j => make(i, j)).join(' '));
  const partial = fold ? 'q' : 'p';
  const steps = (x: (i: number) => string, y: (j: number) => string): string[] => [
    ...times(rows, i => `let x${i} = ${x(i)};`),
    ...times(
      columns,
      j =>
        `{ let y = ${y(j)}; ${times(rows, i => `${partial}${i}_${j} = ${walk}(${partial}${i}_${j}, x${i}, y, w);`).join(' ')} }`,
    ),
  ];
  const at = (i: number): string => (i === 0 ? '' : ` + ${i * step}u`);
  const rowsOfTile = rows * step;
  const columnsOfTile = columns * step;

  const walkRegisters = (from: string, to: string): string[] => [
    `for (var k = ${from}; k < ${to}; k++) {`,
    'let w = weight(k);',
    ...steps(
      i => `four_a(a${i}, k)`,
      j => (measured ? `changed_b(four_b(b${j}, k), own${j}, k)` : `four_b(b${j}, k)`),
    ),
    '}',
  ];
  const walkShared = (from: string, to: string): string[] => [
    `for (var stage = ${from}; stage < ${to}; stage += ${DEPTH}u) {`,
    'workgroupBarrier();',
    // Neighbouring invocations read neighbouring fours of a row.
    ...(['a', 'b'] as const).map(side => {
      const lines = side === 'a' ? rowsOfTile : columnsOfTile;
      const first = side === 'a' ? 'top_row' : 'top_column';
      const four = `four_${side}(row_${side}(${first} + line, batch), stage + k)`;
      const read = measured && side === 'b' ? `changed_b(${four}, own_b(${first} + line), stage + k)` : four;
      return `for (var i = index; i < ${lines * DEPTH}u; i += ${SIDE * SIDE}u) { let k = i % ${DEPTH}u; let line = i / ${DEPTH}u; if (stage + k < params.fours) { held_${side}[k * ${lines}u + line] = ${read}; } }`;
    }),
    'workgroupBarrier();',
    `let depth = min(${DEPTH}u, params.fours - stage);`,
    'for (var k = 0u; k < depth; k++) {',
    'let w = weight(stage + k);',
    ...steps(
      i => `held_a[k * ${rowsOfTile}u + down${at(i)}]`,
      j => `held_b[k * ${columnsOfTile}u + along${at(j)}]`,
    ),
    '}',
    '}',
  ];
  const walkAll = shared ? walkShared : walkRegisters;
  const take = matrix
    ? 'put(at_row, at_column, batch, bits);'
    : 'sinks[i] = sink_take(sinks[i], bits, params.first_column + at_column);';
  // Straight lines above, one loop here: a branch for each pair of a large tile would take compilers seconds.
  const finish = [
    `var found: array<${expanded ? 'f32' : 'Pair'}, ${rows * columns}>;`,
    ...everyPair((i, j) => `found[${i * columns + j}] = p${i}_${j};`),
    `for (var i = 0u; i < ${rows}u; i++) {`,
    `let at_row = row + i * ${step}u; let line_a = row_a(at_row, batch); let left = value_a(line_a);`,
    'if (at_row >= params.n) { break; }',
    `for (var j = 0u; j < ${columns}u; j++) {`,
    `let at_column = column + j * ${step}u; let right = value_b(at_column, batch);`,
    'if (at_column >= params.m) { break; }',
    expanded
      ? `var bits = expanded_bits(found[i * ${columns}u + j], square_a(line_a), square_b(at_column, batch), left, right);`
      : `var bits = pair_bits(found[i * ${columns}u + j], left, right);`,
    ...(guarded ? ['if (bits == MARK) { bits = bitcast<u32>(careful_pair(at_row, at_column, batch)); }'] : []),
    take,
    '}',
    '}',
  ];
  const strip = shared ? `strip * ${SIDE}u + along` : 'strip';
  return [
    ...(shared
      ? [
          `var<workgroup> held_a: array<Four, ${rowsOfTile * DEPTH}>;`,
          `var<workgroup> held_b: array<Four, ${columnsOfTile * DEPTH}>;`,
        ]
      : []),
    '@compute @workgroup_size(GROUP)',
    'fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(num_workgroups) workgroups: vec3u, @builtin(local_invocation_index) index: u32) {',
    shared
      ? 'let unit = group_number(workgroup, workgroups);'
      : 'let unit = group_number(workgroup, workgroups) * GROUP + index;',
    'if (unit >= params.units) { return; }',
    'let strip = unit % params.strips; let rest = unit / params.strips;',
    'let batch = rest / params.row_tiles;',
    `let top_row = (rest % params.row_tiles) * ${rowsOfTile}u;`,
    shared ? `let down = index / ${SIDE}u; let along = index % ${SIDE}u;` : '',
    `let row = top_row${shared ? ' + down' : ''};`,
    ...times(rows, i => `let a${i} = row_a(row${at(i)}, batch);`),
    ...(matrix ? [] : [`var sinks: array<Sink, ${rows}>;`, ...times(rows, i => `sinks[${i}] = sink_start();`)]),
    'for (var tile = 0u; tile < params.strip_tiles; tile++) {',
    `let top_column = (strip * params.strip_tiles + tile) * ${columnsOfTile}u;`,
    'if (top_column >= params.m) { break; }',
    ...(matrix
      ? [
          `if (CONDENSED && params.first_column + top_column + ${columnsOfTile}u <= params.first_row + top_row + 1u) { continue; }`,
          `if (MIRRORED && top_column + ${columnsOfTile}u <= top_row) { continue; }`,
        ]
      : []),
    `let column = top_column${shared ? ' + along' : ''};`,
    ...times(columns, j => `let b${j} = row_b(column${at(j)}, batch);`),
    ...(measured && !shared ? times(columns, j => `let own${j} = own_b(column${at(j)});`) : []),
    ...everyPair((i, j) => `var p${i}_${j} = ${start};`),
    ...(fold
      ? [
          'for (var block = 0u; block < params.fours; block += BLOCK) {',
          ...everyPair((i, j) => `var q${i}_${j} = ${start};`),
          'let end = min(block + BLOCK, params.fours);',
          ...walkAll('block', 'end'),
          ...everyPair((i, j) => `p${i}_${j} = ${join}(p${i}_${j}, q${i}_${j});`),
          '}',
        ]
      : walkAll('0u', 'params.fours')),
    ...finish,
    '}',
    ...(matrix ? [] : times(rows, i => `keep(row${at(i)}, ${strip}, sinks[${i}]);`)),
    '}',
    '',
  ].join('\n');
}
