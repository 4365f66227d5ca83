import { Button, Group, Text, Textarea } from '@mantine/core';
import type { ProposalWithPreview, Resolution } from '@nexus-state/react';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { type Decision, useDecision } from '../data/proposals';
import type { Space } from '../data/space';
import { count as counted } from '../format/format';
import { messageOf } from '../ui/problem';
import { type Sides, conflictKey } from './proposal-panel';

interface ProposalDecisionProps {
  readonly space: Space;
  readonly proposal: ProposalWithPreview;
  /** How many operations there are. */
  readonly count: number;
  readonly left: ReadonlySet<number>;
  readonly sides: Sides;
}

/** Approves the chosen operations, or rejects the proposal with a reason. */
export function ProposalDecision({ space, proposal, count, left, sides }: ProposalDecisionProps) {
  const { proposalId, preview } = proposal;
  const [text, setText] = useState('');
  const decision = useDecision(space, proposalId);
  const places = preview.panels.flatMap(({ panelId, conflicts }) =>
    conflicts.map((conflict) => ({ panelId, ...conflict })),
  );
  const undecided = places.filter(({ panelId, path }) => !sides.has(conflictKey(panelId, path)));
  const resolutions = places.flatMap(({ panelId, path, yours, theirs }): Resolution[] => {
    const side = sides.get(conflictKey(panelId, path));
    const value = side === 'yours' ? yours : theirs;
    return side ? [{ panelId, path, ...(value === undefined ? {} : { value }) }] : [];
  });
  const chosen = Array.from({ length: count }, (_, number) => number).filter((number) => !left.has(number));
  const said = text.trim();
  const decide = (choice: Decision, done: string) =>
    decision.run([choice], () => notifications.show({ title: done, message: proposal.title }));
  const approve = () =>
    decide(
      {
        kind: 'approve',
        approval: {
          ...(left.size === 0 ? {} : { operations: chosen }),
          ...(resolutions.length === 0 ? {} : { resolutions }),
          ...(said === '' ? {} : { comment: said }),
        },
      },
      'Approved',
    );
  const hint =
    chosen.length === 0
      ? 'Choose at least one operation to approve.'
      : undecided.length > 0
        ? `Decide ${counted(undecided.length, 'conflict')} first.`
        : undefined;
  return (
    <section className="card" style={{ padding: 16, marginTop: 16 }} aria-label="Decision">
      <Textarea
        label="Comment or reason"
        description="A rejection needs a reason; an approval may have a comment."
        maxLength={2_000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {hint && (
        <Text size="sm" mt="sm" className="muted">
          {hint}
        </Text>
      )}
      {decision.error && (
        <Text size="sm" mt="sm" role="alert" style={{ color: 'var(--nx-removed)' }}>
          {messageOf(decision.error)}
        </Text>
      )}
      <Group justify="flex-end" mt="md">
        <Button
          variant="default"
          disabled={said === ''}
          loading={decision.isPending}
          onClick={() => decide({ kind: 'reject', reason: said }, 'Rejected')}
        >
          Reject
        </Button>
        <Button disabled={hint !== undefined} loading={decision.isPending} onClick={approve}>
          {left.size === 0
            ? 'Approve all'
            : `Approve ${chosen.length.toLocaleString('en')} of ${counted(count, 'operation')}`}
        </Button>
      </Group>
    </section>
  );
}

/** Takes an own proposal back. */
export function WithdrawButton({
  space,
  proposalId,
}: {
  readonly space: Space;
  readonly proposalId: string;
}) {
  const decision = useDecision(space, proposalId);
  return (
    <div style={{ marginTop: 12 }}>
      <Button
        size="xs"
        variant="default"
        loading={decision.isPending}
        onClick={() => decision.run([{ kind: 'withdraw' }])}
      >
        Withdraw
      </Button>
      {decision.error && (
        <Text size="sm" role="alert" style={{ color: 'var(--nx-removed)' }}>
          {messageOf(decision.error)}
        </Text>
      )}
    </div>
  );
}
