import { Button, Group, type GroupProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends Pick<GroupProps, 'mt' | 'ml'> {
  /** Closes the dialog; nothing is done. */
  readonly onCancel: () => void;
  /** The button that does what the dialog is about. */
  readonly children: ReactNode;
}

/** How a dialog ends: on its right edge, with Cancel first. */
export function DialogActions({ onCancel, children, ...place }: Props) {
  return (
    <Group justify="flex-end" {...place}>
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      {children}
    </Group>
  );
}
