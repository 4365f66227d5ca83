import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import '../ui/modal-styles';
import { notifications } from '@mantine/notifications';
import type { Workspace } from '@nexus-state/client';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Space } from '../data/space';
import { useSession } from '../session/context';
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
  const { client } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState(workspace.name);
  const [fault, setFault] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    client.workspaces
      .update(space.id, { name }, { owner: space.owner })
      .then(() => queries.invalidateQueries({ queryKey: ['workspaces'] }))
      .then(() => queries.invalidateQueries({ queryKey: [...space.key, 'facts'] }))
      .then(onClose, (error: unknown) => setFault(messageOf(error)));
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
  const { client, user } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    try {
      if (verb === 'leave') await space.handle.members.delete(user);
      else await client.workspaces.delete(space.id, { owner: space.owner });
      onClose();
      await navigate({ to: '/' });
      await queries.invalidateQueries({ queryKey: ['workspaces'] });
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
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red" loading={isBusy} onClick={() => void act()}>
          {verb === 'leave' ? 'Leave' : 'Delete the workspace'}
        </Button>
      </Group>
    </Modal>
  );
}
