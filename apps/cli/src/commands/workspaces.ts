import { Argument } from 'commander';
import type { Role } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { withProfile } from '../connection/profiles';
import { workspaceReference } from '../input/reference';

const roles = ['viewer', 'editor', 'admin'] as const;

/** The commands about workspaces and their members. */
export const addWorkspaceCommands: AddCommands = (parent, run) => {
  const workspace = parent.command('workspace').description('List, create, use and delete workspaces');
  workspace
    .command('list')
    .alias('ls')
    .description('List the workspaces that you own or share; * marks the one in use')
    .action(run(list));
  examples(
    workspace
      .command('create <id>')
      .description('Create a workspace')
      .option('--name <name>', 'its name for people; its id where not given')
      .option('--description <text>', 'what it is for')
      .action(run(create)),
    ['nexus workspace create garden --name "The garden"', 'create the workspace'],
  );
  examples(
    workspace
      .command('use <id>')
      .description('Make a workspace the one that commands mean where they name none')
      .action(run(use)),
    ['nexus workspace use garden && nexus get lamp', 'read garden/lamp'],
  );
  examples(
    workspace
      .command('rm <id>')
      .description('Delete a workspace with its panels; a last snapshot is taken first')
      .option('--yes', 'do not ask')
      .action(run(remove)),
    ['nexus workspace rm garden --yes', 'delete it without a question'],
  );
  const member = parent.command('member').description('Share a workspace');
  member
    .command('list [workspace]')
    .alias('ls')
    .description('List who reaches a workspace')
    .action(run(listMembers));
  examples(
    member
      .command('set <workspace> <user>')
      .addArgument(new Argument('<role>', 'what the user may do').choices(roles))
      .description('Give a user a role')
      .action(run(setMember)),
    ['nexus member set garden mia editor', 'let mia change the panels'],
  );
  examples(
    member
      .command('rm <workspace> <user>')
      .description('Take a user out of a workspace')
      .option('--yes', 'do not ask')
      .action(run(removeMember)),
    ['nexus member rm garden mia --yes', 'take mia out without a question'],
  );
};

async function list(context: Context): Promise<void> {
  const { workspaces } = await context.client();
  const { workspace: inUse } = await context.settings();
  const found = await workspaces.list({ signal: context.signal }).all();
  await context.printer.list(
    found,
    [
      { title: '', value: ({ workspaceId }) => (workspaceId === inUse ? '*' : ' ') },
      { title: 'WORKSPACE', value: ({ workspaceId }) => workspaceId },
      { title: 'NAME', value: ({ name }) => name },
      { title: 'OWNER', value: ({ owner }) => owner },
      { title: 'ROLE', value: ({ role }) => role },
      { title: 'UPDATED', value: ({ updatedAt }) => updatedAt },
    ],
    'There are no workspaces. Create one: nexus workspace create garden',
  );
}

async function create(
  context: Context,
  id: string,
  { name = id, description }: { readonly name?: string; readonly description?: string },
): Promise<void> {
  const workspaceId = subject(context, id);
  const { workspaces } = await context.client();
  const { signal } = context;
  const made = await workspaces.create({
    workspaceId,
    name,
    ...(description === undefined ? {} : { description }),
    signal,
  });
  await context.printer.written(`workspace ${made.workspaceId} created`, made);
}

async function use(context: Context, id: string): Promise<void> {
  const workspaceId = subject(context, id);
  const { workspaces } = await context.client();
  const { owner, profile } = await context.settings();
  const activated = await workspaces.activate(workspaceId, { owner, signal: context.signal });
  if (profile === undefined) {
    context.terminal.note(
      `No profile remembers this: set NEXUS_WORKSPACE=${workspaceId}, or log in first (nexus login).`,
    );
  } else {
    await context.profiles.update((all) =>
      withProfile(all, profile, { ...all.profiles[profile], workspace: workspaceId }),
    );
  }
  await context.printer.written(`workspace ${workspaceId} in use`, activated);
}

async function remove(context: Context, id: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const workspaceId = subject(context, id);
  const { workspaces } = await context.client();
  const { owner } = await context.settings();
  if (!yes)
    await context.terminal.confirm(`Delete the workspace ${workspaceId} with all its panels?`, '--yes');
  await workspaces.delete(workspaceId, { owner, signal: context.signal });
  await context.printer.written(`workspace ${workspaceId} deleted`, { workspaceId, deleted: true });
}

async function listMembers(context: Context, workspace: string | undefined): Promise<void> {
  const { members } = await context.workspace(workspace);
  await context.printer.list(
    await members.list({ signal: context.signal }).all(),
    [
      { title: 'USER', value: ({ userId }) => userId },
      { title: 'ROLE', value: ({ role }) => role },
      { title: 'SINCE', value: ({ since }) => since },
    ],
    'There are no members.',
  );
}

async function setMember(context: Context, workspace: string, user: string, role: Role): Promise<void> {
  const handle = await context.workspace(workspace);
  const member = await handle.members.set(user, role, { signal: context.signal });
  await context.printer.written(`${handle.id} member ${member.userId} ${member.role}`, member);
}

async function removeMember(
  context: Context,
  workspace: string,
  user: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const handle = await context.workspace(workspace);
  if (!yes) await context.terminal.confirm(`Take ${user} out of ${handle.id}?`, '--yes');
  await handle.members.delete(user, { signal: context.signal });
  await context.printer.written(`${handle.id} member ${user} removed`, { userId: user, removed: true });
}

/** Checks the id of a workspace, and notes it for messages. */
function subject(context: Context, id: string): string {
  const workspaceId = workspaceReference(id, undefined);
  context.place = { ...context.place, subject: workspaceId };
  return workspaceId;
}
