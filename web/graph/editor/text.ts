/** The field with the text: CodeMirror with lines, undo, search, folding and marks for what is wrong. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  foldService,
  indentUnit,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Problem } from '../model';
import { colours, protobufText } from './language';

export interface TextField {
  text(): string;
  /** Put another text in place of this one; undo brings this one back. */
  replace(text: string): void;
  /** Mark what is wrong. @param problems of this text; those without a line are not marked. */
  mark(problems: readonly Problem[]): void;
  /** Show a line and put the cursor there. 1 is the first. */
  goTo(line: number): void;
  focus(): void;
}

export interface TextFieldOptions {
  readonly parent: HTMLElement;
  /** That the page's policy lets style the field. */
  readonly nonce: string;
  readonly changed: (text: string) => void;
  /** The cursor is at a line, by the user. */
  readonly moved: (line: number) => void;
}

export function createTextField({ parent, nonce, changed, moved }: TextFieldOptions): TextField {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        lintGutter(),
        foldGutter(),
        foldService.of(({ doc }, start) => foldAt(doc, start)),
        history(),
        drawSelection(),
        highlightSpecialChars(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        bracketMatching(),
        search({ top: true }),
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        protobufText,
        colours,
        keymap.of([
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          'aria-label': 'Text of the graph',
          tabindex: '0',
          spellcheck: 'false',
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
          const isByUser = update.transactions.some((one) => one.isUserEvent('select'));
          if (update.selectionSet && isByUser) moved(lineAt(update.view));
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (text) => {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: 0 },
        scrollIntoView: true,
      });
    },
    mark: (problems) => view.dispatch(setDiagnostics(view.state, marks(view.state.doc, problems))),
    goTo: (line) => {
      const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
    },
    focus: () => view.focus(),
  };
}

function lineAt({ state }: EditorView): number {
  return state.doc.lineAt(state.selection.main.head).number;
}

function marks(doc: Text, problems: readonly Problem[]): Diagnostic[] {
  return problems
    .filter(({ line }) => line > 0)
    .map(({ line: number, text, isNote }): Diagnostic => {
      const line = doc.line(Math.min(number, doc.lines));
      const indent = line.text.length - line.text.trimStart().length;
      const from = line.length === 0 ? line.from : line.from + Math.min(indent, line.length - 1);
      return { from, to: line.to, severity: isNote === true ? 'info' : 'error', message: text };
    })
    .sort((a, b) => a.from - b.from);
}

/** From an opening brace at the end of a line to the one that closes it. */
function foldAt(doc: Text, start: number): { from: number; to: number } | null {
  const line = doc.lineAt(start);
  if (!/\{\s*(#.*)?$/.test(line.text)) return null;
  let depth = 0;
  for (let i = line.number; i <= doc.lines; i++) {
    const { text, from } = doc.line(i);
    for (const { 0: sign, index } of text
      .replace(/#.*/, '')
      .replace(/"[^"]*"/g, blank)
      .matchAll(/[{}]/g)) {
      depth += sign === '{' ? 1 : -1;
      if (depth === 0) return i === line.number ? null : { from: line.to, to: from + index };
    }
  }
  return null;
}

function blank(text: string): string {
  return ' '.repeat(text.length);
}
