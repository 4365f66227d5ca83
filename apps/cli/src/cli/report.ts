import type { NexusError } from '@nexus-state/client';
import { exitCodeOf, exitCodes } from './exit-codes';
import { Failure, Interrupted } from './failures';

/** Where a refused command was addressed to. */
export interface Place {
  /** The address of the service, where the command had one. */
  readonly url?: string | undefined;
  /** What the command was about, such as `garden/lamp`. */
  readonly subject?: string | undefined;
}

/** A failure as it is printed, and the exit code that goes with it. */
export interface Report {
  /** Empty where nothing is to be said. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Words a failure: what happened, where, and the command that helps. */
export function report(error: unknown, place: Place = {}): Report {
  if (error instanceof Interrupted) return { lines: [], exitCode: error.exitCode };
  if (error instanceof Failure) {
    const { message, help, exitCode } = error;
    return { lines: [`nexus: ${message}`, ...tryLine(help)], exitCode };
  }
  if (isRefusal(error)) {
    const lines = [`nexus: ${error.message}`, ...details(error), ...whereLine(error, place)];
    return { lines: [...lines, ...tryLine(helpFor(error, place))], exitCode: exitCodeOf(error) };
  }
  // A bug of this program: its stack is what a report of it needs.
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: [`nexus: unexpected error: ${stack}`], exitCode: exitCodes.failed };
}

/** Whether an error is one of the client's, which is loaded only by the commands that need it. */
export function isRefusal(error: unknown): error is NexusError {
  const { code, status, facts } = (error ?? {}) as Partial<NexusError>;
  return error instanceof Error && typeof code === 'string' && typeof status === 'number' && !!facts;
}

/** What of the facts of a problem a person needs. */
function details({ facts }: NexusError): string[] {
  const conflicts = (facts['conflicts'] ?? []) as readonly {
    path: string;
    yours: unknown;
    theirs: unknown;
  }[];
  const errors = (facts['errors'] ?? []) as readonly { pointer: string; message: string }[];
  return [
    ...conflicts.map(
      ({ path, yours, theirs }) =>
        `  ${path || '(the whole state)'}: yours ${asText(yours)}, theirs ${asText(theirs)}`,
    ),
    ...errors.map(({ pointer, message }) => `  ${pointer} ${message}`),
  ];
}

function asText(value: unknown): string {
  return value === undefined ? 'removed' : JSON.stringify(value);
}

function whereLine({ code, requestId }: NexusError, { url, subject }: Place): string[] {
  const facts = [subject, url, code, requestId && `request ${requestId}`].filter(Boolean);
  return [`  where: ${facts.join(', ')}`];
}

function tryLine(help: string | undefined): string[] {
  return help === undefined ? [] : [`  try:   ${help}`];
}

/** The command that helps with a refusal. */
function helpFor(error: NexusError, { subject }: Place): string | undefined {
  const [workspace, panel] = (subject ?? '').split('#', 1).join('').split('/');
  const isPanel = Boolean(workspace && panel);
  switch (exitCodeOf(error)) {
    case exitCodes.notAllowed:
      return error.status === 401 ? 'nexus login' : 'nexus whoami';
    case exitCodes.unavailable:
      return 'nexus status';
    case exitCodes.notFound:
      if (error.code === 'path_not_found' && isPanel) return `nexus get ${workspace}/${panel}`;
      return isPanel ? `nexus ls ${workspace}` : 'nexus workspace list';
    case exitCodes.conflict:
      return isPanel ? `nexus get ${workspace}/${panel} --full` : undefined;
    default:
      return undefined;
  }
}
