import { Badge, Button, Group, Modal, Progress, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import '../ui/modal-styles';
import '@mantine/core/styles/Progress.css';
import { notifications } from '@mantine/notifications';
import type { SnapshotItem } from '@nexus-state/react';
import { Camera } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useSnapshots, useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { ago, bytes, count, moment } from '../format/format';
import { useSession } from '../session/context';
import { CopyButton } from '../ui/copy-button';
import { OlderOnes } from '../ui/older-ones';
import { Problem, messageOf } from '../ui/problem';
import { DiffButton } from './snapshot-diff';
import { RestoreButton } from './snapshot-restore';

/** The snapshots of the workspace: take one, compare, restore. */
export default function SnapshotsScreen() {
  const space = useSpace();
  const { config } = useSession();
  const { data: workspace } = useWorkspace(space);
  const list = useSnapshots(space);
  const mayWrite = workspace !== undefined && workspace.role !== 'viewer';
  const { data: snapshots, error, refresh } = list;
  const query = space.owner === undefined ? '' : `?owner=${space.owner}`;
  return (
    <section aria-label="Snapshots">
      <div className="toolbar">
        <h1>Snapshots</h1>
        <span className="spacer" />
        <CopyButton
          text={`git clone ${config.apiUrl}/git/${space.id}.git${query}`}
          label="Copy the git clone line"
        />
        {mayWrite && <TakeSnapshot space={space} />}
      </div>
      <Text size="sm" className="muted" mb="md">
        A snapshot is a git commit of all panels at one instant. The password of the clone is your token.
      </Text>
      {error && !snapshots && (
        <Problem error={error} title="The snapshots could not be read" onRetry={() => void refresh()} />
      )}
      {!snapshots && !error && <Skeleton height={200} aria-label="Loading the snapshots" />}
      {snapshots?.length === 0 && (
        <div className="card" style={{ padding: 24 }}>
          <Text fw={600}>No snapshot yet</Text>
          <Text size="sm" className="muted">
            One is taken by itself every few minutes after a change, before an AI changes something, and
            whenever you ask for it.
          </Text>
        </div>
      )}
      {snapshots && snapshots.length > 0 && (
        <ul className="rows card" aria-label="Snapshots, newest first">
          {snapshots.map((snapshot) => (
            <SnapshotRow key={snapshot.snapshotId} space={space} snapshot={snapshot} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
      <OlderOnes list={list} />
    </section>
  );
}

const typeNames: Readonly<Record<string, string>> = {
  auto: 'by schedule',
  manual: 'manual',
  pre_ai_edit: 'before an AI edit',
  pre_restore: 'before a restore',
  pre_delete: 'before a deletion',
  pre_revert: 'before a revert',
};

interface SnapshotRowProps {
  readonly space: Space;
  readonly snapshot: SnapshotItem;
  readonly mayWrite: boolean;
}

function SnapshotRow({ space, snapshot, mayWrite }: SnapshotRowProps) {
  const { snapshotId, type, description, panelCount, totalSizeBytes, gitCommitHash, createdBy, createdAt } =
    snapshot;
  return (
    <li>
      <div className="row-line">
        <Text fw={600} dir="auto">
          {description ?? 'State snapshot'}
        </Text>
        <Badge variant="default" tt="none">
          {typeNames[type] ?? type}
        </Badge>
        <span className="spacer" />
        <Group gap={6}>
          <DiffButton space={space} snapshotId={snapshotId} title={description ?? ago(createdAt)} />
          {mayWrite && <RestoreButton space={space} snapshot={snapshot} />}
        </Group>
      </div>
      <div className="row-line muted" style={{ fontSize: 13, marginTop: 4 }}>
        <time dateTime={createdAt} title={moment(createdAt)}>
          {ago(createdAt)}
        </time>
        <span dir="auto">by {createdBy}</span>
        <span>
          {count(panelCount, 'panel')}, {bytes(totalSizeBytes)}
        </span>
        <span className="mono">{gitCommitHash.slice(0, 10)}</span>
        <CopyButton text={gitCommitHash} label="Copy the hash" />
      </div>
    </li>
  );
}

function TakeSnapshot({ space }: { readonly space: Space }) {
  const { create } = useSnapshots(space);
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [description, setDescription] = useState('');
  const take = async () => {
    setBusy(true);
    try {
      const text = description.trim();
      const taken = await create(text ? { description: text } : {});
      notifications.show({
        title: 'Snapshot taken',
        message: `${count(taken.panelCount, 'panel')} in commit ${taken.gitCommitHash.slice(0, 10)}`,
      });
      setOpen(false);
      setDescription('');
    } catch (error) {
      notifications.show({ color: 'red', title: 'No snapshot was taken', message: messageOf(error) });
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void take();
  };
  return (
    <>
      <Button leftSection={<Camera size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Take a snapshot
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Take a snapshot"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="Description"
              description="Becomes the message of the commit."
              value={description}
              maxLength={500}
              data-autofocus
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
            {isBusy && <Progress value={100} animated aria-label="The snapshot is being made" />}
            <Button type="submit" loading={isBusy}>
              Take the snapshot
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
