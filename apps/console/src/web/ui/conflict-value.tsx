import { Text } from '@mantine/core';
import { jsonText } from '../format/format';

interface ConflictValueProps {
  /** Whose value it is. */
  readonly title: string;
  /** Undefined where there is none. */
  readonly value: unknown;
}

/** One of the values that a place has in a conflict. */
export function ConflictValue({ title, value }: ConflictValueProps) {
  return (
    <div>
      <Text size="xs" fw={600} className="muted">
        {title}
      </Text>
      <pre className="mono" tabIndex={0} aria-label={title}>
        {value === undefined ? '(nothing)' : jsonText(value)}
      </pre>
    </div>
  );
}
