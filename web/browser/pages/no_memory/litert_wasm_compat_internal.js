// Stands for LiteRT.js on a device without memory.
globalThis.ModuleFactory = () =>
  Promise.reject(new RangeError('WebAssembly.Memory(): could not allocate memory'));
