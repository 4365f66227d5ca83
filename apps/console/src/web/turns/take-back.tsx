import { Alert, Button, Modal, Skeleton, Stack, Text } from '@mantine/core';
import '../ui/modal-styles';
import { notifications } from '@mantine/notifications';
import { HeldForApprovalError, type Undone } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { type TakeBack, useTakeBack, useTakeBackPreview } from '../data/turns';
import type { Space } from '../data/space';
import { count } from '../format/format';
import { ConflictValue } from '../ui/conflict-value';
import { DialogActions } from '../ui/dialog-actions';
import { PatchList } from '../ui/patch-list';
import { Problem, messageOf } from '../ui/problem';

interface TakeBackProps {
  readonly space: Space;
  readonly title: string;
  readonly what: TakeBack;
  readonly onClose: () => void;
}

/** Takes changes back after showing what that comes to, and what has to stay. */
export default function TakeBackDialog({ space, title, what, onClose }: TakeBackProps) {
  const { data, error, refresh } = useTakeBackPreview(space, what);
  return (
    <Modal opened onClose={onClose} size="xl" title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {error ? (
        <Problem
          error={error}
          title="What this would take back could not be found out"
          onRetry={() => void refresh()}
        />
      ) : data ? (
        <Preview space={space} what={what} preview={data} onClose={onClose} />
      ) : (
        <Skeleton height={200} aria-label="Loading the preview" />
      )}
    </Modal>
  );
}

/** What taking back comes to, in a sentence. */
export function outcomeOf({ undone, conflicts }: Undone): string {
  const panels = new Set(undone.map(({ panelId }) => panelId)).size;
  const done = panels === 0 ? 'Nothing is left to take back' : `Changes ${count(panels, 'panel')}`;
  if (conflicts.length === 0) return `${done}.`;
  const places = count(conflicts.length, 'place');
  return `${done}; ${places} ${conflicts.length === 1 ? 'stays as it is' : 'stay as they are'}, because somebody wrote there since.`;
}

interface PreviewProps extends Pick<TakeBackProps, 'space' | 'what' | 'onClose'> {
  readonly preview: Undone;
}

function Preview({ space, what, preview, onClose }: PreviewProps) {
  const work = useTakeBack(space, what);
  const { undone, conflicts } = preview;
  const endsTurn = what.kind === 'abort';
  const take = () =>
    work.run([], (done) => {
      notifications.show({ title: 'Taken back', message: outcomeOf(done) });
      onClose();
    });
  return (
    <Stack gap="md">
      <Text size="sm" role="status">
        {outcomeOf(preview)} {endsTurn && 'The turn ends.'} Nothing is lost: what is taken back stays in the
        history.
      </Text>
      {undone.map(({ panelId, version, patch }) => (
        <section key={panelId} aria-label={`What changes in ${panelId}`}>
          <div className="row-line" style={{ marginBottom: 4 }}>
            <PanelLink space={space} panelId={panelId} />
            <span className="muted">becomes version {version}</span>
          </div>
          <PatchList patch={patch} />
        </section>
      ))}
      {conflicts.map(({ panelId, path, yours, theirs }) => (
        <section
          key={`${panelId} ${path}`}
          className="card"
          style={{ padding: 12 }}
          aria-label={`Stays: ${panelId} ${path || '/'}`}
        >
          <b>Stays</b> <PanelLink space={space} panelId={panelId} />{' '}
          <span className="mono">{path || '/'}</span>
          <div className="conflict-grid" style={{ marginTop: 8 }}>
            <ConflictValue title="Would have come back" value={yours} />
            <ConflictValue title="Written since, stays" value={theirs} />
          </div>
        </section>
      ))}
      <Refusal space={space} error={work.error} />
      <DialogActions onCancel={onClose}>
        <Button
          loading={work.isPending}
          disabled={undone.length === 0 && !endsTurn}
          onClick={take}
          data-autofocus
        >
          Take back
        </Button>
      </DialogActions>
    </Stack>
  );
}

function PanelLink({ space, panelId }: { readonly space: Space; readonly panelId: string }) {
  return (
    <Link
      className="mono link"
      to="/w/$ws/$panel"
      params={{ ws: space.id, panel: panelId }}
      search={{ owner: space.owner }}
    >
      {panelId}
    </Link>
  );
}

/** Why nothing was taken back, or where it waits. */
function Refusal({ space, error }: { readonly space: Space; readonly error: Error | undefined }) {
  if (!error) return null;
  if (error instanceof HeldForApprovalError)
    return (
      <Alert variant="default" role="status" title="This needs approval">
        A rule of this workspace holds it back: it waits as{' '}
        <Link
          className="link"
          to="/w/$ws/proposals/$proposal"
          params={{ ws: space.id, proposal: error.proposalId }}
          search={{ owner: space.owner }}
        >
          a proposal
        </Link>
        .
      </Alert>
    );
  return (
    <Text size="sm" role="alert" style={{ color: 'var(--nx-removed)' }}>
      {messageOf(error)}
    </Text>
  );
}
