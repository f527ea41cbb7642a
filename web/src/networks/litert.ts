/**
 * LiteRT.js: the runtime of the networks, on the processor.
 *
 * It is called below its promises, because on the processor it answers at once, and MediaPipe's
 * interface (`src/vision`) has to. Those functions are declared but not promised, so package.json
 * pins the exact version.
 */

import type { LiteRt } from '@litertjs/core';
import { KnuckleError } from '../errors';
import type { LocatedFile, OnBytes } from './files';
import { fetchFile } from './files';
import type { Build, NetworkSpec } from './models';
import type { Outputs, SyncNetwork } from './requests';

export type Wasm = LiteRt['liteRtWasm'];
export type Environment = ReturnType<Wasm['LiteRtEnvironment']['create']>;
export type Model = ReturnType<Wasm['loadModel']>;
export type Compiled = Exclude<ReturnType<Wasm['compileModel']>, Promise<unknown>>;
export type TensorBuffer = ReturnType<Wasm['LiteRtTensorBuffer']['createManaged']>;

/** The build that runs, and its files. */
export interface RuntimeFiles {
  readonly build: Build;
  readonly threads: number;
  readonly script: LocatedFile;
  readonly wasm: LocatedFile;
}

/** The runtime in this thread. */
export interface Runtime {
  readonly wasm: Wasm;
  readonly build: Build;
  readonly threads: number;
}

/** A network that answers at once, and memory that it holds. */
export interface OpenedNetwork {
  readonly run: SyncNetwork;
  close(): void;
}

/** What the script of LiteRT.js, made by Emscripten, takes. */
interface ModuleOptions {
  locateFile(name: string): string;
  mainScriptUrlOrBlob: string;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): void;
  print(line: string): void;
  printErr(line: string): void;
}

declare global {
  /** Set by the script of LiteRT.js. */
  var ModuleFactory: ((options: ModuleOptions) => Promise<Wasm>) | undefined;
  /** In workers only. */
  function importScripts(...urls: string[]): void;
}

const NOISE = /^(INFO|WARNING|VERBOSE|[IW]\d{4})/; // LiteRT.js prints these as errors

/** Load LiteRT.js into this thread. Raises `file-missing`, `wrong-file` or `cannot-run`. */
export async function openRuntime(files: RuntimeFiles, onBytes: OnBytes): Promise<Runtime> {
  const wasmFile = fetchFile(files.wasm, onBytes);
  wasmFile.catch(() => {}); // it is awaited below, where its error is thrown
  await Promise.all([
    files.threads > 1 ? checkThreads(files.script) : null,
    loadScript(files.script),
  ]);
  onBytes(files.script.bytes, files.script.name);
  const factory = globalThis.ModuleFactory;
  if (factory === undefined) {
    throw new KnuckleError('wrong-file', `${files.script.url} is not the script of LiteRT.js.`);
  }
  globalThis.ModuleFactory = undefined;
  const response = await wasmFile;
  const wasm = await new Promise<Wasm>((resolve, reject) => {
    const starting = withCores(files.threads, () =>
      factory({
        locateFile: () => files.wasm.url,
        mainScriptUrlOrBlob: files.script.url,
        instantiateWasm: (imports, done) => {
          WebAssembly.instantiateStreaming(response, imports)
            .then(({ instance, module }) => done(instance, module))
            .catch(reject);
        },
        print: () => {},
        printErr: (line) => {
          if (!NOISE.test(line)) console.error(line);
        },
      }),
    );
    starting.then(resolve, reject);
  });
  return { wasm, build: files.build, threads: files.threads };
}

/**
 * Threads are workers that run the script, too. Without this header the browser blocks them, and
 * LiteRT.js would wait for them for ever.
 */
async function checkThreads({ url }: LocatedFile): Promise<void> {
  const response = await fetch(url, { method: 'HEAD' }).catch(() => null); // perhaps offline
  if (response === null || response.headers.has('cross-origin-embedder-policy')) return;
  throw new KnuckleError(
    'cannot-run',
    `Threads cannot start: send ${url} with the header Cross-Origin-Embedder-Policy: require-corp, or set threads to 1.`,
  );
}

