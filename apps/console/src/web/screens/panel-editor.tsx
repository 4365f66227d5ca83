import { SegmentedControl } from '@mantine/core';
import '../ui/segmented-styles';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { JsonEditor, JsonTree } from '../editor/lazy';
import { pointerAt } from '../editor/merge-edit';
import type { usePanelEdit } from '../editor/use-panel-edit';
import type { PanelDocument } from '../live/use-document';

/** How a state is shown. */
export type EditorView = 'text' | 'tree';

const storageKey = 'nexus-console-editor';
/** So long the cursor rests before others are told where it is. */
const placeAfterMs = 150;

/** The view that was used last on this machine. */
export function useEditorView(): readonly [EditorView, (view: EditorView) => void] {
  const [view, setView] = useState<EditorView>(() =>
    localStorage.getItem(storageKey) === 'tree' ? 'tree' : 'text',
  );
  const choose = (next: EditorView) => {
    localStorage.setItem(storageKey, next);
    setView(next);
  };
  return [view, choose];
}

interface EditorSwitchProps {
  readonly view: EditorView;
  /** A text that is not valid has no tree. */
  readonly isTextValid: boolean;
  readonly onChoose: (view: EditorView) => void;
}

/** Chooses between the text and the tree. */
export function EditorSwitch({ view, isTextValid, onChoose }: EditorSwitchProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Show the state as"
      value={view}
      onChange={(next) => onChoose(next as EditorView)}
      data={[
        { value: 'text', label: 'Text' },
        { value: 'tree', label: 'Tree', disabled: !isTextValid },
      ]}
    />
  );
}

interface PanelEditorProps {
  readonly panelId: string;
  readonly document: PanelDocument;
  readonly editing: ReturnType<typeof usePanelEdit>;
  readonly view: EditorView;
  readonly isReadOnly: boolean;
  readonly onPointer: (pointer: string) => void;
}

/** The state of a panel, to be edited as a text or as a tree. */
export function PanelEditor({ panelId, document, editing, view, isReadOnly, onPointer }: PanelEditorProps) {
  const text = editing.text ?? '';
  // To find the place in a large text takes longer than a key may.
  const tellPlace = useDebouncedCallback(
    (offset: number) => onPointer(pointerAt(text, offset)),
    placeAfterMs,
  );
  if (view === 'tree' && document.state)
    return (
      <JsonTree
        label={`State of ${panelId}, as a tree`}
        state={document.state}
        readOnly={isReadOnly}
        onPatch={editing.patch}
        onPointer={onPointer}
      />
    );
  return (
    <JsonEditor
      label={`State of ${panelId}`}
      text={text}
      draft={editing.draftText}
      readOnly={isReadOnly}
      onEdit={editing.edit}
      onSave={editing.save}
      onCursor={tellPlace}
    />
  );
}
