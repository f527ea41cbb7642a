/** What goes wrong: one class, with a code for programs and one sentence for people. */

/**
 * - `no-simd`: the browser is too old for the networks.
 * - `file-missing`: a network or a wasm file is not where it was looked for.
 * - `wrong-file`: there is another file in its place, often the HTML page of a 404.
 * - `out-of-memory`: the browser gave no memory.
 * - `worker-died`: the worker ended; the next call starts another.
 * - `closed`: the tracker was closed.
 * - `bad-source`: there is no picture in the source.
 * - `cannot-run`: the browser lacks something else, which the message names.
 */
export type ErrorCode =
  | 'no-simd'
  | 'file-missing'
  | 'wrong-file'
  | 'out-of-memory'
  | 'worker-died'
  | 'closed'
  | 'bad-source'
  | 'cannot-run';

/** Every error of this library. The message is one sentence that says what to do. */
export class KnuckleError extends Error {
  override readonly name = 'KnuckleError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const MEMORY = /out of memory|OOM|could not allocate|allocation failed|Cannot enlarge memory/i;

/** Any thrown value as an error of ours. */
export function knuckleError(error: unknown, code: ErrorCode = 'cannot-run'): KnuckleError {
  if (error instanceof KnuckleError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (MEMORY.test(message)) {
    return new KnuckleError(
      'out-of-memory',
      'The browser has no memory left for the networks; close other tabs, or use the lite variant.',
      { cause: error },
    );
  }
  return new KnuckleError(code, `The networks failed: ${message}`, { cause: error });
}
