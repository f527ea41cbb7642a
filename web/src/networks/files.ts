/** Files over the network, with progress and errors that say what was found. */

import { KnuckleError } from '../errors';
import type { AssetFile } from './models';

/** A file and where it is. */
export interface LocatedFile extends AssetFile {
  readonly url: string;
}

/** Called with the bytes of each part as it arrives. */
export type OnBytes = (bytes: number, file: string) => void;

const TFLITE_MAGIC = [0x54, 0x46, 0x4c, 0x33]; // "TFL3", from byte 4 on

/** The bytes of a network. Raises `file-missing` or `wrong-file`. */
export async function fetchNetwork(file: LocatedFile, onBytes: OnBytes): Promise<Uint8Array> {
  const bytes = new Uint8Array(await (await fetchFile(file, onBytes)).arrayBuffer());
  if (!TFLITE_MAGIC.every((value, i) => bytes[4 + i] === value)) {
    throw new KnuckleError(
      'wrong-file',
      `${file.url} is not a network (.tflite); copy the files in the library's folder to your server.`,
    );
  }
  return bytes;
}

/** A file as it arrives. Raises `file-missing` or `wrong-file`. */
export async function fetchFile(file: LocatedFile, onBytes: OnBytes): Promise<Response> {
  const response = await fetch(file.url).catch((error: unknown) => {
    throw new KnuckleError(
      'file-missing',
      `${file.url} could not be loaded; check the connection and the address.`,
      { cause: error },
    );
  });
  if (!response.ok) {
    throw new KnuckleError(
      'file-missing',
      `${file.url} could not be loaded (status ${response.status}); copy the files in the library's folder to your server, or say in \`assets\` where they are.`,
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/html')) {
    throw new KnuckleError(
      'wrong-file',
      `${file.url} is an HTML page instead of a file of the library; say in \`assets\` where the files are.`,
    );
  }
  return counted(response, file.name, onBytes);
}

/** The same response, whose bytes are counted on their way. */
function counted(response: Response, name: string, onBytes: OnBytes): Response {
  if (response.body === null) return response;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      onBytes(part.byteLength, name);
      controller.enqueue(part);
    },
  });
  const headers = { 'content-type': 'application/wasm' };
  return new Response(response.body.pipeThrough(counter), { headers });
}
