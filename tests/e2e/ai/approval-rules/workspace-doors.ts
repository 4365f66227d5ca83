import type { JsonObject } from '@nexus-state/documents';
import { callTool } from '../../clients/mcp-client';
import { json } from '../../grpc/client';
import { answerOf, answerOfCall, answerOfProposal, answerOfTool } from './answers';
import { randomPatch, randomState } from './dice';
import type { Garden, Present } from './garden';
import { type Door, httpDoors, otherDoors, otherState, patched } from './panel-doors';
import type { PanelChange } from './rule-model';

const workspace = '/api/state/ws';
const panelDoors = [...httpDoors, ...otherDoors];

/** An operation of a transaction, as each API takes it, and what it does. */
interface Operation {
  readonly http: object;
  readonly grpc: object;
  readonly change: PanelChange;
}

function operationOn(garden: Garden, panelId: string, { version, state }: Present): Operation {
  const { dice } = garden;
  const at = { panelId, ...(dice.chance(0.5) ? { version } : {}) };
  switch (dice.pick(['patch', 'patch', 'set', 'delete'])) {
    case 'set': {
      const after = otherState(garden, state);
      const change = { panelId, before: state, after };
      return {
        http: { op: 'set', ...at, state: after },
        grpc: { set: { ...at, stateJson: json(after) } },
        change,
      };
    }
    case 'delete':
      return {
        http: { op: 'delete', ...at },
        grpc: { delete: at },
        change: { panelId, before: state, after: undefined },
      };
    default: {
      const patches = randomPatch(dice, state);
      const grpc = { patch: { ...at, patchesJson: json(patches) } };
      return { http: { op: 'patch', ...at, patches }, grpc, change: patched(panelId, state, patches) };
    }
  }
}

async function operationsOf(garden: Garden): Promise<readonly Operation[]> {
  const { dice } = garden;
  const panels = dice.some([...(await garden.panels())], 3);
  const operations = panels.map(([panelId, panel]) => operationOn(garden, panelId, panel));
  const fresh = await garden.absent();
  if (fresh === undefined || dice.chance(0.5)) return operations;
  const after = randomState(dice);
  const http = { op: 'set', panelId: fresh, state: after };
  const grpc = { set: { panelId: fresh, stateJson: json(after) } };
  return [...operations, { http, grpc, change: { panelId: fresh, before: undefined, after } }];
}

const transacts =
  (door: 'transaction' | 'gRPC Transact'): Door =>
  async (garden) => {
    const operations = await operationsOf(garden);
    const by = garden.dice.pick(garden.writers);
    const triggeredBy = garden.dice.pick(['ai', 'user', 'import']);
    const write = { actor: by.user, triggeredBy, changes: operations.map(({ change }) => change) };
    await garden.attempt(door, write, async () => {
      if (door === 'transaction') {
        const body = { operations: operations.map(({ http }) => http), triggeredBy };
        return answerOf(await by.http.post(`${workspace}/transaction`, body));
      }
      const request = { workspaceId: 'ws', operations: operations.map(({ grpc }) => grpc), triggeredBy };
      return answerOfCall(await by.grpc.call('transact', request));
    });
  };

/** Reverts a panel to a version that held something else. */
const reverts =
  (door: 'revert' | 'gRPC Revert'): Door =>
  async (garden) => {
    const { panelId, state: before, version, by } = await garden.target();
    for (let targetVersion = version - 1; targetVersion > 0; targetVersion--) {
      const past = await garden.owner.http.get(`${workspace}/${panelId}?version=${targetVersion}`);
      if (past.status !== 200 || JSON.stringify(past.body.state) === JSON.stringify(before)) continue;
      const changes = [{ panelId, before, after: past.body.state as JsonObject }];
      await garden.attempt(door, { actor: by.user, triggeredBy: 'user', changes }, async () =>
        door === 'revert'
          ? answerOf(await by.http.post(`${workspace}/${panelId}/revert`, { targetVersion }))
          : answerOfCall(await by.grpc.call('revert', { workspaceId: 'ws', panelId, targetVersion })),
      );
      return;
    }
  };

