/**
 * Views are values: a view gives a tree, and `patch` makes the document match it.
 *
 * Elements stay in place between two trees as long as tag and key agree, so focus, scroll position
 * and canvases survive.
 */

/** What an element sends when something happens to it: a message, or how to make one from it. */
export type Handler<M> = M | ((event: Event) => M | null);

export interface Props<M> {
  readonly key?: string;
  readonly on?: Readonly<Record<string, Handler<M>>>;
  readonly [attribute: string]:
    | string
    | number
    | boolean
    | undefined
    | Readonly<Record<string, Handler<M>>>;
}

export interface Tree<M> {
  readonly tag: string;
  readonly props: Props<M>;
  readonly children: readonly (Tree<M> | string)[];
}

export type Child<M> = Tree<M> | string | number | false | null | undefined;

export function h<M>(tag: string, props: Props<M> = {}, ...children: Child<M>[]): Tree<M> {
  const shown = children.filter((child) => child !== false && child != null && child !== '');
  return {
    tag,
    props,
    children: shown.map((child) => (typeof child === 'number' ? String(child) : child)) as (
      | Tree<M>
      | string
    )[],
  };
}

const SVG = 'http://www.w3.org/2000/svg';
const SVG_TAGS = new Set([
  ...['svg', 'path', 'circle', 'g', 'line', 'rect'],
  ...['text', 'tspan', 'title', 'desc', 'style'],
]);
/** What the user changes in the document, so that it must be set as a property. */
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'open', 'indeterminate']);

const handlers = new WeakMap<Element, Readonly<Record<string, unknown>>>();
const keys = new WeakMap<Element, string>();
/** The attributes that the last tree gave an element. */
const names = new WeakMap<Element, readonly string[]>();

/** Make the children of `parent` match the trees; `send` takes the messages of their handlers. */
export function patch<M>(
  parent: Element,
  trees: readonly (Tree<M> | string)[],
  send: (message: M) => void,
): void {
  const spare = keyed(parent);
  trees.forEach((tree, index) => {
    const here = parent.childNodes[index] ?? null;
    if (typeof tree === 'string') {
      patchText(parent, here, tree);
      return;
    }
    const wanted = spare.get(nameOf(tree));
    const found = wanted ?? (fits(here, tree) ? (here as Element) : create(tree));
    if (found !== here) parent.insertBefore(found, here);
    patchElement(found, tree, send);
  });
  while (parent.childNodes.length > trees.length) parent.lastChild?.remove();
}

function keyed(parent: Element): Map<string, Element> {
  const found = new Map<string, Element>();
  for (const child of parent.children) {
    const key = keys.get(child);
    if (key !== undefined) found.set(`${child.localName}#${key}`, child);
  }
  return found;
}

function nameOf<M>(tree: Tree<M>): string {
  return `${tree.tag}#${tree.props.key ?? ''}`;
}

function fits<M>(node: ChildNode | null, tree: Tree<M>): boolean {
  return (
    node instanceof Element && node.localName === tree.tag && keys.get(node) === tree.props.key
  );
}

function create<M>(tree: Tree<M>): Element {
  const made = SVG_TAGS.has(tree.tag)
    ? document.createElementNS(SVG, tree.tag)
    : document.createElement(tree.tag);
  if (tree.props.key !== undefined) keys.set(made, tree.props.key);
  return made;
}

function patchText(parent: Element, here: ChildNode | null, text: string): void {
  if (here instanceof Text) {
    if (here.data !== text) here.data = text;
  } else {
    parent.insertBefore(document.createTextNode(text), here);
  }
}

function patchElement<M>(element: Element, tree: Tree<M>, send: (message: M) => void): void {
  patchAttributes(element, tree.props);
  listen(element, tree.props.on ?? {}, send);
  if (element.localName !== 'canvas' && element.localName !== 'video') {
    patch(element, tree.children, send);
  }
  // A select knows its value only once it has its options.
  for (const name of PROPERTIES) setProperty(element, name, tree.props[name]);
}

function patchAttributes<M>(element: Element, props: Props<M>): void {
  for (const [name, value] of Object.entries(props)) {
    if (name === 'key' || name === 'on' || PROPERTIES.has(name)) continue;
    // Of ARIA states, "false" is a value.
    const gone = value === undefined || (value === false && !name.startsWith('aria-'));
    const text = value === true && !name.startsWith('aria-') ? '' : String(value);
    if (gone) element.removeAttribute(name);
    else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
  // What others have set, such as the size of a canvas, stays.
  for (const name of names.get(element) ?? []) {
    if (!(name in props)) element.removeAttribute(name);
  }
  names.set(element, Object.keys(props));
}

function setProperty(element: Element, name: string, value: unknown): void {
  const target = element as unknown as Record<string, unknown>;
  if (!(name in element)) return;
  if (value === undefined) {
    if (typeof target[name] === 'boolean' && target[name]) target[name] = false;
  } else if (target[name] !== value && !isTyping(element, name)) {
    target[name] = typeof value === 'number' ? String(value) : value;
  }
}

/** A slider under the user's finger is not moved. */
function isTyping(element: Element, name: string): boolean {
  return name === 'value' && element.matches(':active');
}

function listen<M>(
  element: Element,
  wanted: Readonly<Record<string, Handler<M>>>,
  send: (message: M) => void,
): void {
  const known = handlers.get(element) ?? {};
  handlers.set(element, {
    ...Object.fromEntries(Object.keys(known).map((k) => [k, null])),
    ...wanted,
  });
  for (const type of Object.keys(wanted)) {
    if (type in known) continue;
    element.addEventListener(type, (event) => {
      const handler = handlers.get(element)?.[type] as Handler<M> | null | undefined;
      if (handler == null) return;
      const message =
        typeof handler === 'function' ? (handler as (e: Event) => M | null)(event) : handler;
      if (message !== null) send(message);
    });
  }
}
