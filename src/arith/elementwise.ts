/**
 * Element-wise arithmetic with numpy's broadcasting: `add sub mul div neg abs sqrt square exp log clip where`.
 * Each operation is one expression, written twice: in WGSL for the GPU and in JavaScript for the CPU.
 *
 * Dtypes: the widest float among the operands rules; plain numbers take the dtype of the tensors they meet. uint32 stays
 * uint32 for add, sub, mul, square, clip and where, modulo 2³² as in numpy; the others make it the device's float. Bools count as 0, 1.
 */
import { OptionError } from '../errors.ts';
import { checkOptions } from '../options.ts';
import {
  broadcastShapes,
  castTensor,
  commonDtype,
  defaultFloat,
  defineMap,
  emptyTensor,
  isFloat,
  launch,
  mapHelpers,
  planMap,
  scoped,
  Tensor,
  toTensors,
  type Device,
  type Dtype,
  type MapExpression,
  type Scope,
  type TensorLike,
} from '../tensor/index.ts';

export interface DeviceOption {
  /** Where plain numbers land. */
  readonly device?: Device | undefined;
}

type MapPrimitive = ReturnType<typeof defineMap>;

/** An operation for floats and, where it has a meaning of its own there, for uint32. */
interface Operation {
  readonly float: MapPrimitive;
  readonly uint32?: MapPrimitive;
}

/** A wasm device has all of them, by the same names. */
const named = (expression: MapExpression, name: string): MapPrimitive => defineMap({ ...expression, name, wasm: name });

const operation = (float: MapExpression, uint32?: MapExpression): Operation => ({
  float: named(float, float.name),
  ...(uint32 && { uint32: named(uint32, `${uint32.name}-uint32`) }),
});

const operations = {
  add: /* @__PURE__ */ operation(
    { name: 'add', wgsl: 'a + b', cpu: (a, b) => a + b },
    { name: 'add', wgsl: 'a + b', cpu: (a, b) => a + b },
  ),
  sub: /* @__PURE__ */ operation(
    { name: 'sub', wgsl: 'a - b', cpu: (a, b) => a - b },
    { name: 'sub', wgsl: 'a - b', cpu: (a, b) => a - b },
  ),
  mul: /* @__PURE__ */ operation(
    { name: 'mul', wgsl: 'a * b', cpu: (a, b) => a * b },
    { name: 'mul', wgsl: 'a * b', cpu: (a, b) => Math.imul(a, b) },
  ),
  div: /* @__PURE__ */ operation({ name: 'div', wgsl: 'quotient(a, b)', helpers: mapHelpers, cpu: (a, b) => a / b }),
  neg: /* @__PURE__ */ operation({ name: 'neg', wgsl: '-a', cpu: a => -a }),
  abs: /* @__PURE__ */ operation({ name: 'abs', wgsl: 'abs(a)', cpu: Math.abs }),
  sqrt: /* @__PURE__ */ operation({ name: 'sqrt', wgsl: 'roots(a)', helpers: mapHelpers, cpu: Math.sqrt }),
  square: /* @__PURE__ */ operation(
    { name: 'square', wgsl: 'a * a', cpu: a => a * a },
    { name: 'square', wgsl: 'a * a', cpu: a => Math.imul(a, a) },
  ),
  exp: /* @__PURE__ */ operation({ name: 'exp', wgsl: 'exponentials(a)', helpers: mapHelpers, cpu: Math.exp }),
  log: /* @__PURE__ */ operation({ name: 'log', wgsl: 'logarithms(a)', helpers: mapHelpers, cpu: Math.log }),
  clip: /* @__PURE__ */ operation(
    {
      name: 'clip',
      wgsl: 'least_of(most_of(a, b), c)',
      helpers: mapHelpers,
      cpu: (a, b, c) => Math.min(Math.max(a, b), c),
    },
    { name: 'clip', wgsl: 'min(max(a, b), c)', cpu: (a, b, c) => Math.min(Math.max(a, b), c) },
  ),
} as const;

const whereFloat = /* @__PURE__ */ defineMap({
  name: 'where',
  wgsl: 'select(c, b, !zeros(a))',
  helpers: mapHelpers,
  cpu: (a, b, c) => (a === 0 ? c : b),
  wasm: 'where',
});
const whereUint = /* @__PURE__ */ defineMap({
  name: 'where-uint32',
  wgsl: 'select(c, b, a != A())',
  cpu: (a, b, c) => (a === 0 ? c : b),
  wasm: 'where-uint32',
});

/** An operand: a tensor, or one plain number that will ride in the parameters. */
type Operand = Tensor | number;

function operandsOf(values: readonly TensorLike[], op: string, scope: Scope, device: Device | undefined): Operand[] {
  // Numbers alone have no tensor to follow: then the first one becomes it.
  const riders = values.some(value => typeof value !== 'number')
    ? values.map(value => typeof value === 'number')
    : values.map((_, i) => i > 0);
  const tensors = toTensors(
    values.filter((_, i) => !riders[i]),
    op,
    scope,
    device,
  );
  return values.map((value, i) => (riders[i] ? (value as number) : (tensors.shift() as Tensor)));
}

const isWholeUint = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

const deviceOf = (operands: readonly Operand[]): Device =>
  (operands.find(operand => operand instanceof Tensor) as Tensor).device;

/** The dtype in which operands meet; `uint32` only while every plain number is one. */
function meetingDtype(operands: readonly Operand[], op: string): Dtype {
  const dtype = commonDtype(
    operands.filter(operand => operand instanceof Tensor).map(tensor => tensor.dtype),
    op,
  );
  const fits = operands.every(operand => operand instanceof Tensor || isWholeUint(operand));
  return dtype === 'uint32' && !fits ? defaultFloat(deviceOf(operands).kind) : dtype;
}

