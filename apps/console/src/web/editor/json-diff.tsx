import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { useEffect, useRef } from 'react';
import { jsonExtensions } from './json-editor';

interface JsonDiffProps {
  readonly before: string;
  readonly after: string;
  readonly beforeLabel: string;
  readonly afterLabel: string;
}

/** Two texts side by side, with what differs marked; equal parts are folded. */
export default function JsonDiff({ before, after, beforeLabel, afterLabel }: JsonDiffProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!place.current) return undefined;
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [jsonExtensions(label), EditorState.readOnly.of(true)],
    });
    const view = new MergeView({
      parent: place.current,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: { scanLimit: 2_000, timeout: 200 },
    });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel]);
  return (
    <div
      className="editor-frame diff"
      ref={place}
      role="group"
      aria-label={`${beforeLabel} and ${afterLabel}`}
    />
  );
}
