import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import '../ui/modal-styles';
import { notifications } from '@mantine/notifications';
import { type Workspace, refreshAll } from '@nexus-state/react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useWorkspace } from '../data/queries';
import type { Space } from '../data/space';
import { useSession } from '../session/context';
import { DialogActions } from '../ui/dialog-actions';
import { messageOf } from '../ui/problem';

export type Question = 'rename' | 'leave' | 'delete';

interface QuestionProps {
  readonly space: Space;
  readonly workspace: Workspace;
  readonly onClose: () => void;
}

/** What is asked before a workspace is renamed, left or deleted. */
export default function WorkspaceQuestion({
  question,
  ...props
}: QuestionProps & { readonly question: Question }) {
  return question === 'rename' ? <Rename {...props} /> : <GoodBye {...props} verb={question} />;
}

function Rename({ space, workspace, onClose }: QuestionProps) {
  const { update } = useWorkspace(space);
  const [name, setName] = useState(workspace.name);
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update({ name }).then(onClose, (error: unknown) => setFault(messageOf(error)));
  };
  return (
    <Modal opened onClose={onClose} title="Rename the workspace" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            required
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
            error={fault}
          />
          <Button type="submit">Rename</Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** Says what leaving or deleting does, before it is done. */
function GoodBye({ space, workspace, verb, onClose }: QuestionProps & { readonly verb: 'leave' | 'delete' }) {
  const { user } = useSession();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      if (verb === 'leave') await space.handle.members.delete(user);
      else await space.client.workspaces.delete(space.id, { owner: space.owner });
      onClose();
      await navigate({ to: '/' });
      await refreshAll(space.client);
    } catch (error) {
      notifications.show({
        color: 'red',
        title: `Could not ${verb} the workspace`,
        message: messageOf(error),
      });
      setBusy(false);
    }
  };
  const text =
    verb === 'leave'
      ? `You will no longer see "${workspace.name}". ${workspace.owner} can invite you again.`
      : `"${workspace.name}" and all its panels will be deleted for everybody. A last snapshot is taken first.`;
  return (
    <Modal
      opened
      onClose={onClose}
      title={verb === 'leave' ? 'Leave the workspace' : 'Delete the workspace'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Text size="sm">{text}</Text>
      <DialogActions onCancel={onClose} mt="md">
        <Button color="red" loading={isBusy} onClick={() => void act()}>
          {verb === 'leave' ? 'Leave' : 'Delete the workspace'}
        </Button>
      </DialogActions>
    </Modal>
  );
}
