import { Badge, Button, Group, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Member, Role } from '@nexus-state/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useMembers, useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { moment } from '../format/format';
import { Problem, messageOf } from '../ui/problem';

const roles: readonly { readonly value: Role; readonly label: string; readonly may: string }[] = [
  { value: 'viewer', label: 'Viewer', may: 'reads panels, history and snapshots' },
  { value: 'editor', label: 'Editor', may: 'also changes panels, takes and restores snapshots' },
  { value: 'admin', label: 'Admin', may: 'also invites and removes members, and renames the workspace' },
];

/** Who reaches the workspace, and what they may do. */
export default function MembersScreen() {
  const space = useSpace();
  const { data: workspace } = useWorkspace(space);
  const { data: members, error, refetch } = useMembers(space);
  const mayManage = workspace?.role === 'owner' || workspace?.role === 'admin';
  return (
    <section aria-label="Members">
      <div className="toolbar">
        <h1>Members</h1>
      </div>
      {mayManage && <Invite space={space} />}
      {error && (
        <Problem error={error} title="The members could not be read" onRetry={() => void refetch()} />
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
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ userId, role }: { readonly userId: string; readonly role: Role | undefined }) => {
      if (role) await space.handle.members.set(userId, role);
      else await space.handle.members.delete(userId);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [...space.key, 'members'] }),
  });
}

function Invite({ space }: { readonly space: Space }) {
  const [userId, setUserId] = useState('');
  const [role, setRole] = useState<Role>('editor');
  const membership = useMembership(space);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    membership.mutate(
      { userId: userId.trim(), role },
      {
        onSuccess: () => {
          notifications.show({ title: 'Invited', message: `${userId.trim()} sees the workspace now.` });
          setUserId('');
        },
      },
    );
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
          onChange={(event) => setRole(event.currentTarget.value as Role)}
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
              onChange={(event) => membership.mutate({ userId, role: event.currentTarget.value as Role })}
              data={roles.map(({ value, label }) => ({ value, label }))}
            />
            <Button
              size="xs"
              variant="default"
              aria-label={`Remove ${userId}`}
              onClick={() => membership.mutate({ userId, role: undefined })}
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
