import { Button, type ButtonProps } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import type { Space } from '../data/space';
import type { TakeBack } from '../data/turns';

const TakeBackDialog = lazy(() => import('./take-back'));

interface TakeBackButtonProps extends ButtonProps {
  readonly space: Space;
  /** What the button says, and the dialog after it. */
  readonly label: string;
  readonly what: TakeBack;
}

/** Opens the preview of what taking changes back comes to. */
export function TakeBackButton({ space, label, what, ...button }: TakeBackButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        size="sm"
        variant="default"
        leftSection={<Undo2 size={16} aria-hidden />}
        {...button}
        onClick={() => setOpen(true)}
      >
        {label}…
      </Button>
      <Suspense>
        {isOpen && <TakeBackDialog space={space} title={label} what={what} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  );
}
