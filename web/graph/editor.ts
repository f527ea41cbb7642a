/** The editor: a text on one side, its drawing on the other, and a server that reads the text. */

import { patch } from '../page/view/tree';
import { check, packaged, start, textOf } from './editor/server';
import { type Message, reduce, START, type State } from './editor/state';
import { createTextField } from './editor/text';
import { bar, findings } from './editor/views';
import type { Drawing, Problem } from './model';
import type { Viewer } from './run/viewer';
import type { State as ViewerState } from './state/state';
import './styles/editor.css';

/** The viewer's script comes first in the page. */
declare const knuckleGraph: {
  start(
    root: HTMLElement,
    drawing: Drawing,
    follow: (state: ViewerState, message: { type: string }) => void,
  ): Viewer;
};

/** Milliseconds without a key until the text is read. */
const PATIENCE = 250;
const NOTHING: Drawing = { title: 'graph', file: '', graph: null, problems: [], trace: null };

const root = element(document.getElementById('editor'));
root.innerHTML =
  '<main class="edit"><h1 class="unseen">Edit a graph</h1><div id="edit-bar"></div><div id="edit-text"></div><div id="edit-findings"></div></main><div class="grip" id="grip" role="separator" aria-orientation="vertical" aria-label="Width of the text" tabindex="0"></div><div id="edit-graph"></div><input type="file" id="edit-file" hidden accept=".pbtxt,.pbtext,.textproto,.txt">';

let state: State = START;
let drawing = NOTHING;
let timer = 0;
let asked = new AbortController();

const field = createTextField({
  parent: element(document.getElementById('edit-text')),
  nonce: root.dataset.nonce ?? '',
  changed: (text) => {
    send({ type: 'text-changed' });
    clearTimeout(timer);
    timer = window.setTimeout(() => void read(text), PATIENCE);
  },
  moved: (line) => viewer.send({ type: 'hovered', thing: thingAt(line) }),
});
const viewer = knuckleGraph.start(
  element(document.getElementById('edit-graph')),
  NOTHING,
  followed,
);
const picker = document.getElementById('edit-file') as HTMLInputElement;

function send(message: Message): void {
  state = reduce(state, message);
  perform(message);
  root.dataset.theme = document.querySelector<HTMLElement>('.viewer')?.dataset.theme ?? 'light';
  document.title = `${state.isChanged ? '• ' : ''}${state.name}`;
  patch(element(document.getElementById('edit-bar')), [bar(state)], send);
  patch(element(document.getElementById('edit-findings')), [findings(state)], send);
}

function perform(message: Message): void {
  if (message.type === 'graph-wanted') void openPackaged(message.name);
  if (message.type === 'open-wanted') picker.click();
  if (message.type === 'file-given') void openFile(message.file);
  if (message.type === 'save-wanted') save();
  if (message.type === 'line-wanted' && message.line > 0) {
    field.goTo(message.line);
    field.focus();
  }
}

/** Read the text on the server; an answer to an older text is not waited for. */
async function read(text: string): Promise<void> {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  try {
    const next = await check(text, signal);
    const isReadable = next.graph !== null;
    drawing = isReadable ? next : { ...drawing, problems: next.problems };
    viewer.give({ ...drawing, title: drawing.title || state.name });
    field.mark(ownProblems(next));
    send({ type: 'checked', problems: next.problems, isReadable });
  } catch (error) {
    if (!signal.aborted) send({ type: 'failed', text: (error as Error).message });
  }
}

/** Those of the text itself, not of files that it uses. */
function ownProblems({ problems, file }: Drawing): Problem[] {
  return problems.filter((problem) => problem.file === file || problem.file === '');
}

async function openPackaged(name: string): Promise<void> {
  try {
    open(`${name}.pbtxt`, await textOf(name));
  } catch (error) {
    send({ type: 'failed', text: (error as Error).message });
  }
}

async function openFile(file: File): Promise<void> {
  const text = await file.text();
  if (/[\0\uFFFD]/.test(text)) {
    send({
      type: 'failed',
      text: `${file.name} is no text: knuckle graph convert makes one of it`,
    });
  } else open(file.name, text);
}

