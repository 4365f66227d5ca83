import { Button, Group, NativeSelect, Skeleton, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ApprovalRule, type ApprovalRules, useApprovalRules } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import {
  type Approvers,
  type RuleDraft,
  areSame,
  draftOf,
  emptyRule,
  ruleOf,
  sentenceOf,
} from '../data/approval-rules';
import { useDoors } from '../data/doors';
import { useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { useWork } from '../data/use-work';
import { NotFound } from '../shell/not-found';
import { Problem, messageOf } from '../ui/problem';

/** The rules by which changes become proposals; admins and the owner change them. */
export default function ApprovalRulesScreen() {
  return useDoors().proposals ? <Rules /> : <NotFound />;
}

function Rules() {
  const space = useSpace();
  const { data: workspace } = useWorkspace(space);
  const kept = useApprovalRules(space.id, { owner: space.owner });
  const { data, error, refresh } = kept;
  const mayManage = workspace?.role === 'owner' || workspace?.role === 'admin';
  return (
    <section aria-label="Approval rules">
      <div className="toolbar">
        <h1>Approval rules</h1>
        <span className="spacer" />
        <Link
          className="link"
          to="/w/$ws/proposals"
          params={{ ws: space.id }}
          search={{ owner: space.owner }}
        >
          All proposals
        </Link>
      </div>
      <Text size="sm" className="muted" mb="md">
        A change that matches everything that a rule names waits as a proposal until somebody else approves
        it.
      </Text>
      {error && !data && (
        <Problem error={error} title="The rules could not be read" onRetry={() => void refresh()} />
      )}
      {!data && !error && <Skeleton height={160} aria-label="Loading the rules" />}
      {data && mayManage && <RulesEditor key={JSON.stringify(data)} space={space} kept={kept} rules={data} />}
      {data && !mayManage && <RulesList rules={data} />}
    </section>
  );
}

function RulesList({ rules }: { readonly rules: readonly ApprovalRule[] }) {
  if (rules.length === 0) return <NoRules />;
  return (
    <ul className="rows card" aria-label="Rules">
      {rules.map((rule, index) => (
        <li key={index}>{sentenceOf(rule)}</li>
      ))}
    </ul>
  );
}

function NoRules() {
  return (
    <div className="card" style={{ padding: 24 }}>
      <Text fw={600}>No rule yet</Text>
      <Text size="sm" className="muted">
        Every change by somebody who may write is made at once.
      </Text>
    </div>
  );
}

/** Writes the rules, unless somebody else has changed them meanwhile. */
function useSaving({ space, kept, rules: before }: RulesEditorProps) {
  return useWork(async (rules: readonly ApprovalRule[]) => {
    if (!areSame(await space.handle.proposals.rules(), before))
      throw new Error('Somebody else has changed the rules meanwhile. Look at theirs first.');
    return kept.set(rules);
  });
}

interface RulesEditorProps {
  readonly space: Space;
  readonly kept: ApprovalRules;
  readonly rules: readonly ApprovalRule[];
}

function RulesEditor(props: RulesEditorProps) {
  const { kept, rules } = props;
  const [drafts, setDrafts] = useState<readonly RuleDraft[]>(() => rules.map(draftOf));
  const saving = useSaving(props);
  const wanted = drafts.map(ruleOf);
  const isChanged = !areSame(wanted, rules);
  const change = (index: number, more: Partial<RuleDraft>) =>
    setDrafts(drafts.map((draft, at) => (at === index ? { ...draft, ...more } : draft)));
  const save = () =>
    saving.run([wanted], () =>
      notifications.show({ title: 'Saved', message: 'The rules hold from now on.' }),
    );
  return (
    <>
      {drafts.length === 0 && <NoRules />}
      <Stack gap="md">
        {drafts.map((draft, index) => (
          <RuleForm
            key={index}
            number={index + 1}
            draft={draft}
            onChange={(more) => change(index, more)}
            onRemove={() => setDrafts(drafts.filter((_, at) => at !== index))}
          />
        ))}
      </Stack>
      {saving.error && (
        <Group mt="md" gap="sm">
          <Text size="sm" role="alert" style={{ color: 'var(--nx-removed)' }}>
            {messageOf(saving.error)}
          </Text>
          <Button size="xs" variant="default" onClick={() => void kept.refresh()}>
            Show the rules as they are
          </Button>
        </Group>
      )}
      <Group mt="md" gap="sm">
        <Button
          variant="default"
          leftSection={<Plus size={16} aria-hidden />}
          onClick={() => setDrafts([...drafts, emptyRule])}
        >
          Add a rule
        </Button>
        <span className="spacer" />
        <Button variant="default" disabled={!isChanged} onClick={() => setDrafts(rules.map(draftOf))}>
          Discard
        </Button>
        <Button disabled={!isChanged} loading={saving.isPending} onClick={save}>
          Save the rules
        </Button>
      </Group>
    </>
  );
}

interface RuleFormProps {
  readonly number: number;
  readonly draft: RuleDraft;
  readonly onChange: (more: Partial<RuleDraft>) => void;
  readonly onRemove: () => void;
}

const triggers = [
  { value: '', label: 'anything' },
  { value: 'ai', label: 'AI' },
  { value: 'user', label: 'a person' },
  { value: 'system', label: 'the system' },
];

function RuleForm({ number, draft, onChange, onRemove }: RuleFormProps) {
  const { triggeredBy, approvers } = draft;
  const isOther = !triggers.some(({ value }) => value === triggeredBy);
  const field = (name: 'actor' | 'panels' | 'pointers' | 'users') => ({
    value: draft[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange({ [name]: event.currentTarget.value }),
  });
  return (
    <section className="card" style={{ padding: 16 }} aria-label={`Rule ${number}`}>
      <div className="row-line" style={{ marginBottom: 12, flexWrap: 'nowrap' }}>
        <b>{sentenceOf(ruleOf(draft))}</b>
        <span className="spacer" />
        <Button
          size="xs"
          variant="default"
          leftSection={<Trash2 size={14} aria-hidden />}
          style={{ flexShrink: 0 }}
          aria-label={`Remove rule ${number}`}
          onClick={onRemove}
        >
          Remove
        </Button>
      </div>
      <div className="rule-grid">
        <NativeSelect
          label="Triggered by"
          value={triggeredBy}
          onChange={(event) => onChange({ triggeredBy: event.currentTarget.value })}
          data={isOther ? [...triggers, { value: triggeredBy, label: triggeredBy }] : triggers}
        />
        <TextInput label="Actor" placeholder="anybody" {...field('actor')} />
        <TextInput label="Panels" placeholder="all, or price-*, lamp" {...field('panels')} />
        <NativeSelect
          label="Who approves"
          value={approvers}
          onChange={(event) => onChange({ approvers: event.currentTarget.value as Approvers })}
          data={[
            { value: 'anyone', label: 'whoever may write' },
            { value: 'editor', label: 'an editor' },
            { value: 'admin', label: 'an admin' },
            { value: 'owner', label: 'the owner' },
            { value: 'users', label: 'these users' },
          ]}
        />
        <Textarea
          label="Places in the panel"
          description="JSON Pointers, one a line: * is one name, ** any number."
          placeholder="everywhere, or /items/*/price"
          classNames={{ input: 'mono' }}
          autosize={false}
          rows={2}
          {...field('pointers')}
        />
        {approvers === 'users' && (
          <TextInput label="Users" description="Ids, with commas between." required {...field('users')} />
        )}
      </div>
    </section>
  );
}