async function loadScript({ url }: LocatedFile): Promise<void> {
  const missing = () => new KnuckleError('file-missing', `${url} could not be loaded as a script.`);
  if (typeof importScripts === 'function') {
    try {
      importScripts(url);
    } catch (error) {
      throw isModuleWorker(error)
        ? new KnuckleError(
            'cannot-run',
            'LiteRT.js cannot run in a module worker; use a classic worker or the main thread.',
          )
        : missing();
    }
    return;
  }
  const script = document.createElement('script');
  script.src = url;
  await new Promise<void>((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(missing());
    document.head.append(script);
  }).finally(() => script.remove());
}

function isModuleWorker(error: unknown): boolean {
  return error instanceof TypeError;
}

/** Call it while the browser says that it has so many cores: LiteRT.js starts a thread for each. */
function withCores<T>(cores: number, call: () => T): T {
  Object.defineProperty(navigator, 'hardwareConcurrency', { value: cores, configurable: true });
  try {
    return call();
  } finally {
    Reflect.deleteProperty(navigator, 'hardwareConcurrency'); // the browser's own shows again
  }
}

/** A network on the processor. */
export function openNetwork(
  runtime: Runtime,
  environment: Environment,
  spec: NetworkSpec,
  content: Uint8Array,
): OpenedNetwork {
  const { wasm, threads } = runtime;
  const { model, free } = withModel(wasm, environment, content);
  const options = { accelerator: 'wasm' as const, cpuOptions: { numThreads: threads } };
  const compiled = wasm.compileModel(environment, model, options);
  if (compiled instanceof Promise) throw new Error('this build of LiteRT.js compiles later');
  const input = inputBuffer(wasm, environment, model);
  return {
    run: (pixels) => {
      write(wasm, input, pixels);
      const answers = compiled.run(0, [input]);
      if (answers instanceof Promise) throw new Error('this build of LiteRT.js answers later');
      return outputsOf(wasm, spec, answers);
    },
    close: () => {
      input.delete();
      compiled.delete();
      free();
    },
  };
}

/** A network's file in the runtime's memory, which has to stay until the network is closed. */
export function withModel(
  wasm: Wasm,
  environment: Environment,
  content: Uint8Array,
): { model: Model; free: () => void } {
  const address = wasm._malloc(content.byteLength);
  wasm.HEAPU8.set(content, address);
  const model = wasm.loadModel(environment, address, content.byteLength);
  const free = (): void => {
    model.delete();
    wasm._free(address);
  };
  return { model, free };
}

function inputBuffer(wasm: Wasm, environment: Environment, model: Model): TensorBuffer {
  const type = model.getInputTensorType(0, 0);
  const memory = wasm.LiteRtTensorBufferType.HOST_MEMORY;
  const buffer = wasm.LiteRtTensorBuffer.createManaged(environment, memory, type, type.bytes());
  type.delete();
  return buffer;
}

function write(wasm: Wasm, buffer: TensorBuffer, values: Float32Array): void {
  const address = buffer.lock(wasm.LiteRtTensorBufferLockMode.WRITE);
  wasm.HEAPU8.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), address);
  buffer.unlock();
}

/** Copies of the answers, by name. Frees the buffers. */
function outputsOf(wasm: Wasm, spec: NetworkSpec, answers: readonly TensorBuffer[]): Outputs {
  const outputs = Object.fromEntries(
    answers.map((buffer, i) => [spec.outputs[i], read(wasm, buffer)]),
  );
  for (const buffer of answers) buffer.delete();
  return outputs;
}

function read(wasm: Wasm, buffer: TensorBuffer): Float32Array {
  const address = buffer.lock(wasm.LiteRtTensorBufferLockMode.READ);
  const bytes = wasm.HEAPU8.slice(address, address + buffer.packedSize());
  buffer.unlock();
  return new Float32Array(bytes.buffer);
}
