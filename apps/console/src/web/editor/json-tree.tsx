import { Button, Group, Modal, Stack, TextInput, Textarea, Tree, useTree } from '@mantine/core';
import '@mantine/core/styles/Tree.css';
import '../ui/modal-styles';
import type { JsonObject, JsonPatch, JsonValue } from '@nexus-state/react';
import { ChevronRight, Pencil, Plus, Trash2 } from 'lucide-react';
import { type FocusEvent, type FormEvent, type KeyboardEvent, useMemo, useState } from 'react';
import { type TreeEdit, nodesOf, patchOf, valueAt } from './tree-nodes';

interface JsonTreeProps {
  readonly label: string;
  readonly state: JsonObject;
  readonly readOnly?: boolean;
  /** Told of an edit, as a patch of the state. */
  readonly onPatch: (patch: JsonPatch) => void;
  /** Told of the value that is chosen, by its pointer. */
  readonly onPointer?: (pointer: string) => void;
}

/** The pointers that are open, as a text. */
const openOf = (expanded: Readonly<Record<string, boolean>>) =>
  Object.keys(expanded)
    .filter((pointer) => expanded[pointer])
    .sort()
    .join('\n');

/** What a dialog asks for. */
type Question = 'set' | 'add';

/** A state as a tree: arrows lead through it, Enter edits a value, Delete removes it. */
export default function JsonTree({ label, state, readOnly = false, onPatch, onPointer }: JsonTreeProps) {
  const [expanded, setExpanded] = useState<Readonly<Record<string, boolean>>>({});
  const tree = useTree({
    expandedState: expanded,
    // Told for new data, too, which what is open decides: only what is new counts.
    onExpandedStateChange: (next) => setExpanded((now) => (openOf(next) === openOf(now) ? now : next)),
  });
  const [chosen, setChosen] = useState('');
  const [question, setQuestion] = useState<Question>();
  const data = useMemo(() => nodesOf(state, '', (pointer) => expanded[pointer] === true), [state, expanded]);
  const value = valueAt(state, chosen);
  const isParent = typeof value === 'object' && value !== null;
  const choose = (event: FocusEvent) => {
    const pointer = event.target.closest<HTMLElement>('[role=treeitem]')?.dataset['value'];
    if (pointer === undefined || valueAt(state, pointer) === undefined) return;
    setChosen(pointer);
    onPointer?.(pointer);
  };
  const remove = () => {
    onPatch(patchOf({ kind: 'remove', pointer: chosen }));
    setChosen('');
  };
  const onKey = (event: KeyboardEvent) => {
    if (readOnly || chosen === '' || value === undefined) return;
    if (event.key === 'Enter' || event.key === 'F2') setQuestion('set');
    else if (event.key === 'Delete') remove();
    else return;
    event.preventDefault();
  };
  const finish = (edit: TreeEdit) => {
    setQuestion(undefined);
    onPatch(patchOf(edit));
  };
  return (
    <div className="editor-frame">
      <Group gap={6} p={8} className="tree-bar">
        <span className="mono muted">{chosen || '/'}</span>
        <span className="spacer" />
        {!readOnly && (
          <>
            <Action
              label="Edit the value"
              Icon={Pencil}
              isOff={chosen === ''}
              onClick={() => setQuestion('set')}
            />
            <Action label="Add inside" Icon={Plus} isOff={!isParent} onClick={() => setQuestion('add')} />
            <Action label="Remove" Icon={Trash2} isOff={chosen === ''} onClick={remove} />
          </>
        )}
      </Group>
      <div onFocus={choose} onKeyDown={onKey} className="tree-place">
        <Tree
          data={data as never}
          tree={tree}
          aria-label={label}
          levelOffset={20}
          expandOnSpace
          allowRangeSelection={false}
          renderNode={({ node, expanded, hasChildren, elementProps }) => (
            <div {...elementProps} data-chosen={node.value === chosen || undefined}>
              <ChevronRight
                size={14}
                aria-hidden
                className="tree-arrow"
                data-expanded={expanded}
                data-none={!hasChildren || undefined}
              />
              <span className="mono" dir="auto">
                {node.label}
              </span>
            </div>
          )}
        />
        {data.length === 0 && <p className="muted tree-empty">The state is empty.</p>}
      </div>
      {question && (
        <EditDialog
          question={question}
          pointer={chosen}
          value={value}
          onEdit={finish}
          onClose={() => setQuestion(undefined)}
        />
      )}
    </div>
  );
}

interface ActionProps {
  readonly label: string;
  readonly Icon: typeof Plus;
  readonly isOff: boolean;
  readonly onClick: () => void;
}

function Action({ label, Icon, isOff, onClick }: ActionProps) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      disabled={isOff}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

interface EditDialogProps {
  readonly question: Question;
  readonly pointer: string;
  readonly value: JsonValue | undefined;
  readonly onEdit: (edit: TreeEdit) => void;
  readonly onClose: () => void;
}

function EditDialog({ question, pointer, value, onEdit, onClose }: EditDialogProps) {
  const isArray = Array.isArray(value);
  const [name, setName] = useState('');
  const [text, setText] = useState(question === 'set' ? JSON.stringify(value, null, 2) : '');
  const [fault, setFault] = useState<string>();
  const [nameFault, setNameFault] = useState<string>();
  const needsName = question === 'add' && !isArray;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isTaken = needsName && Object.hasOwn(value as JsonObject, name);
    setNameFault(isTaken ? `There is a "${name}" already.` : undefined);
    if (isTaken) return;
    try {
      const parsed = JSON.parse(text) as JsonValue;
      if (question === 'set') onEdit({ kind: 'set', pointer, value: parsed });
      else onEdit({ kind: 'add', parent: pointer, value: parsed, ...(isArray ? {} : { name }) });
    } catch (error) {
      setFault(`Not valid JSON: ${(error as Error).message}`);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={question === 'set' ? `Value at ${pointer}` : `New value in ${pointer || '/'}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {needsName && (
            <TextInput
              label="Name"
              value={name}
              data-autofocus
              spellCheck={false}
              classNames={{ input: 'mono' }}
              error={nameFault}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <Textarea
            label="Value"
            description='JSON: "text", 1, true, null, [1, 2] or {"a": 1}. Ctrl-Enter applies it.'
            value={text}
            rows={4}
            data-autofocus={needsName ? undefined : true}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            error={fault}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
            }}
          />
          <Group justify="flex-end">
            <Button type="submit">Apply</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
