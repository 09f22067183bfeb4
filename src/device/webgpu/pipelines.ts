/**
 * From a kernel's data to a pipeline: composes the WGSL text, compiles it once a key, and turns compile errors into
 * `ShaderError`s that name file, line and column. A failed compile leaves the cache, so that the next try is a fresh one.
 */
import { ShaderError } from '../../errors.ts';
import type { Kernel, Verdict, WgslFile } from '../contract.ts';

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly storages: GPUBindGroupLayout;
  /** What the compile came to; undefined once it is known to be good. */
  verdict: Verdict | undefined;
}

export interface Composed {
  readonly code: string;
  /** `path:line:column` of a position in the composed text. */
  locate(line: number, column: number): string;
}

/** The four things that a pipeline depends on, as one string: the cache key, and the label in errors and profiles. */
export function kernelKey(kernel: Kernel): string {
  const settings = Object.entries({ ...kernel.constants, ...kernel.aliases });
  const shown = settings.map(([name, value]) => `${name}=${String(value)}`);
  return `${kernel.name} {${shown.join(' ')}} ${kernel.wgsl.map(file => file.id).join(' ')}`;
}

/** Prelude and files one behind the other; WGSL declarations need no order. */
export function compose(kernel: Kernel): Composed {
  const literal = (value: number | boolean): string =>
    typeof value === 'boolean' ? String(value) : Number.isInteger(value) ? `${value}u` : `${value}f`;
  const prelude: WgslFile = {
    id: `constants of ${kernel.name}`,
    text: [
      ...Object.entries(kernel.constants).map(([name, value]) => `const ${name} = ${literal(value)};`),
      ...Object.entries(kernel.aliases ?? {}).map(([name, type]) => `alias ${name} = ${type};`),
    ].join('\n'),
  };
  const files = [prelude, ...new Set(kernel.wgsl)];
  const starts: { id: string; line: number }[] = [];
  let line = 1;
  const texts = files.map(({ id, text }) => {
    starts.push({ id, line });
    const whole = `${text}\n`;
    line += whole.split('\n').length - 1;
    return whole;
  });
  return {
    code: texts.join(''),
    locate(at, column) {
      const file = starts.findLast(start => start.line <= at) ?? { id: kernel.name, line: 1 };
      return `${file.id}:${at - file.line + 1}:${column}`;
    },
  };
}

/** The pipelines of a GPUDevice, and the layout of parameters that all of them have. */
export class PipelineCache {
  readonly params: GPUBindGroupLayout;
  readonly #device: GPUDevice;
  readonly #cache: Map<string, Pipeline> = new Map();

  constructor(device: GPUDevice) {
    this.#device = device;
    caches.set(device, this);
    this.params = device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: 0x4, buffer: { type: 'uniform', hasDynamicOffset: true } }],
    });
  }

  get(kernel: Kernel): Pipeline {
    const key = kernelKey(kernel);
    const made = this.#cache.get(key) ?? this.#compile(kernel, key);
    this.#cache.set(key, made);
    return made;
  }

  #compile(kernel: Kernel, key: string): Pipeline {
    const device = this.#device;
    const composed = compose(kernel);
    device.pushErrorScope('validation');
    device.pushErrorScope('internal');
    const module = device.createShaderModule({ code: composed.code, label: key });
    const storages = device.createBindGroupLayout({
      label: key,
      entries: kernel.bindings.map((kind, binding) => ({
        binding,
        visibility: 0x4,
        buffer: { type: kind === 'read' ? 'read-only-storage' : 'storage' },
      })),
    });
    const pipeline = device.createComputePipeline({
      label: key,
      layout: device.createPipelineLayout({ bindGroupLayouts: [storages, this.params] }),
      compute: { module, entryPoint: 'main' },
    });
    const made: Pipeline = { pipeline, storages, verdict: undefined };
    const errors = [device.popErrorScope(), device.popErrorScope()];
    made.verdict = Promise.all(errors).then(
      async ([internal, validation]) => {
        const error = validation ?? internal;
        made.verdict = undefined;
        if (!error) return undefined;
        if (this.#cache.get(key) === made) this.#cache.delete(key);
        return new ShaderError(
          `${kernel.name}: the shader did not compile.\n${await explain(module, composed, error)}`,
        );
      },
      () => undefined,
    );
    return made;
  }
}

const caches: WeakMap<GPUDevice, PipelineCache> = /* @__PURE__ */ new WeakMap();

/** Devices of ours that share a GPUDevice share what was compiled for it. */
export const pipelinesOf = (device: GPUDevice): PipelineCache => caches.get(device) ?? new PipelineCache(device);

async function explain(module: GPUShaderModule, composed: Composed, error: GPUError): Promise<string> {
  const info = await module.getCompilationInfo?.().catch(() => undefined);
  const messages = (info?.messages ?? []).filter(message => message.type === 'error');
  if (messages.length > 0)
    return messages
      .map(message => `${composed.locate(message.lineNum, message.linePos)} ${message.message}`)
      .join('\n');
  // wgpu tells the place in the text of the error alone: "wgsl:12:5".
  return error.message.replaceAll(/wgsl:(\d+):(\d+)/g, (_, line: string, column: string) =>
    composed.locate(Number(line), Number(column)),
  );
}
