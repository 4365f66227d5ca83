import {
  type FieldProblem,
  type JsonObject,
  ValidationFailed,
  headOf,
  isJsonObject,
  readPatch,
} from '@nexus-state/documents';
import { FairTurns, type Limits, type TransactionOperation } from '@nexus-state/state-core';
import { refusable } from './refusable';

const maxOperations = 1_000;

type Kind = TransactionOperation['op'];

const members: Record<Kind, readonly string[]> = {
  check: ['op', 'panelId', 'version'],
  set: ['op', 'panelId', 'state', 'version'],
  patch: ['op', 'panelId', 'patches', 'version'],
  delete: ['op', 'panelId', 'version'],
};

/** Other spellings of members. */
const aliases: ReadonlyMap<string, string> = new Map([['panel_id', 'panelId']]);

/** How many operations a patch may have. */
type PatchLimits = Pick<Limits, 'patchOperations'>;

/**
 * Reads the operations of a transaction as they came over the wire, with pauses between them.
 * @throws ValidationFailed naming every member that is wrong, unknown or given twice
 * @throws OperationRefused naming the operation whose patch has too many operations
 */
export async function readOperations(
  values: readonly unknown[],
  limits: PatchLimits,
): Promise<readonly TransactionOperation[]> {
  if (values.length === 0 || values.length > maxOperations) {
    throw new ValidationFailed([
      { pointer: '/operations', message: `must hold 1–${maxOperations} operations` },
    ]);
  }
  const problems: FieldProblem[] = [];
  const operations: TransactionOperation[] = [];
  const turns = new FairTurns();
  for (const [index, value] of values.entries()) {
    const read = refusable(index, () => readOperation(value, `/operations/${index}`, limits));
    if (Array.isArray(read)) problems.push(...read);
    else operations.push(read);
    if (turns.isOver) await turns.pause();
  }
  if (problems.length > 0) throw new ValidationFailed(problems);
  return operations;
}

/** One operation, or everything that is wrong with it. */
function readOperation(
  value: unknown,
  at: string,
  limits: PatchLimits,
): TransactionOperation | FieldProblem[] {
  if (!isJsonObject(value)) return [{ pointer: at, message: 'must be an object' }];
  if (headOf(value)) return [{ pointer: at, message: 'has too many members' }];
  const problems: FieldProblem[] = [];
  const found = new Map<string, unknown>();
  for (const [given, member] of Object.entries(value)) {
    const name = aliases.get(given) ?? given;
    if (found.has(name))
      problems.push({ pointer: `${at}/${given}`, message: `is given twice, as "${name}"` });
    else found.set(name, member);
  }
  const op = found.get('op');
  if (typeof op !== 'string' || !Object.hasOwn(members, op)) {
    return [...problems, { pointer: `${at}/op`, message: 'must be one of check, set, patch, delete' }];
  }
  const kind = op as Kind;
  for (const name of found.keys()) {
    if (!members[kind].includes(name))
      problems.push({ pointer: `${at}/${name}`, message: 'is not a known field' });
  }
  const [panelId, version, state] = ['panelId', 'version', 'state'].map((name) => found.get(name));
  if (typeof panelId !== 'string') problems.push({ pointer: `${at}/panelId`, message: 'must be a string' });
  if (!isVersion(version) && !(version === undefined && kind !== 'check'))
    problems.push({ pointer: `${at}/version`, message: 'must be a whole number from 0' });
  if (kind === 'set' && !isJsonObject(state))
    problems.push({ pointer: `${at}/state`, message: 'must be an object' });
  const patches = kind === 'patch' ? patchOf(found.get('patches'), `${at}/patches`, limits, problems) : [];
  if (problems.length > 0) return problems;
  const common = { panelId: panelId as string, version: version as number };
  switch (kind) {
    case 'set':
      return { op: kind, ...common, state: state as JsonObject };
    case 'patch':
      return { op: kind, ...common, patches };
    case 'check':
    case 'delete':
      return { op: kind, ...common };
  }
}

function patchOf(value: unknown, at: string, { patchOperations }: PatchLimits, problems: FieldProblem[]) {
  try {
    return readPatch(value, at, patchOperations);
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    problems.push(...error.errors);
    return [];
  }
}

function isVersion(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
