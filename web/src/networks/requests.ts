/**
 * How the pure core asks for a network.
 *
 * Every function that needs one is a generator: it yields a `Request` and is resumed with the
 * `Outputs`. So the same code runs with networks that answer at once (`runSync`) and with networks
 * that answer later, such as those on a GPU (`run`), and the tests can replay recorded outputs.
 */

export type NetworkName = 'palm' | 'hand';

/** One picture for a network: RGB float32 (size, size, 3), 0 to 1, row by row. */
export interface Request {
  readonly network: NetworkName;
  readonly pixels: Float32Array;
}

/** What a network answers, by name: see `NETWORKS` in `models.ts`. */
export type Outputs = Readonly<Record<string, Float32Array>>;

/** A computation that may ask for networks and ends with a T. */
export type Reading<T> = Generator<Request, T, Outputs>;

export type SyncNetwork = (pixels: Float32Array) => Outputs;
export type Network = (pixels: Float32Array) => Outputs | Promise<Outputs>;

/** Ask a network: `const outputs = yield* ask('palm', pixels)`. */
export function* ask(network: NetworkName, pixels: Float32Array): Reading<Outputs> {
  return yield { network, pixels };
}

/** The result of a reading, with networks that answer at once. */
export function runSync<T>(
  reading: Reading<T>,
  networks: Readonly<Record<NetworkName, SyncNetwork>>,
): T {
  let turn = reading.next();
  while (!turn.done) turn = reading.next(networks[turn.value.network](turn.value.pixels));
  return turn.value;
}

/** The result of a reading, with networks that may answer later. */
export async function run<T>(
  reading: Reading<T>,
  networks: Readonly<Record<NetworkName, Network>>,
): Promise<T> {
  let turn = reading.next();
  while (!turn.done) turn = reading.next(await networks[turn.value.network](turn.value.pixels));
  return turn.value;
}
