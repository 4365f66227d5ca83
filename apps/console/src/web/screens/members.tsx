import { Badge, Button, Group, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Member, Role } from '@nexus-state/react';
import { UserPlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useMembers, useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { useWork } from '../data/use-work';
import { moment } from '../format/format';
import { Problem, messageOf } from '../ui/problem';

/** The role that somebody can be given. */
type GivenRole = Exclude<Role, 'owner'>;

const roles: readonly { readonly value: Role; readonly label: string; readonly may: string }[] = [
  { value: 'viewer', label: 'Viewer', may: 'reads panels, history and snapshots' },
  { value: 'editor', label: 'Editor', may: 'also changes panels, takes and restores snapshots' },
  { value: 'admin', label: 'Admin', may: 'also invites and removes members, and renames the workspace' },
];

/** Who reaches the workspace, and what they may do. */
export default function MembersScreen() {
  const space = useSpace();
  const { data: workspace } = useWorkspace(space);
  const { data: members, error, refresh } = useMembers(space);
  const mayManage = workspace?.role === 'owner' || workspace?.role === 'admin';
  return (
    <section aria-label="Members">
      <div className="toolbar">
        <h1>Members</h1>
      </div>
      {mayManage && <Invite space={space} />}
      {error && (
        <Problem error={error} title="The members could not be read" onRetry={() => void refresh()} />
      )}
      {!members && !error && <Skeleton height={160} aria-label="Loading the members" />}
      {members && (
        <ul className="rows card" aria-label="Members">
          {members.map((member) => (
            <MemberRow key={member.userId} space={space} member={member} mayManage={mayManage} />
          ))}
        </ul>
      )}
      <h2 style={{ fontSize: 16, marginTop: 24 }}>What each role may do</h2>
      <ul className="rows card">
        {roles.map(({ value, label, may }) => (
          <li key={value}>
            <b>{label}</b> <span className="muted">{may}</span>
          </li>
        ))}
        <li>
          <b>Owner</b> <span className="muted">may everything, and alone deletes the workspace</span>
        </li>
      </ul>
    </section>
  );
}

/** Changes the members, and reads them again. */
function useMembership(space: Space) {
  const { set, delete: remove } = useMembers(space);
  return useWork((userId: string, role: GivenRole | undefined): Promise<unknown> =>
    role ? set(userId, role) : remove(userId),
  );
}

function Invite({ space }: { readonly space: Space }) {
  const [userId, setUserId] = useState('');
  const [role, setRole] = useState<GivenRole>('editor');
  const membership = useMembership(space);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    membership.run([userId.trim(), role], () => {
      notifications.show({ title: 'Invited', message: `${userId.trim()} sees the workspace now.` });
      setUserId('');
    });
  };
  return (
    <form onSubmit={submit} className="card" style={{ padding: 16, marginBottom: 16 }}>
      <Group align="end" gap="sm">
        <TextInput
          flex={1}
          miw={180}
          label="User id"
          description="The subject of their token."
          required
          value={userId}
          onChange={(event) => setUserId(event.currentTarget.value)}
          error={membership.error ? messageOf(membership.error) : undefined}
        />
        <NativeSelect
          label="Role"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as GivenRole)}
          data={roles.map(({ value, label }) => ({ value, label }))}
        />
        <Button type="submit" loading={membership.isPending} leftSection={<UserPlus size={16} aria-hidden />}>
          Invite
        </Button>
      </Group>
    </form>
  );
}

interface MemberRowProps {
  readonly space: Space;
  readonly member: Member;
  readonly mayManage: boolean;
}

function MemberRow({ space, member: { userId, role, since }, mayManage }: MemberRowProps) {
  const membership = useMembership(space);
  const isFixed = role === 'owner' || !mayManage;
  return (
    <li>
      <div className="row-line">
        <b dir="auto">{userId}</b>
        <span className="muted" style={{ fontSize: 13 }}>
          since {moment(since)}
        </span>
        <span className="spacer" />
        {isFixed ? (
          <Badge variant="default" tt="none">
            {role}
          </Badge>
        ) : (
          <Group gap={6}>
            <NativeSelect
              size="xs"
              aria-label={`Role of ${userId}`}
              value={role}
              onChange={(event) => membership.run([userId, event.currentTarget.value as GivenRole])}
              data={roles.map(({ value, label }) => ({ value, label }))}
            />
            <Button
              size="xs"
              variant="default"
              aria-label={`Remove ${userId}`}
              onClick={() => membership.run([userId, undefined])}
            >
              Remove
            </Button>
          </Group>
        )}
      </div>
      {membership.error && (
        <Text size="sm" style={{ color: 'var(--nx-removed)' }} role="alert">
          {messageOf(membership.error)}
        </Text>
      )}
    </li>
  );
}
