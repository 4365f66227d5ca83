import { Button, Modal, Text } from '@mantine/core';
import '../ui/modal-styles';
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Space } from '../data/space';
import { DialogActions } from '../ui/dialog-actions';
import { messageOf } from '../ui/problem';

interface DeletePanelProps {
  readonly space: Space;
  readonly panelId: string;
  readonly version: number | undefined;
  readonly onClose: () => void;
}

/** Deletes a panel, after saying what that does. */
export default function DeletePanel({ space, panelId, version, onClose }: DeletePanelProps) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await space.handle.panel(panelId).delete();
      await navigate({ to: '/w/$ws', params: { ws: space.id }, search: { owner: space.owner } });
    } catch (error) {
      notifications.show({ color: 'red', title: 'The panel was not deleted', message: messageOf(error) });
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Delete the panel" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text size="sm">
        “{panelId}” disappears for everybody at version {version}. Its history stays, and a snapshot taken
        before can bring it back.
      </Text>
      <DialogActions onCancel={onClose} mt="md">
        <Button color="red" loading={isBusy} onClick={() => void remove()}>
          Delete the panel
        </Button>
      </DialogActions>
    </Modal>
  );
}
