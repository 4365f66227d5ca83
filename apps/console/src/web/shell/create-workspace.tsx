import { Button, Modal, Stack, TextInput, Textarea } from '@mantine/core';
import '../ui/modal-styles';
import { NexusError, ValidationFailedError } from '@nexus-state/react';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useWorkspaces } from '../data/queries';
import { idFault, idFrom } from '../format/format';
import { DialogActions } from '../ui/dialog-actions';

interface Faults {
  readonly name?: string;
  readonly workspaceId?: string;
  readonly description?: string;
}

/** Makes a workspace and opens it. The id is suggested from the name until somebody writes another one. */
export default function CreateWorkspace({ onClose }: { readonly onClose: () => void }) {
  const { data: workspaces = [], create: createWorkspace } = useWorkspaces();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string>();
  const [description, setDescription] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const [isBusy, setBusy] = useState(false);
  const id = ownId ?? idFrom(name);
  const isTaken = workspaces.some(({ workspaceId, role }) => role === 'owner' && workspaceId === id);
  const typedFault = isTaken ? `You have a workspace "${id}" already.` : id === '' ? undefined : idFault(id);

  const create = async () => {
    setBusy(true);
    setFaults({});
    try {
      await createWorkspace({
        name: name.trim(),
        workspaceId: id,
        ...(description.trim() ? { description: description.trim() } : {}),
      });
      onClose();
      await navigate({ to: '/w/$ws', params: { ws: id } });
    } catch (error) {
      setFaults(faultsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const idProblem = isTaken ? typedFault : idFault(id);
    if (name.trim() === '') setFaults({ name: 'A name is needed.' });
    else if (idProblem) setFaults({ workspaceId: idProblem });
    else void create();
  };
  const idProblem = faults.workspaceId ?? typedFault;

  return (
    <Modal opened onClose={onClose} title="New workspace" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput
            label="Name"
            value={name}
            maxLength={255}
            required
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
            error={faults.name}
          />
          <TextInput
            label="Id"
            description="Stands in addresses, and cannot be changed later."
            value={id}
            required
            onChange={(event) => setOwnId(event.currentTarget.value)}
            error={idProblem}
            classNames={{ input: 'mono' }}
            spellCheck={false}
          />
          <Textarea
            label="Description"
            value={description}
            maxLength={2000}
            rows={3}
            onChange={(event) => setDescription(event.currentTarget.value)}
            error={faults.description}
          />
          <DialogActions onCancel={onClose}>
            <Button type="submit" loading={isBusy}>
              Create workspace
            </Button>
          </DialogActions>
        </Stack>
      </form>
    </Modal>
  );
}

/** Each fault of the service at the field that it belongs to; others at the name. */
function faultsOf(error: unknown): Faults {
  if (error instanceof ValidationFailedError) {
    const fields = error.errors.map(({ pointer, message }) => [pointer.replace(/^\//, ''), message]);
    return Object.fromEntries(fields) as Faults;
  }
  const message = error instanceof Error ? error.message : String(error);
  const isAboutId =
    error instanceof NexusError && ['already_exists', 'invalid_id', 'version_conflict'].includes(error.code);
  return isAboutId ? { workspaceId: message } : { name: message };
}