/** Tensors cast to the meeting dtype: bools are unpacked, what a map can load as it is stays. */
function cast(operand: Operand, dtype: Dtype, op: string, scope: Scope): Operand {
  if (!(operand instanceof Tensor) || operand.dtype === dtype) return operand;
  return scope.keep(castTensor(operand, dtype, op));
}

function runMap(op: string, primitive: MapPrimitive, operands: readonly Operand[], dtype: Dtype, scope: Scope): Tensor {
  const tensors = operands.filter(operand => operand instanceof Tensor);
  const shape = broadcastShapes(
    tensors.map(tensor => tensor.shape),
    op,
  );
  const out = scope.keep(emptyTensor((tensors[0] as Tensor).device, shape, dtype, op));
  const parts = operands.map(operand => (operand instanceof Tensor ? operand : { value: operand, dtype }));
  launch(op, primitive, planMap(shape, parts, out), tensors, [out]);
  return scope.result(out);
}

/** Runs an operation on operands that are tensors or numbers. @internal */
export function applyMap(
  op: string,
  primitives: Operation,
  values: readonly TensorLike[],
  options: DeviceOption,
): Tensor {
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const operands = operandsOf(values, op, scope, options.device);
    const meeting = meetingDtype(operands, op);
    const primitive = meeting === 'uint32' ? primitives.uint32 : primitives.float;
    const dtype = primitive ? meeting : defaultFloat(deviceOf(operands).kind);
    return runMap(
      op,
      primitive ?? primitives.float,
      operands.map(operand => cast(operand, dtype, op, scope)),
      dtype,
      scope,
    );
  });
}

/** a + b */
export const add = (a: TensorLike, b: TensorLike, options: DeviceOption = {}): Tensor =>
  applyMap('add', operations.add, [a, b], options);
/** a − b */
export const sub = (a: TensorLike, b: TensorLike, options: DeviceOption = {}): Tensor =>
  applyMap('sub', operations.sub, [a, b], options);
/** a · b, element by element */
export const mul = (a: TensorLike, b: TensorLike, options: DeviceOption = {}): Tensor =>
  applyMap('mul', operations.mul, [a, b], options);
/** a / b; x/0 is ±∞ and 0/0 is NaN */
export const div = (a: TensorLike, b: TensorLike, options: DeviceOption = {}): Tensor =>
  applyMap('div', operations.div, [a, b], options);
/** −x */
export const neg = (x: TensorLike, options: DeviceOption = {}): Tensor => applyMap('neg', operations.neg, [x], options);
/** |x| */
export const abs = (x: TensorLike, options: DeviceOption = {}): Tensor => applyMap('abs', operations.abs, [x], options);
/** √x; NaN below 0 */
export const sqrt = (x: TensorLike, options: DeviceOption = {}): Tensor =>
  applyMap('sqrt', operations.sqrt, [x], options);
/** x² */
export const square = (x: TensorLike, options: DeviceOption = {}): Tensor =>
  applyMap('square', operations.square, [x], options);
/** eˣ */
export const exp = (x: TensorLike, options: DeviceOption = {}): Tensor => applyMap('exp', operations.exp, [x], options);
/** ln x; −∞ at 0, NaN below */
export const log = (x: TensorLike, options: DeviceOption = {}): Tensor => applyMap('log', operations.log, [x], options);

/** x held between `min` and `max`, either of which may be null; NaN stays NaN. Bounds may be tensors. */
export function clip(
  x: TensorLike,
  min: TensorLike | null,
  max: TensorLike | null,
  options: DeviceOption = {},
): Tensor {
  if (min === null && max === null) throw new OptionError('clip: min and max are both null. Give at least one bound.');
  // A missing bound is an infinite one, which would make uint32 a float: its own ends do there.
  const unsigned = x instanceof Tensor && !isFloat(x.dtype);
  return applyMap(
    'clip',
    operations.clip,
    [x, min ?? (unsigned ? 0 : -Infinity), max ?? (unsigned ? 0xffffffff : Infinity)],
    options,
  );
}

/** `a` where `condition` is true (not 0), else `b`, broadcasting all three. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike, options: DeviceOption = {}): Tensor {
  const op = 'where';
  checkOptions(op, options, ['device']);
  return scoped(scope => {
    const given = operandsOf([condition, a, b], op, scope, options.device);
    const [chooser, ...choices] = given as [Operand, Operand, Operand];
    // The tensors among the choices rule; two plain numbers become floats as the condition is one.
    const onFloat = chooser instanceof Tensor && isFloat(chooser.dtype);
    const floats = onFloat ? chooser.dtype : defaultFloat(deviceOf(given).kind);
    const dtype = choices.some(choice => choice instanceof Tensor) ? meetingDtype(choices, op) : floats;
    const test =
      chooser instanceof Tensor ? cast(chooser, onFloat ? chooser.dtype : 'uint32', op, scope) : Number(chooser !== 0);
    const operands: Operand[] = [test, ...choices.map(choice => cast(choice, dtype, op, scope))];
    const tensors = operands.filter(operand => operand instanceof Tensor);
    const shape = broadcastShapes(
      tensors.map(tensor => tensor.shape),
      op,
    );
    const out = scope.keep(emptyTensor((tensors[0] as Tensor).device, shape, dtype, op));
    const parts = operands.map((operand, k) =>
      operand instanceof Tensor ? operand : { value: operand, dtype: k === 0 ? ('uint32' as const) : dtype },
    );
    launch(op, onFloat ? whereFloat : whereUint, planMap(shape, parts, out), tensors, [out]);
    return scope.result(out);
  });
}
