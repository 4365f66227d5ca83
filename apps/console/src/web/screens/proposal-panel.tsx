import { Checkbox, Group, SegmentedControl, Skeleton, Text } from '@mantine/core';
import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import '../ui/segmented-styles';
import { type JsonPatch, NotFoundError, type ProposalPreview, applyPatch } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import type { ProposedOperation } from '../data/proposal-operations';
import { usePast } from '../data/queries';
import type { Space } from '../data/space';
import { JsonDiff } from '../editor/lazy';
import { DiffLegend } from '../ui/diff-legend';
import { jsonText } from '../format/format';
import { ConflictValue } from '../ui/conflict-value';
import { Problem } from '../ui/problem';

/** Whose value each place of a conflict gets: `yours` is the proposed one, `theirs` the one that is there. */
export type Sides = ReadonlyMap<string, 'yours' | 'theirs'>;

/** Names a place of a panel among the decisions. */
export const conflictKey = (panelId: string, path: string) => `${panelId} ${path}`;

interface ProposalPanelProps {
  readonly space: Space;
  readonly panel: ProposalPreview;
  readonly isOpen: boolean;
  readonly operations: readonly ProposedOperation[];
  /** The numbers of the operations that are left out. */
  readonly left: ReadonlySet<number>;
  readonly sides: Sides;
  readonly onToggle: ((number: number) => void) | undefined;
  readonly onChoose: ((panelId: string, path: string, side: 'yours' | 'theirs') => void) | undefined;
}

/** What a proposal does to one panel: its operations, the difference over the present state, and what collides. */
export function ProposalPanel(props: ProposalPanelProps) {
  const { space, panel, isOpen, operations, left, sides, onToggle, onChoose } = props;
  const { panelId, conflicts } = panel;
  return (
    <section className="card" style={{ padding: 16, marginTop: 16 }} aria-label={panelId}>
      <Link
        className="mono"
        style={{ color: 'var(--nx-accent)', fontWeight: 600 }}
        to="/w/$ws/$panel"
        params={{ ws: space.id, panel: panelId }}
        search={{ owner: space.owner }}
      >
        {panelId}
      </Link>
      <ul className="rows" aria-label={`Operations on ${panelId}`}>
        {operations.map(({ number, text }) => (
          <li key={number} className="mono" style={{ padding: '6px 0' }}>
            {onToggle ? (
              <Checkbox label={text} checked={!left.has(number)} onChange={() => onToggle(number)} />
            ) : (
              text
            )}
          </li>
        ))}
      </ul>
      {conflicts.map(({ path, yours, theirs }) => (
        <section key={path} style={{ marginTop: 12 }} aria-label={`Conflict at ${path || '/'}`}>
          <Group justify="space-between" gap="xs">
            <span>
              <b>Conflict</b> <span className="mono">{path || '/'}</span>
            </span>
            {onChoose && (
              <SegmentedControl
                size="xs"
                aria-label={`Which value ${path || '/'} gets`}
                value={sides.get(conflictKey(panelId, path)) ?? ''}
                onChange={(side) => onChoose(panelId, path, side as 'yours' | 'theirs')}
                data={[
                  { value: 'yours', label: 'Proposed' },
                  { value: 'theirs', label: 'Present' },
                ]}
              />
            )}
          </Group>
          <div className="conflict-grid" style={{ marginTop: 8 }}>
            <ConflictValue title="Proposed" value={yours} />
            <ConflictValue title="Present" value={theirs} />
          </div>
        </section>
      ))}
      {isOpen && <Difference space={space} panel={panel} />}
    </section>
  );
}

function Difference({ space, panel }: Pick<ProposalPanelProps, 'space' | 'panel'>) {
  const { panelId, version, patch } = panel;
  const { data, error, refresh } = usePast(space, panelId, { version });
  const isAbsent = version === 0 || error instanceof NotFoundError;
  if (error && !isAbsent)
    return (
      <Problem error={error} title="The present state could not be read" onRetry={() => void refresh()} />
    );
  if (!data && !isAbsent) return <Skeleton height={160} aria-label="Loading the difference" />;
  if (patch.length === 0)
    return (
      <Text className="muted" mt="sm">
        Without the conflicts, nothing is left to change.
      </Text>
    );
  const present = isAbsent ? undefined : data?.state;
  return (
    <div style={{ marginTop: 12 }}>
      <Text size="sm" className="muted" mb={4}>
        <DiffLegend before="now" after="after the whole proposal" />
      </Text>
      <JsonDiff
        before={present === undefined ? '' : jsonText(present)}
        after={afterText(present, patch)}
        beforeLabel={`${panelId} now`}
        afterLabel={`${panelId} after`}
      />
    </div>
  );
}

/** The state after a patch, which adds or removes the root where the panel comes or goes. */
function afterText(present: object | undefined, patch: JsonPatch): string {
  const [whole] = patch;
  if (whole?.path === '' && whole.op === 'remove') return '';
  if (whole?.path === '' && 'value' in whole) return jsonText(whole.value);
  return jsonText(applyPatch((present ?? {}) as Parameters<typeof applyPatch>[0], patch).value);
}
