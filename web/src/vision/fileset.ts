/** `FilesetResolver`: where the wasm files are. */

import { runtimeFiles } from '../assets';
import { chooseBuild, hasSimd } from '../networks/features';
import { sayOnce } from './say_once';

/** The files of the runtime. */
export interface WasmFileset {
  /** The script. */
  wasmLoaderPath: string;
  wasmBinaryPath: string;
}

// biome-ignore lint/complexity/noStaticOnlyClass: programs call it as MediaPipe's class
export class FilesetResolver {
  /**
   * The files for the hand landmarker: those beside the library.
   *
   * @param basePath where MediaPipe's own files would be; nothing is loaded from there.
   * Throws KnuckleError in a browser without SIMD.
   */
  static async forVisionTasks(basePath?: string, _useModule?: boolean): Promise<WasmFileset> {
    if (basePath !== undefined) {
      sayOnce(`The files at ${basePath} are not loaded: knuckle has its own.`);
    }
    const { build, threads } = chooseBuild('auto');
    const { script, wasm } = runtimeFiles(build, threads);
    return { wasmLoaderPath: script.url, wasmBinaryPath: wasm.url };
  }

  /** Whether this browser can run the networks. */
  static async isSimdSupported(_useModule?: boolean): Promise<boolean> {
    return hasSimd();
  }
}
