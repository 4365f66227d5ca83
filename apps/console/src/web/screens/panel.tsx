import { Alert, Button, Group, Menu, Skeleton, Text } from '@mantine/core';
import { type ChangeEvent, NotFoundError } from '@nexus-state/react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Ellipsis, History, Trash2 } from 'lucide-react';
import { Suspense, lazy, useCallback, useRef, useState } from 'react';
import { useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { type EditStatus, usePanelEdit } from '../editor/use-panel-edit';
import { type DocumentView, useDocument } from '../live/use-document';
import { Problem } from '../ui/problem';
import { Region } from '../ui/region';
import { EditorSwitch, PanelEditor, useEditorView } from './panel-editor';
import { PeopleHere } from './people-here';
import { RecentChanges, type SeenChange } from './recent-changes';

const PastPanel = lazy(() => import('./past-panel'));
const ConflictView = lazy(() => import('../editor/conflict-view'));
const DeletePanel = lazy(() => import('./delete-panel'));

const keptChanges = 6;

/** A panel: live, or as it was where the address says when. */
export default function PanelScreen() {
  const { panel = '' } = useParams({ strict: false });
  const { version, at } = useSearch({ strict: false });
  const space = useSpace();
  if (version !== undefined || at !== undefined)
    return (
      <Suspense fallback={<Skeleton height={280} aria-label="Loading the state" />}>
        <PastPanel space={space} panelId={panel} version={version} at={at} />
      </Suspense>
    );
  return <LivePanel key={panel} space={space} panelId={panel} />;
}

interface LivePanelProps {
  readonly space: Space;
  readonly panelId: string;
}

function LivePanel({ space, panelId }: LivePanelProps) {
  const { data: workspace } = useWorkspace(space);
  const editing = usePanelEdit();
  const [editorView, setEditorView] = useEditorView();
  const [seen, setSeen] = useState<readonly SeenChange[]>([]);
  const remember = (event: ChangeEvent) => {
    if (event.source === 'remote' && event.actor !== undefined)
      setSeen((before) =>
        [{ ...event, actor: event.actor ?? '', at: Date.now() }, ...before].slice(0, keptChanges),
      );
  };
  const view = useDocument(space, panelId, {
    change: (document, event) => {
      editing.take(document, event);
      remember(event);
    },
    conflict: editing.takeBack,
  });
  const { document, isReady, error } = view;
  // The state is there before the first event where it was kept from another time.
  if (isReady && document && editing.text === undefined) queueMicrotask(() => editing.take(document));
  const point = usePointer(view);
  const isReadOnly = workspace?.role === 'viewer';

  if (error && !isReady)
    return error instanceof NotFoundError ? (
      <Problem error={error} title={`There is no panel "${panelId}" now`} onRetry={() => location.reload()} />
    ) : (
      <Problem
        error={error}
        title={`Panel "${panelId}" could not be opened`}
        onRetry={() => location.reload()}
      />
    );

  return (
    <section aria-label={`Panel ${panelId}`}>
      <div className="toolbar">
        <h1 className="mono" style={{ fontSize: '1.125rem' }}>
          {panelId}
        </h1>
        <StatusLine view={view} status={editing.status} />
        <span className="spacer" />
        <EditorSwitch
          view={editorView}
          isTextValid={editing.status !== 'invalid'}
          onChoose={(next) => {
            editing.save();
            setEditorView(next);
          }}
        />
        <Region name="The list of people" resetKey={view.others.length}>
          <PeopleHere others={view.others} />
        </Region>
        <PanelActions space={space} panelId={panelId} isReadOnly={isReadOnly} version={view.version} />
      </div>
      {isReady && document && editing.text !== undefined ? (
        <Region name="The editor">
          <PanelEditor
            panelId={panelId}
            document={document}
            editing={editing}
            view={editorView}
            isReadOnly={isReadOnly}
            onPointer={point}
          />
        </Region>
      ) : (
        <Skeleton height={280} aria-label="Loading the panel" />
      )}
      <EditFault status={editing.status} fault={editing.fault} />
      {editing.proposalId && <ProposedNotice space={space} proposalId={editing.proposalId} />}
      <Region name="The list of changes by others" resetKey={seen.length}>
        <RecentChanges changes={seen} />
      </Region>
      <Region name="The conflict view" onClose={() => editing.setCollision(undefined)}>
        <Suspense>
          {editing.collision && (
            <ConflictView
              collision={editing.collision}
              onDecide={editing.resolve}
              onClose={() => editing.setCollision(undefined)}
            />
          )}
        </Suspense>
      </Region>
    </section>
  );
}

/** Shows the others where the visitor is, at most once for each place. */
function usePointer({ document, isReady }: DocumentView) {
  const shown = useRef<string>(undefined);
  return useCallback(
    (pointer: string) => {
      if (!document || !isReady || shown.current === pointer) return;
      shown.current = pointer;
      document.presence.set({ pointer }).catch(() => (shown.current = undefined));
    },
    [document, isReady],
  );
}

interface StatusLineProps {
  readonly view: DocumentView;
  readonly status: EditStatus;
}

function statusOf({ status, isReady, pending }: DocumentView, edit: EditStatus): readonly [string, string] {
  if (!isReady) return ['busy', 'Connecting'];
  if (edit === 'invalid') return ['bad', 'Not valid JSON: not sent'];
  if (edit === 'refused') return ['bad', 'Not saved'];
  if (status === 'offline') return ['warn', pending > 0 ? 'Offline: kept here' : 'Offline'];
  if (edit === 'typing' || pending > 0) return ['busy', 'Saving'];
  return ['good', 'Live'];
}

function StatusLine({ view, status }: StatusLineProps) {
  const [tone, text] = statusOf(view, status);
  return (
    <>
      <span className="muted mono">{view.version === undefined ? '' : `version ${view.version}`}</span>
      <span className="status" data-tone={tone} role="status" data-pending={view.pending}>
        {text}
      </span>
    </>
  );
}

function EditFault({ status, fault }: { readonly status: EditStatus; readonly fault: string | undefined }) {
  if (!fault) return null;
  return (
    <Text size="sm" mt={6} style={{ color: 'var(--nx-removed)' }} role="alert">
      {status === 'refused' ? 'The edit was refused: ' : 'Not sent yet: '}
      {fault}
    </Text>
  );
}

/** Says that an edit was not made, and where it waits. */
function ProposedNotice({ space, proposalId }: { readonly space: Space; readonly proposalId: string }) {
  return (
    <Alert variant="default" mt="sm" role="status" title="Your edit needs approval">
      A rule of this workspace holds it back: the panel is unchanged, and your edit waits as{' '}
      <Link
        to="/w/$ws/proposals/$proposal"
        params={{ ws: space.id, proposal: proposalId }}
        search={{ owner: space.owner }}
        style={{ color: 'var(--nx-accent)' }}
      >
        a proposal
      </Link>{' '}
      for somebody else to decide.
    </Alert>
  );
}

interface PanelActionsProps extends LivePanelProps {
  readonly isReadOnly: boolean;
  readonly version: number | undefined;
}

function PanelActions({ space, panelId, isReadOnly, version }: PanelActionsProps) {
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const params = { ws: space.id, panel: panelId };
  return (
    <Group gap={6}>
      <Button
        size="sm"
        variant="default"
        leftSection={<History size={16} aria-hidden />}
        onClick={() => void navigate({ to: '/w/$ws/$panel/history', params, search: { owner: space.owner } })}
      >
        History
      </Button>
      {!isReadOnly && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="sm" variant="default" aria-label="More for this panel" px={8}>
              <Ellipsis size={16} aria-hidden />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Trash2 size={16} aria-hidden />} onClick={() => setAsking(true)}>
              Delete the panel…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <Suspense>
        {isAsking && (
          <DeletePanel space={space} panelId={panelId} version={version} onClose={() => setAsking(false)} />
        )}
      </Suspense>
    </Group>
  );
}
