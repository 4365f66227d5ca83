import {
  type FieldProblem,
  type JsonObject,
  ValidationFailed,
  isJsonObject,
  readPatch,
} from '@nexus-state/documents';
import type { TransactionOperation } from '@nexus-state/state-core';

const mostOperations = 1_000;

const members: Record<TransactionOperation['op'], readonly string[]> = {
  check: ['op', 'panelId', 'version'],
  set: ['op', 'panelId', 'state', 'version'],
  patch: ['op', 'panelId', 'patches', 'version'],
  delete: ['op', 'panelId', 'version'],
};

/**
 * Reads the operations of a transaction as they came over the wire.
 * @throws ValidationFailed naming what is wrong
 */
export function readOperations(values: readonly unknown[]): readonly TransactionOperation[] {
  if (values.length === 0 || values.length > mostOperations) {
    throw invalid({ pointer: '/operations', message: `must hold 1–${mostOperations} operations` });
  }
  return values.map((value, index) => readOperation(value, `/operations/${index}`));
}

function readOperation(value: unknown, at: string): TransactionOperation {
  if (!isJsonObject(value)) throw invalid({ pointer: at, message: 'must be an object' });
  const { op, panelId, panel_id: snakeCased, version, state, patches, ...rest } = value;
  const id = panelId ?? snakeCased;
  if (typeof op !== 'string' || !Object.hasOwn(members, op)) {
    throw invalid({ pointer: `${at}/op`, message: 'must be one of check, set, patch, delete' });
  }
  const kind = op as TransactionOperation['op'];
  const known = members[kind];
  const unknown = [
    ...Object.keys(rest),
    ...['state', 'patches'].filter((name) => Object.hasOwn(value, name) && !known.includes(name)),
  ];
  if (unknown.length > 0) throw invalid({ pointer: `${at}/${unknown[0]}`, message: 'is not a known field' });
  if (typeof id !== 'string') throw invalid({ pointer: `${at}/panelId`, message: 'must be a text' });
  if (!isVersion(version) && !(version === undefined && kind !== 'check')) {
    throw invalid({ pointer: `${at}/version`, message: 'must be a whole number from 0' });
  }
  switch (kind) {
    case 'check':
      return { op: kind, panelId: id, version: version as number };
    case 'set':
      if (!isJsonObject(state)) throw invalid({ pointer: `${at}/state`, message: 'must be an object' });
      return { op: kind, panelId: id, state: state as JsonObject, version: version as number | undefined };
    case 'patch':
      return {
        op: kind,
        panelId: id,
        patches: readPatch(patches, `${at}/patches`),
        version: version as number | undefined,
      };
    case 'delete':
      return { op: kind, panelId: id, version: version as number | undefined };
  }
}

function isVersion(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function invalid(problem: FieldProblem): ValidationFailed {
  return new ValidationFailed([problem]);
}