/** What leads from some panels to others. */
function between(before: ReadonlyMap<string, Present>, wanted: ReadonlyMap<string, Present>): PanelChange[] {
  const ids = [...new Set([...before.keys(), ...wanted.keys()])];
  return ids
    .map((panelId) => ({ panelId, before: before.get(panelId)?.state, after: wanted.get(panelId)?.state }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** Takes a snapshot, lets others write, and goes back to it. */
const restores: Door = async (garden) => {
  const { dice, writers, owner } = garden;
  const [by, mode] = [dice.pick(writers), dice.pick(['exact', 'overlay'] as const)];
  const { snapshotId } = (await owner.http.post('/api/snapshots/ws', {})).body;
  const then = await garden.panels();
  for (let left = 3; left > 0; left--) await dice.pick(panelDoors)(garden);
  const now = await garden.panels();
  const wanted = mode === 'exact' ? then : new Map([...now, ...then]);
  const changes = between(now, wanted);
  if (changes.length === 0) return;
  await garden.attempt('restore', { actor: by.user, triggeredBy: 'user', changes }, async () =>
    answerOf(await by.http.post('/api/snapshots/ws/restore', { snapshotId, mode })),
  );
};

/** Lets somebody write, and takes that back. */
const undoes: Door = async (garden) => {
  const before = await garden.panels();
  const sinceRevision = await garden.revision();
  for (let left = 2; left > 0; left--) await garden.dice.pick(panelDoors)(garden);
  const changes = between(await garden.panels(), before);
  const by = garden.dice.pick(garden.writers);
  await garden.attempt('undo', { actor: by.user, triggeredBy: 'user', changes }, async () =>
    answerOf(await by.http.post(`${workspace}/undo`, { sinceRevision })),
  );
};

/** Writes in a turn, which is aborted or committed. */
const works =
  (door: 'HTTP' | 'MCP'): Door =>
  async (garden) => {
    const { dice } = garden;
    const by = dice.pick(garden.writers);
    const begun = { agent: 'helper', policy: dice.pick(['merge', 'human-wins', 'propose']) };
    const { turnId } =
      door === 'HTTP'
        ? (await by.http.post(`${workspace}/turns`, begun)).body
        : (await callTool(by.mcp, 'begin_turn', { workspace: 'ws', ...begun })).body;
    const before = await garden.panels();
    for (let left = dice.pick([1, 2]); left > 0; left--) {
      const { panelId, state, version } = await garden.target();
      const patches = randomPatch(dice, state);
      const write = { actor: by.user, triggeredBy: 'ai', changes: [patched(panelId, state, patches)] };
      const change = { panel: panelId, version, patches, turnId };
      // What is held back is left alone: once approved, it would be there and belong to no turn.
      await garden.attempt(
        `${door} in a turn`,
        write,
        async () =>
          door === 'HTTP'
            ? answerOf(await by.http.patch(`${workspace}/${panelId}`, { patches, version, turnId }))
            : answerOfTool(await callTool(by.mcp, 'change_panel', { workspace: 'ws', ...change })),
        { isLeft: true },
      );
    }
    const ending = { actor: by.user, triggeredBy: 'user', changes: between(await garden.panels(), before) };
    if (dice.chance(0.3)) {
      const committed = await by.http.post(`${workspace}/turns/${turnId}/commit`, undefined);
      expect(committed.status).toBe(200);
      return;
    }
    await garden.attempt(`${door} abort`, ending, async () =>
      door === 'HTTP'
        ? answerOf(await by.http.post(`${workspace}/turns/${turnId}/abort`, undefined))
        : answerOfTool(await callTool(by.mcp, 'end_turn', { workspace: 'ws', turnId, outcome: 'abort' })),
    );
  };

/** Proposes a change, which waits in any case. */
const proposes =
  (door: 'proposal' | 'MCP propose_change'): Door =>
  async (garden) => {
    const { panelId, state, version, by } = await garden.target();
    const patches = randomPatch(garden.dice, state);
    const triggeredBy = door === 'proposal' ? garden.dice.pick(['user', 'import']) : 'ai';
    const write = { actor: by.user, triggeredBy, changes: [patched(panelId, state, patches)] };
    const proposed = { title: 'A change', changes: [{ panelId, version, patches }] };
    await garden.attempt(
      door,
      write,
      async () =>
        door === 'proposal'
          ? answerOfProposal(await by.http.post(`${workspace}/proposals`, { ...proposed, triggeredBy }))
          : answerOfTool(await callTool(by.mcp, 'propose_change', { workspace: 'ws', ...proposed })),
      { always: true },
    );
  };

/** The doors of many panels, and of the past of one. */
export const workspaceDoors: readonly Door[] = [
  transacts('transaction'),
  transacts('gRPC Transact'),
  reverts('revert'),
  reverts('gRPC Revert'),
  undoes,
  works('HTTP'),
  works('MCP'),
  proposes('proposal'),
  proposes('MCP propose_change'),
  restores,
];
