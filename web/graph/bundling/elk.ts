/** Makes elkjs's script a module that runs anywhere and at once. */

import type { Plugin } from 'vite';

/** elkjs expects a timeout and a global object; here it is given both, and its timeouts run at once. */
export function elkAnywhere(): Plugin {
  return {
    name: 'elk-anywhere',
    transform(code, id) {
      if (!id.includes('elk-worker.min.js')) return null;
      return {
        code: `const module = { exports: {} };
(function (module, exports, setTimeout, global) {
${code}
})(module, module.exports, (run) => { run(); return 0; }, globalThis);
export default module.exports;`,
        map: null,
      };
    },
  };
}
