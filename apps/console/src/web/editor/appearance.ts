import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--nx-accent)' },
  { tag: tags.string, color: 'var(--nx-string)' },
  { tag: tags.number, color: 'var(--nx-number)' },
  { tag: [tags.bool, tags.null], color: 'var(--nx-atom)' },
]);

const frame = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--nx-surface)', color: 'var(--nx-text)' },
  '.cm-scroller': { fontFamily: 'var(--nx-mono)', lineHeight: '1.55' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--nx-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--nx-surface)',
    color: 'var(--nx-muted)',
    border: 'none',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-cursor': { borderLeftColor: 'var(--nx-text)' },
  '&:focus-within': { outline: '2px solid var(--nx-accent)', outlineOffset: '-2px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--nx-raised)',
    border: '1px solid var(--nx-line)',
    color: 'var(--nx-text)',
  },
  '.cm-panels': { backgroundColor: 'var(--nx-page)', color: 'var(--nx-text)' },
  '.cm-changedLine': { backgroundColor: 'var(--nx-accent-soft)' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--nx-removed-soft)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--nx-added-soft)' },
  '.cm-changedText, .cm-deletedText': { background: 'none', textDecoration: 'underline' },
  '.cm-collapsedLines': {
    background: 'var(--nx-page)',
    color: 'var(--nx-muted)',
  },
});

/** The editor in the colours of the console, light and dark. */
export const appearance: Extension = [frame, syntaxHighlighting(colours)];
