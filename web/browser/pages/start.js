// For tests: both entries as globals.
globalThis.tasks = await import('/lib/vision.js');
globalThis.knuckle = await import('/lib/index.js');
