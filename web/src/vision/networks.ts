/** The networks in this thread. All landmarkers share them, because they keep no state. */

import { networkFiles, runtimeFiles } from '../assets';
import { chooseBuild } from '../networks/features';
import { openRuntime, type Runtime } from '../networks/litert';
import type { Variant } from '../networks/models';
import { fetchNetworks, type OpenedSyncNetworks, openOnProcessor } from '../networks/open';

/** Networks, and how many landmarkers use them. */
interface Shared {
  readonly opened: Promise<OpenedSyncNetworks>;
  users: number;
}

const shared = new Map<Variant, Shared>();
let runtime: Promise<Runtime> | null = null;

/** The networks of a variant. Whoever takes them gives them back with `giveBack`. */
export async function take(variant: Variant): Promise<OpenedSyncNetworks> {
  const entry = shared.get(variant) ?? { opened: open(variant), users: 0 };
  shared.set(variant, entry);
  entry.users++;
  try {
    return await entry.opened;
  } catch (error) {
    if (shared.get(variant) === entry) shared.delete(variant);
    throw error;
  }
}

/** Free the networks if nobody else uses them. */
export async function giveBack(variant: Variant): Promise<void> {
  const entry = shared.get(variant);
  if (entry === undefined || --entry.users > 0) return;
  shared.delete(variant);
  (await entry.opened).close();
}

async function open(variant: Variant): Promise<OpenedSyncNetworks> {
  runtime ??= startedRuntime();
  const contents = fetchNetworks(networkFiles(variant), () => {});
  contents.catch(() => {}); // it is awaited below
  return openOnProcessor(await runtime, variant, await contents);
}

function startedRuntime(): Promise<Runtime> {
  const { build, threads } = chooseBuild('auto');
  const starting = openRuntime(runtimeFiles(build, threads), () => {});
  starting.catch(() => {
    runtime = null; // so that the next landmarker tries again
  });
  return starting;
}
