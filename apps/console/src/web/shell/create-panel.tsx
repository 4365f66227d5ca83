import { Button, FileButton, Group, Modal, Stack, TextInput, Textarea } from '@mantine/core';
import '../ui/modal-styles';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { type Space } from '../data/space';
import { readText } from '../editor/merge-edit';
import { idFault, idFrom } from '../format/format';
import { DialogActions } from '../ui/dialog-actions';

interface CreatePanelProps {
  readonly space: Space;
  readonly onClose: () => void;
}

/** Makes a panel from a text of JSON, typed, pasted or from a file, and opens it. */
export default function CreatePanel({ space, onClose }: CreatePanelProps) {
  const navigate = useNavigate();
  const [id, setId] = useState('');
  const [text, setText] = useState('{\n  "$state": {}\n}');
  const [idProblem, setIdProblem] = useState<string>();
  const [textProblem, setTextProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);

  const create = async (state: object) => {
    setBusy(true);
    try {
      await space.handle.panel<object>(id).create(state);
      onClose();
      await navigate({
        to: '/w/$ws/$panel',
        params: { ws: space.id, panel: id },
        search: { owner: space.owner },
      });
    } catch (error) {
      setIdProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readText(text);
    setIdProblem(idFault(id));
    setTextProblem('fault' in read ? read.fault : undefined);
    if (!idFault(id) && 'state' in read) void create(read.state);
  };
  const readFile = (file: File | null) => {
    if (!file) return;
    void file.text().then((content) => {
      setText(content);
      if (id === '') setId(idFrom(file.name.replace(/\.json$/i, '')));
    });
  };

  return (
    <Modal opened onClose={onClose} title="New panel" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput
            label="Id"
            value={id}
            required
            data-autofocus
            spellCheck={false}
            classNames={{ input: 'mono' }}
            onChange={(event) => setId(event.currentTarget.value)}
            error={idProblem}
          />
          <Textarea
            label="State"
            description="A JSON object: type it, paste it, or choose a file."
            value={text}
            rows={8}
            spellCheck={false}
            classNames={{ input: 'mono' }}
            onChange={(event) => setText(event.currentTarget.value)}
            error={textProblem}
          />
          <Group justify="space-between">
            <FileButton
              onChange={readFile}
              accept="application/json,.json"
              inputProps={{ 'aria-label': 'File with JSON' }}
            >
              {(props) => (
                <Button {...props} variant="default">
                  Choose a file
                </Button>
              )}
            </FileButton>
            <DialogActions onCancel={onClose} ml="auto">
              <Button type="submit" loading={isBusy}>
                Create panel
              </Button>
            </DialogActions>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
