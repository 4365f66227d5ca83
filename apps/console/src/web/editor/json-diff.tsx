import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { useSmall } from '../ui/use-small';
import { jsonExtensions } from './json-editor';

interface JsonDiffProps {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
}

const collapseUnchanged = { margin: 3, minSize: 6 };
const diffConfig = { scanLimit: 2_000, timeout: 200 };

/** Two texts side by side, or as one on a small page, with what differs marked; equal parts are folded. */
export default function JsonDiff({ before, after, beforeLabel, afterLabel }: JsonDiffProps) {
  const place = useRef<HTMLDivElement>(null);
  const isSmall = useSmall();
  useEffect(() => {
    if (!place.current) return undefined;
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [jsonExtensions(label), EditorState.readOnly.of(true)],
    });
    const parent = place.current;
    if (isSmall) {
      const { doc, extensions } = side(after, `${beforeLabel}, changed to: ${afterLabel}`);
      const original = { original: before, mergeControls: false, collapseUnchanged, diffConfig };
      const one = new EditorView({ parent, doc, extensions: [...extensions, unifiedMergeView(original)] });
      return () => one.destroy();
    }
    const both = { a: side(before, beforeLabel), b: side(after, afterLabel) };
    const view = new MergeView({ parent, ...both, collapseUnchanged, diffConfig });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, isSmall]);
  return (
    <div
      className="editor-frame diff"
      ref={place}
      role="group"
      aria-label={`${beforeLabel} and ${afterLabel}`}
    />
  );
}
