/** The text form of protocol buffers, coloured. */

import {
  HighlightStyle,
  StreamLanguage,
  type StringStream,
  syntaxHighlighting,
} from '@codemirror/language';
import { tags } from '@lezer/highlight';

/** What was last read on this line: a value follows a colon. */
interface Reading {
  isValue: boolean;
}

function token(stream: StringStream, state: Reading): string | null {
  if (stream.sol()) state.isValue = false;
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/)) return 'comment';
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.)*'?/)) return 'string';
  if (stream.match(/^\[[\w./ ]+\]/)) return 'typeName';
  if (stream.match(/^-?\.?\d[\w.+]*/) || stream.match(/^-?(?:inf|nan)\b/)) return 'number';
  if (stream.match(/^:/)) {
    state.isValue = true;
    return 'punctuation';
  }
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (Array.isArray(word)) {
    const wasValue = state.isValue;
    state.isValue = false;
    if (!wasValue) return word[0] === 'node' ? 'keyword' : 'propertyName';
    return word[0] === 'true' || word[0] === 'false' ? 'bool' : 'atom';
  }
  state.isValue = false;
  stream.next();
  return 'punctuation';
}

export const protobufText = StreamLanguage.define<Reading>({
  name: 'protobuf-text',
  startState: () => ({ isValue: false }),
  token,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['{', '[', '"', "'"] } },
  tokenTable: { propertyName: tags.propertyName, typeName: tags.typeName },
});

/** Colours by the page's own variables, so that they follow its theme. */
export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, class: 'tok-comment' },
    { tag: tags.string, class: 'tok-string' },
    { tag: tags.number, class: 'tok-number' },
    { tag: [tags.bool, tags.atom], class: 'tok-atom' },
    { tag: tags.keyword, class: 'tok-keyword' },
    { tag: tags.propertyName, class: 'tok-property' },
    { tag: tags.typeName, class: 'tok-type' },
    { tag: tags.punctuation, class: 'tok-punctuation' },
  ]),
);
