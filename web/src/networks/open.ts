/** Both networks, opened: on the processor, or on the graphics card if it gives the same hands. */

import type { Setup } from '../api';
import { fetchNetwork, type LocatedFile, type OnBytes } from './files';
import { openNetwork, openRuntime, type Runtime, type RuntimeFiles } from './litert';
import { NETWORKS, type Variant } from './models';
import type { Network, NetworkName, SyncNetwork } from './requests';
import { openOnGraphicsCard } from './webgpu';

/** What to open. */
export interface Wanted {
  readonly variant: Variant;
  readonly device: 'wasm' | 'webgpu';
  readonly runtime: RuntimeFiles;
  readonly networks: NetworkFiles;
}

/** Where the networks are. */
export type NetworkFiles = Readonly<Record<NetworkName, LocatedFile>>;

/** The content of the networks' files. */
export type Contents = Readonly<Record<NetworkName, Uint8Array>>;

/** Networks that are ready. */
export interface OpenedNetworks {
  readonly run: Readonly<Record<NetworkName, Network>>;
  close(): void;
}

/** Networks that answer at once. */
export interface OpenedSyncNetworks extends OpenedNetworks {
  readonly run: Readonly<Record<NetworkName, SyncNetwork>>;
}

/** Load the runtime and both networks, and open them. Raises KnuckleError. */
export async function openNetworks(
  wanted: Wanted,
  onBytes: OnBytes,
): Promise<{ networks: OpenedNetworks; setup: Setup }> {
  const { variant, device } = wanted;
  const [runtime, contents] = await Promise.all([
    openRuntime(wanted.runtime, onBytes),
    fetchNetworks(wanted.networks, onBytes),
  ]);
  const { build, threads } = runtime;
  const processor = openOnProcessor(runtime, variant, contents);
  const setup: Setup = { variant, build, threads, device: 'wasm', note: null };
  if (device === 'wasm') return { networks: processor, setup };
  try {
    const networks = await openOnGraphicsCard(runtime, variant, contents, processor);
    processor.close();
    return { networks, setup: { ...setup, device: 'webgpu' } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { networks: processor, setup: { ...setup, note: `WebGPU is not used: ${reason}` } };
  }
}

/** Both networks' files. Raises `file-missing` or `wrong-file`. */
export async function fetchNetworks(files: NetworkFiles, onBytes: OnBytes): Promise<Contents> {
  const [palm, hand] = await Promise.all([
    fetchNetwork(files.palm, onBytes),
    fetchNetwork(files.hand, onBytes),
  ]);
  return { palm, hand };
}

/** Both networks on the processor, where they answer at once. */
export function openOnProcessor(
  runtime: Runtime,
  variant: Variant,
  contents: Contents,
): OpenedSyncNetworks {
  const environment = runtime.wasm.LiteRtEnvironment.create(null);
  const specs = NETWORKS[variant];
  const palm = openNetwork(runtime, environment, specs.palm, contents.palm);
  const hand = openNetwork(runtime, environment, specs.hand, contents.hand);
  return {
    run: { palm: palm.run, hand: hand.run },
    close: () => {
      palm.close();
      hand.close();
      environment.delete();
    },
  };
}
