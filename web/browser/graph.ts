/** What the tests of drawn graphs need: Python, which writes their pages and serves their editor. */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Drawing } from '../graph/model';
import { describeInBrowser, type Site, WEB } from './harness';

const ROOT = resolve(WEB, '..');
const PYTHON = process.env.KNUCKLE_PYTHON ?? join(ROOT, '.venv-test/bin/python');
const env = { ...process.env, PYTHONPATH: `${ROOT}/src:${ROOT}` };

/** `describe` for tests that need a browser and Python. */
export function describeWithPython(name: string, tests: () => void): void {
  if (existsSync(PYTHON)) describeInBrowser(name, tests);
  else describeInBrowser(`${name} (no ${PYTHON}; KNUCKLE_PYTHON names another)`, () => {});
}

/** Pages of drawings as files, as `knuckle graph view` writes them; a site, so that tests can open it. */
export async function filesOf(drawings: Readonly<Record<string, Drawing>>): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'knuckle-graphs-'));
  for (const [name, drawing] of Object.entries(drawings)) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(drawing));
  }
  execFileSync(PYTHON, ['-m', 'tests.web.graph_pages', 'pages', folder], { cwd: ROOT, env });
  return {
    origin: pathToFileURL(folder).href,
    asked: [],
    close: async () => rmSync(folder, { recursive: true }),
  };
}

/** The editor on its own server. */
export async function editorSite(): Promise<Site> {
  const server = spawn(PYTHON, ['-m', 'tests.web.graph_pages', 'editor'], { cwd: ROOT, env });
  const address = await new Promise<string>((done, fail) => {
    let said = '';
    server.stderr.on('data', (data) => {
      said += data;
    });
    server.stdout.once('data', (data) => done(String(data).trim()));
    server.once('exit', () => fail(new Error(`the editor's server has ended: ${said}`)));
  });
  return {
    origin: address.replace(/\/$/, ''),
    asked: [],
    close: () =>
      new Promise<void>((done) => {
        server.removeAllListeners('exit').once('exit', () => done());
        server.stdin.end();
      }),
  };
}
