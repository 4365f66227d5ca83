import { Alert, Button, Group } from '@mantine/core';
import { NexusError } from '@nexus-state/react';
import { CircleAlert } from 'lucide-react';
import { useState } from 'react';

/** What an error says to people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function detailsOf(error: unknown): string {
  const facts =
    error instanceof NexusError ? { code: error.code, status: error.status, requestId: error.requestId } : {};
  const stack = error instanceof Error ? error.stack : undefined;
  return JSON.stringify({ message: messageOf(error), ...facts, page: location.pathname, stack }, null, 2);
}

interface ProblemProps {
  readonly error: unknown;
  readonly title?: string;
  readonly onRetry?: (() => void) | undefined;
  readonly onClose?: (() => void) | undefined;
}

/** Says what happened, offers to try again, and to copy the details. */
export function Problem({ error, title = 'This could not be shown', onRetry, onClose }: ProblemProps) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(detailsOf(error)).then(() => setCopied(true));
  return (
    <Alert color="red" variant="default" title={title} icon={<CircleAlert aria-hidden />} role="alert">
      {messageOf(error)}
      <Group mt="sm" gap="xs">
        {onRetry && (
          <Button size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
        <Button size="xs" variant="default" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy details'}
        </Button>
        {onClose && (
          <Button size="xs" variant="default" onClick={onClose}>
            Close
          </Button>
        )}
      </Group>
    </Alert>
  );
}
