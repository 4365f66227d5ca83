import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { diff } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { nonce } from '../ui/nonce';
import { appearance } from './appearance';

/** Marks what came from others, so that it is not taken for typing. */
const remote = Annotation.define<boolean>();

interface JsonEditorProps {
  readonly label: string;
  /** The text to show; where it differs from what is there, only the difference is replaced, so that the cursor stays. */
  readonly text: string;
  /** What to begin with instead, where the editor is made anew over something typed. */
  readonly draft?: () => string;
  readonly readOnly?: boolean;
  readonly onEdit?: (text: string) => void;
  /** Ctrl-S or Cmd-S. */
  readonly onSave?: () => void;
  readonly onCursor?: (offset: number) => void;
}

/** What every JSON text of the console looks like, and how it is used. */
export const jsonExtensions = (label: string): Extension => [
  EditorView.cspNonce.of(nonce),
  EditorView.contentAttributes.of({ 'aria-label': label }),
  EditorView.lineWrapping,
  lineNumbers(),
  json(),
  appearance,
];

/** A text of JSON to read or to edit. Tab leaves it. */
export default function JsonEditor(props: JsonEditorProps) {
  const { label, text, readOnly = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const shown = useRef(text);
  const heard = useRef(props);
  heard.current = props;

  useEffect(() => {
    if (!place.current) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: heard.current.draft?.() ?? heard.current.text,
        extensions: [
          jsonExtensions(label),
          foldGutter(),
          bracketMatching(),
          indentOnInput(),
          history(),
          search({ top: true }),
          highlightSelectionMatches(),
          readOnly ? [EditorState.readOnly.of(true)] : linter(jsonParseLinter(), { delay: 300 }),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (heard.current.onSave?.(), true) },
            ...defaultKeymap,
            ...historyKeymap,
            ...foldKeymap,
            ...searchKeymap,
          ]),
          EditorView.updateListener.of(({ docChanged, selectionSet, transactions, state }) => {
            const isRemote = transactions.some((transaction) => transaction.annotation(remote));
            if (docChanged && !isRemote) heard.current.onEdit?.(state.doc.toString());
            if (selectionSet) heard.current.onCursor?.(state.selection.main.head);
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, [label, readOnly]);

  useEffect(() => {
    const editor = view.current;
    const now = editor?.state.doc.toString();
    // In an editor that was made anew, what was typed before stays.
    const isNew = text !== shown.current;
    shown.current = text;
    if (!editor || now === undefined || now === text || !isNew) return;
    const changes = diff(now, text, { scanLimit: 2_000, timeout: 50 }).map(({ fromA, toA, fromB, toB }) => ({
      from: fromA,
      to: toA,
      insert: text.slice(fromB, toB),
    }));
    editor.dispatch({ changes, annotations: remote.of(true) });
  }, [text]);

  return <div className="editor-frame" ref={place} />;
}
