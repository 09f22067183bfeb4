/**
 * How an operation runs: its operands become tensors of one device, its outputs are allocated, the call is enqueued, and
 * temporaries are given back, whatever throws. Every room goes through here.
 */
import type { Primitive, StatusReader } from '../device/index.ts';
import { DeviceMismatchError, DtypeError } from '../errors.ts';
import { checkDevice, defaultDevice, type Device, type TensorLike } from './device.ts';
import { bytesOf, storedCount, type Dtype } from './dtype.ts';
import { checkSameDevice, Tensor } from './tensor.ts';
import type { Shape } from './shape.ts';

/** Keeps the temporaries of one operation and disposes them at its end, but for what is taken out as its result. */
export class Scope {
  readonly #own: Set<Tensor> = new Set();

  keep(tensor: Tensor): Tensor {
    this.#own.add(tensor);
    return tensor;
  }

  /** Hands a tensor to the caller: it outlives the scope. */
  result(tensor: Tensor): Tensor {
    this.#own.delete(tensor);
    return tensor;
  }

  close(): void {
    for (const tensor of this.#own) tensor.dispose();
  }
}

/** Runs `body` with a scope that is closed afterwards, whatever happens. */
export function scoped<Result>(body: (scope: Scope) => Result): Result {
  const scope = new Scope();
  try {
    return body(scope);
  } finally {
    scope.close();
  }
}

/** The operands as tensors of one device. Plain data are uploaded for the duration of the scope. */
export function toTensors(values: readonly TensorLike[], op: string, scope: Scope, device?: Device): Tensor[] {
  const given = values.filter(value => value instanceof Tensor);
  if (device !== undefined) checkDevice(device, op);
  checkSameDevice(given, op);
  const own = given[0]?.device;
  if (own && device && own !== device)
    throw new DeviceMismatchError(
      `${op}: the tensor is on '${own.kind}', the option names '${device.kind}'. Use t.to(device) first.`,
    );
  const target = own ?? device ?? defaultDevice();
  target.engine.assertOpen(op);
  return values.map(value => {
    if (!(value instanceof Tensor)) return scope.keep(target.upload(value, undefined, undefined, op));
    value.storageFor(op);
    return value;
  });
}

/** A fresh tensor without content, for a primitive to fill. */
export function emptyTensor(device: Device, shape: Shape, dtype: Dtype, op: string): Tensor {
  const storage = device.engine.allocate(storedCount(shape, dtype) * bytesOf(dtype), op);
  return new Tensor({ device, storage, shape, dtype });
}

/** Enqueues one primitive. */
export function launch<Plan>(
  op: string,
  primitive: Primitive<Plan>,
  plan: Plan,
  reads: readonly Tensor[],
  writes: readonly Tensor[],
  status?: StatusReader,
): void {
  const [first] = writes;
  if (!first) return;
  first.device.engine.run({
    op,
    primitive,
    plan,
    reads: reads.map(tensor => tensor.storageFor(op)),
    writes: writes.map(tensor => tensor.storageFor(op)),
    ...(status && { status }),
  });
}

/** The dtype in which operands meet: the widest float among them, else uint32; bools count as uint32. */
export function commonDtype(dtypes: readonly Dtype[], op: string): Dtype {
  if (dtypes.length === 0) throw new DtypeError(`${op}: no operand. Give at least one.`);
  if (dtypes.includes('float64')) return 'float64';
  if (dtypes.includes('float32')) return 'float32';
  return 'uint32';
}