function open(name: string, text: string): void {
  field.replace(text);
  send({ type: 'opened', name });
}

function save(): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([field.text()], { type: 'text/plain' }));
  link.download = state.name;
  link.click();
  URL.revokeObjectURL(link.href);
  send({ type: 'saved' });
}

/** What is selected in the drawing is shown in the text. */
function followed(of: ViewerState, message: { type: string }): void {
  root.dataset.theme = document.querySelector<HTMLElement>('.viewer')?.dataset.theme ?? 'light';
  if (message.type !== 'selected' && message.type !== 'jumped' && message.type !== 'hit-taken')
    return;
  const node =
    of.selected?.kind === 'node' ? of.catalogue.nodes.get(of.selected.id)?.node : undefined;
  if (node !== undefined && node.line > 0 && node.file === drawing.file) field.goTo(node.line);
}

/** The node that a line of the text belongs to: the last that starts above it. */
function thingAt(line: number) {
  const before = drawing.graph?.nodes.filter((node) => node.line > 0 && node.line <= line) ?? [];
  const last = before.sort((a, b) => a.line - b.line).at(-1);
  return last === undefined ? null : ({ kind: 'node', id: last.id } as const);
}

function element(found: HTMLElement | null): HTMLElement {
  if (found === null) throw new Error('the page lacks a part of the editor');
  return found;
}

/** A file that is dropped or pasted is opened; text goes where it goes. */
function give(event: Event, data: DataTransfer | null): void {
  const file = data?.files[0];
  if (file === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  send({ type: 'dragging', isOver: false });
  send({ type: 'file-given', file });
}

function listen(): void {
  picker.addEventListener('change', () => {
    const file = picker.files?.[0];
    if (file !== undefined) send({ type: 'file-given', file });
    picker.value = '';
  });
  document.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (!state.isDropping) send({ type: 'dragging', isOver: true });
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) send({ type: 'dragging', isOver: false });
  });
  // Before the text field takes it.
  document.addEventListener('drop', (event) => give(event, event.dataTransfer), { capture: true });
  document.addEventListener('paste', (event) => give(event, event.clipboardData));
  document.addEventListener('pointerdown', ({ target }) => {
    const isInside = target instanceof Element && target.closest('.pick') !== null;
    if (state.isPicking && !isInside) send({ type: 'picking-left' });
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.isPicking) send({ type: 'picking-left' });
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    save();
  });
  window.addEventListener('beforeunload', (event) => {
    if (state.isChanged) event.preventDefault();
  });
}

/** The line between text and drawing is dragged, or moved by arrow keys. */
function divide(): void {
  const grip = element(document.getElementById('grip'));
  const set = (share: number) => {
    const kept = Math.min(0.75, Math.max(0.2, share));
    root.style.setProperty('--share', `${(100 * kept).toFixed(1)}%`);
    grip.setAttribute('aria-valuenow', String(Math.round(100 * kept)));
  };
  const isStacked = () => matchMedia('(max-width: 860px)').matches;
  const shareAt = (event: PointerEvent) =>
    isStacked() ? event.clientY / innerHeight : event.clientX / innerWidth;
  grip.addEventListener('pointerdown', (event) => grip.setPointerCapture(event.pointerId));
  grip.addEventListener('pointermove', (event) => {
    if (grip.hasPointerCapture(event.pointerId)) set(shareAt(event));
  });
  grip.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -0.03, ArrowUp: -0.03, ArrowRight: 0.03, ArrowDown: 0.03 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(Number(grip.getAttribute('aria-valuenow')) / 100 + by);
  });
  set(0.42);
}

async function begin(): Promise<void> {
  listen();
  divide();
  send({ type: 'opened', name: state.name });
  try {
    const [graphs, first] = await Promise.all([packaged(), start()]);
    send({ type: 'graphs-known', graphs });
    open(first.name, first.text);
  } catch (error) {
    send({ type: 'failed', text: (error as Error).message });
  }
}

void begin();
