/**
 * The networks on the graphics card.
 *
 * A driver may compute something else than the processor does. So the networks read a picture of a
 * hand when they are opened, and are used only if they find the same hand.
 */

import { HAND_INPUT_SIZE, PALM_INPUT_SIZE } from '../spec';
import { checkPixels } from './check_picture';
import {
  type Compiled,
  type Environment,
  type Model,
  type OpenedNetwork,
  type Runtime,
  type TensorBuffer,
  type Wasm,
  withModel,
} from './litert';
import { NETWORKS, type NetworkSpec, type Variant } from './models';
import type { Contents, OpenedNetworks, OpenedSyncNetworks } from './open';
import type { Network, Outputs } from './requests';

/** How far landmarks, and the best palm's box, may be from those of the processor: pixels of the input. */
const MOST_PIXELS = 0.5;
/** How far presence, handedness and the best palm's logit may be. */
const MOST_SCORE = 0.02;

// The flags of the WebGPU standard, which TypeScript's library does not have as values.
const MAP_READ = 0x1;
const COPY_SRC = 0x4;
const COPY_DST = 0x8;
const STORAGE = 0x80;

/** A network whose answers come later. */
interface OpenedLater extends Omit<OpenedNetwork, 'run'> {
  readonly run: Network;
}

/** Both networks on the graphics card. Throws if there is none, or if it does not find the same hand. */
export async function openOnGraphicsCard(
  runtime: Runtime,
  variant: Variant,
  contents: Contents,
  processor: OpenedSyncNetworks,
): Promise<OpenedNetworks> {
  const device = await openDevice();
  const environment = runtime.wasm.LiteRtEnvironment.create(device);
  const specs = NETWORKS[variant];
  const opened: OpenedLater[] = [];
  const close = (): void => {
    for (const network of opened) network.close();
    environment.delete();
    device.destroy();
  };
  try {
    for (const name of ['palm', 'hand'] as const) {
      const spec = specs[name];
      opened.push(await openLater(runtime.wasm, environment, device, spec, contents[name]));
    }
    const run = { palm: opened[0].run, hand: opened[1].run };
    await compare(run, processor.run);
    return { run, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function openDevice(): Promise<GPUDevice> {
  if (navigator.gpu === undefined) throw new Error('this browser has no WebGPU');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('this device has no graphics card that WebGPU can use');
  const { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage } =
    adapter.limits;
  return adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize, maxStorageBuffersPerShaderStage },
  });
}

async function openLater(
  wasm: Wasm,
  environment: Environment,
  device: GPUDevice,
  spec: NetworkSpec,
  content: Uint8Array,
): Promise<OpenedLater> {
  const { model, free } = withModel(wasm, environment, content);
  const options = { accelerator: 'webgpu' as const, gpuOptions: { precision: 'fp32' as const } };
  const compiled = await wasm.compileModel(environment, model, options);
  if (!compiled.isFullyAccelerated()) {
    compiled.delete();
    free();
    throw new Error('the graphics card cannot run every layer');
  }
  const input = inputBuffer(wasm, environment, device, model);
  return {
    run: async (pixels) => {
      device.queue.writeBuffer(
        input.buffer,
        0,
        pixels.buffer,
        pixels.byteOffset,
        pixels.byteLength,
      );
      return outputsOf(wasm, device, spec, await answersOf(compiled, input.tensor));
    },
    close: () => {
      input.free();
      compiled.delete();
      free();
    },
  };
}

async function answersOf(compiled: Compiled, input: TensorBuffer): Promise<TensorBuffer[]> {
  return compiled.run(0, [input]);
}

function inputBuffer(wasm: Wasm, environment: Environment, device: GPUDevice, model: Model) {
  const type = model.getInputTensorType(0, 0);
  const buffer = device.createBuffer({
    size: type.bytes(),
    usage: STORAGE | COPY_DST | COPY_SRC,
  });
  const address = wasm.WebGPU.importJsBuffer(buffer);
  const kind = wasm.LiteRtTensorBufferType.WEB_GPU_BUFFER_PACKED;
  const tensor = wasm.LiteRtTensorBuffer.createFromWebGpuBuffer(
    environment,
    type,
    kind,
    address,
    buffer.size,
  );
  type.delete();
  const free = (): void => {
    tensor.delete();
    wasm.wgpuBufferRelease(address);
    buffer.destroy();
  };
  return { buffer, tensor, free };
}

/** Copies of the answers, by name. Frees the buffers. */
async function outputsOf(
  wasm: Wasm,
  device: GPUDevice,
  spec: NetworkSpec,
  answers: readonly TensorBuffer[],
): Promise<Outputs> {
  const reading = answers.map((tensor) => readLater(wasm, device, tensor));
  const values = await Promise.all(reading);
  for (const tensor of answers) tensor.delete();
  return Object.fromEntries(values.map((value, i) => [spec.outputs[i], value]));
}

async function readLater(
  wasm: Wasm,
  device: GPUDevice,
  tensor: TensorBuffer,
): Promise<Float32Array> {
  const source = wasm.WebGPU.getJsObject(tensor.getWebGpuBuffer());
  const copy = device.createBuffer({
    size: source.size,
    usage: COPY_DST | MAP_READ,
  });
  const commands = device.createCommandEncoder();
  commands.copyBufferToBuffer(source, 0, copy, 0, source.size);
  device.queue.submit([commands.finish()]);
  await copy.mapAsync(MAP_READ);
  const values = new Float32Array(
    copy.getMappedRange(tensor.offset(), tensor.packedSize()),
  ).slice();
  copy.destroy();
  return values;
}

/** Throws unless both devices find the same hand in the picture. */
async function compare(
  card: OpenedNetworks['run'],
  processor: OpenedSyncNetworks['run'],
): Promise<void> {
  const crop = await checkPixels(HAND_INPUT_SIZE);
  const hand = await card.hand(crop);
  const expected = processor.hand(crop);
  refuseBeyond(MOST_PIXELS, 'landmarks', hand.landmarks, expected.landmarks);
  refuseBeyond(MOST_SCORE, 'presence', hand.presence, expected.presence);
  refuseBeyond(MOST_SCORE, 'handedness', hand.handedness, expected.handedness);

  const picture = await checkPixels(PALM_INPUT_SIZE);
  const palm = await card.palm(picture);
  const expectedPalm = processor.palm(picture);
  const best = expectedPalm.scores.indexOf(Math.max(...expectedPalm.scores));
  const boxOf = ({ boxes }: Outputs) => boxes.slice(18 * best, 18 * (best + 1));
  refuseBeyond(MOST_PIXELS, 'palm', boxOf(palm), boxOf(expectedPalm));
  refuseBeyond(MOST_SCORE, 'palm score', [palm.scores[best]], [expectedPalm.scores[best]]);
}

function refuseBeyond(
  most: number,
  name: string,
  values: ArrayLike<number>,
  expected: ArrayLike<number>,
): void {
  const off = Math.max(...Array.from(expected, (value, i) => Math.abs(value - values[i])));
  if (!(off <= most)) {
    throw new Error(`the graphics card is off by ${off} in the ${name}, more than ${most}`);
  }
}
