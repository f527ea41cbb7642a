/** (state, message) -> state. No message changes anything else. */

import type { Setup } from '@knuckle/web';
import { announced } from './announce';
import { changed } from './settings';
import { type Message, NOTHING, type State } from './state';

export function reduce(state: State, message: Message): State {
  switch (message.type) {
    case 'opening':
      return { ...state, opening: message.opening, problem: null };
    case 'opened':
      return opened(state, message.source);
    case 'closed':
      return {
        ...state,
        source: null,
        opening: null,
        findings: NOTHING,
        recording: { kind: 'none' },
      };
    case 'paused':
      return paused(state, message.paused);
    case 'loading':
      return loading(state);
    case 'progress': {
      if (state.engine.kind !== 'loading') return state;
      const { loaded, total } = message.progress;
      return { ...state, engine: { kind: 'loading', loaded, total } };
    }
    case 'ready':
      return ready(state, message.setup);
    case 'webgpu-found':
      return { ...state, hasWebGpu: true };
    case 'found':
      return announced({ ...state, findings: message.findings }, message.now);
    case 'set':
      return {
        ...state,
        settings: changed(state.settings, message.key, message.value),
        problem: null,
      };
    case 'lite-wanted':
      return { ...state, settings: changed(state.settings, 'variant', 'lite'), problem: null };
    case 'panel':
      return { ...state, panel: message.panel };
    case '3d-toggled':
      return { ...state, is3d: !state.is3d };
    case 'recording':
      return {
        ...state,
        recording: { kind: 'running', seconds: message.seconds, frames: message.frames },
      };
    case 'recorded':
      return { ...state, recording: { kind: 'done', name: message.name, offers: message.offers } };
    case 'recording-closed':
      return { ...state, recording: { kind: 'none' } };
    case 'problem':
      return withProblem(state, message.code);
    case 'problem-dismissed':
    case 'restart-wanted':
      return { ...state, problem: null };
    case 'cameras':
      return { ...state, cameras: message.cameras };
    case 'dragging':
      return { ...state, isDropping: message.isOver };
    case 'file-given':
      return { ...state, isDropping: false, problem: null };
    case 'offline-kept':
      return { ...state, isKept: true };
    case 'update-found':
      return { ...state, hasUpdate: true };
    case 'camera-wanted':
    case 'sample-wanted':
    case 'file-wanted':
    case 'pause-toggled':
    case 'seek':
    case '3d-reset':
    case 'record-toggled':
    case 'save-wanted':
    case 'save':
    case 'reload-wanted':
      return state; // effects answer these
  }
}

function opened(state: State, source: State['source']): State {
  const recording = { kind: 'none' } as const;
  return { ...state, source, opening: null, problem: null, findings: NOTHING, recording };
}

/** What is wrong with a camera or a file stays true while the networks load. */
function loading(state: State): State {
  const engine = { kind: 'loading', loaded: 0, total: 0 } as const;
  return { ...state, engine, problem: isOfEngine(state.problem) ? null : state.problem };
}

/** Networks that the graphics card cannot run run on the processor, and stay there. */
function ready(state: State, setup: Setup): State {
  const engine = { kind: 'ready', setup } as const;
  if (setup.device === state.settings.device) return { ...state, engine };
  const settings = changed(state.settings, 'device', setup.device);
  return { ...state, engine, settings, problem: 'no-webgpu', hasWebGpu: false };
}

function paused(state: State, isPaused: boolean): State {
  const { source } = state;
  if (source === null || source.kind === 'picture') return state;
  return { ...state, source: { ...source, paused: isPaused } };
}

function withProblem(state: State, problem: State['problem']): State {
  const isEngine = isOfEngine(problem);
  const engine = isEngine ? ({ kind: 'off' } as const) : state.engine;
  const findings = isEngine ? NOTHING : state.findings;
  return { ...state, problem, opening: null, engine, findings };
}

function isOfEngine(problem: State['problem']): boolean {
  return problem !== null && ENGINE_PROBLEMS.has(problem);
}

/** After these there is no tracker any more. */
const ENGINE_PROBLEMS: ReadonlySet<string> = new Set([
  'no-simd',
  'out-of-memory',
  'worker-died',
  'offline',
  'not-found',
]);
