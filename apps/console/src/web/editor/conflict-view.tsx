import { Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import '../ui/segmented-styles';
import '../ui/modal-styles';
import type { JsonObject } from '@nexus-state/react';
import { useState } from 'react';
import { jsonText } from '../format/format';
import { ConflictValue } from '../ui/conflict-value';
import { JsonEditor } from './lazy';
import { type Collision, type Side, at, decided } from './merge-edit';

interface ConflictViewProps {
  readonly collision: Collision;
  readonly onDecide: (result: JsonObject) => void;
  readonly onClose: () => void;
}

/** Base, yours, theirs and the result of an edit that collides, decided place by place. */
export default function ConflictView({ collision, onDecide, onClose }: ConflictViewProps) {
  const [sides, setSides] = useState<ReadonlyMap<string, Side>>(new Map());
  const result = decided(collision, sides);
  const choose = (path: string, side: Side) => setSides(new Map(sides).set(path, side));
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title="Your edit and a change by somebody else collide"
      closeButtonProps={{ 'aria-label': 'Keep theirs and close' }}
    >
      <Stack gap="md">
        <Text size="sm">
          Both wrote to the same place. Choose for each place; everything else of your edit is kept. Nothing
          is sent before you apply the result.
        </Text>
        {collision.conflicts.map(({ path, yours }) => (
          <section
            key={path}
            className="card"
            style={{ padding: 12 }}
            aria-label={`Conflict at ${path || '/'}`}
          >
            <Group justify="space-between" gap="xs">
              <span className="mono">{path || '/'}</span>
              <SegmentedControl
                size="xs"
                aria-label={`Whose value ${path || '/'} gets`}
                value={sides.get(path) ?? 'theirs'}
                onChange={(side) => choose(path, side as Side)}
                data={[
                  { value: 'yours', label: 'Yours' },
                  { value: 'theirs', label: 'Theirs' },
                ]}
              />
            </Group>
            <div className="conflict-grid" style={{ marginTop: 8 }}>
              <ConflictValue title="Base" value={at(collision.base, path)} />
              <ConflictValue title="Yours" value={yours ?? at(collision.yours, path)} />
              <ConflictValue title="Theirs" value={at(collision.theirs, path)} />
            </div>
          </section>
        ))}
        <div>
          <Text size="sm" fw={600} mb={4}>
            Result
          </Text>
          <JsonEditor label="Result" text={jsonText(result)} readOnly />
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep theirs
          </Button>
          <Button onClick={() => onDecide(result)}>Apply the result</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
