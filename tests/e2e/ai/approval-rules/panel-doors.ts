import { randomUUID } from 'node:crypto';
import { type JsonObject, type PatchRequest, applyPatch, mergePatch } from '@nexus-state/documents';
import { callTool } from '../../clients/mcp-client';
import { json } from '../../grpc/client';
import { answerOf, answerOfAck, answerOfCall, answerOfTool } from './answers';
import { increment, randomPatch, randomState } from './dice';
import type { Garden, Writer } from './garden';
import type { PanelChange } from './rule-model';

/** A way in: one write, or some that belong together. */
export type Door = (garden: Garden) => Promise<void>;

const panelAt = (panelId: string) => `/api/state/ws/${panelId}`;
const mergePatchType = { 'content-type': 'application/merge-patch+json' };
const jsonPatchType = { 'content-type': 'application/json-patch+json' };

/** What operations do to a panel. */
export function patched(panelId: string, before: JsonObject, patch: PatchRequest): PanelChange {
  const named = patch.flatMap((operation) => [
    ...(operation.op === 'test' ? [] : [operation.path]),
    ...('from' in operation ? [operation.from] : []),
  ]);
  return { panelId, before, after: applyPatch(before, patch).value as JsonObject, named };
}

/** Another state than a panel has. */
export function otherState({ dice }: Garden, state: JsonObject): JsonObject {
  for (;;) {
    const other = randomState(dice);
    if (JSON.stringify(other) !== JSON.stringify(state)) return other;
  }
}

/** Who triggers a write, as its body says; `user` where it does not. */
const triggers = [undefined, 'ai', 'ai', 'user', 'import', 'system'] as const;
const said = (triggeredBy: string | undefined) => (triggeredBy === undefined ? {} : { triggeredBy });

/** Makes a panel. */
const creates =
  (
    door: string,
    send: (
      by: Writer,
      panelId: string,
      state: JsonObject,
      more: object,
    ) => Promise<Parameters<typeof answerOf>[0]>,
  ): Door =>
  async (garden) => {
    const panelId = await garden.absent();
    if (panelId === undefined) return;
    const { dice, writers } = garden;
    const [by, triggeredBy, after] = [dice.pick(writers), dice.pick(triggers), randomState(dice)];
    const changes = [{ panelId, before: undefined, after }];
    const write = { actor: by.user, triggeredBy: triggeredBy ?? 'user', changes };
    await garden.attempt(door, write, async () =>
      answerOf(await send(by, panelId, after, said(triggeredBy))),
    );
  };

type PatchOf = (garden: Garden, state: JsonObject) => PatchRequest;
const anyPatch: PatchOf = ({ dice }, state) => randomPatch(dice, state);
const adding: PatchOf = ({ dice }) => increment(dice);

/** What is sent to patch a panel. */
interface Patching {
  readonly by: Writer;
  readonly panelId: string;
  readonly version: number;
  readonly patches: PatchRequest;
  readonly triggered: object;
}

/** Patches a panel. @param triggeredBy who triggers it, where the door says that itself */
const patches =
  <T>(
    door: string,
    answered: (response: T) => ReturnType<typeof answerOf>,
    send: (patching: Patching) => Promise<T>,
    { patchOf = anyPatch, triggeredBy: fixed }: { patchOf?: PatchOf; triggeredBy?: string } = {},
  ): Door =>
  async (garden) => {
    const { panelId, state, version, by } = await garden.target();
    if (patchOf === adding && typeof state['n'] !== 'number') return;
    const triggeredBy = fixed ?? garden.dice.pick(triggers);
    const patch = patchOf(garden, state);
    const write = {
      actor: by.user,
      triggeredBy: triggeredBy ?? 'user',
      changes: [patched(panelId, state, patch)],
    };
    const triggered = fixed === undefined ? said(triggeredBy) : {};
    await garden.attempt(door, write, async () =>
      answered(await send({ by, panelId, version, patches: patch, triggered })),
    );
  };

/** The doors of single panels over HTTP. */
export const httpDoors: readonly Door[] = [
  creates('POST', ({ http }, panelId, initialState, more) =>
    http.post(panelAt(panelId), { initialState, ...more }),
  ),
  creates('PUT of a new panel', ({ http }, panelId, state, more) =>
    http.put(panelAt(panelId), { state, ...more }, { 'if-none-match': '*' }),
  ),
  async (garden) => {
    const { panelId, state: before, version, by } = await garden.target();
    const [triggeredBy, after] = [garden.dice.pick(triggers), otherState(garden, before)];
    const changes = [{ panelId, before, after }];
    const body = { state: after, version, ...said(triggeredBy) };
    await garden.attempt('PUT', { actor: by.user, triggeredBy: triggeredBy ?? 'user', changes }, async () =>
      answerOf(await by.http.put(panelAt(panelId), body)),
    );
  },
  patches('PATCH', answerOf, ({ by, panelId, triggered, ...body }) =>
    by.http.patch(panelAt(panelId), { ...body, ...triggered }),
  ),
  patches(
    'increment',
    answerOf,
    ({ by, panelId, triggered, ...body }) => by.http.patch(panelAt(panelId), { ...body, ...triggered }),
    {
      patchOf: adding,
    },
  ),
  patches(
    'JSON Patch',
    answerOf,
    ({ by, panelId, patches: patch, version }) =>
      by.http.patch(panelAt(panelId), JSON.stringify(patch), {
        ...jsonPatchType,
        'if-match': `"${version}"`,
      }),
    { triggeredBy: 'user' },
  ),
  async (garden) => {
    const { panelId, state: before, by } = await garden.target();
    const patch = garden.dice.pick([
      { title: 'merged' },
      { deep: { open: 7 } },
      { deep: null, n: 9 },
      { items: [] },
    ]);
    const changes = [{ panelId, before, after: mergePatch(before, patch) as JsonObject }];
    if (JSON.stringify(changes[0]?.after) === JSON.stringify(before)) return;
    const headers = { ...mergePatchType, 'if-match': '*' };
    await garden.attempt('merge patch', { actor: by.user, triggeredBy: 'user', changes }, async () =>
      answerOf(await by.http.patch(panelAt(panelId), JSON.stringify(patch), headers)),
    );
  },
  async (garden) => {
    const { panelId, state: before, by } = await garden.target();
    const changes = [{ panelId, before, after: undefined }];
    await garden.attempt('DELETE', { actor: by.user, triggeredBy: 'user', changes }, async () =>
      answerOf(await by.http.delete(panelAt(panelId))),
    );
  },
  async (garden) => {
    const { panelId, state, version, by } = await garden.target();
    const patch = randomPatch(garden.dice, state);
    const write = { actor: by.user, triggeredBy: 'ai', changes: [patched(panelId, state, patch)] };
    const key = { 'idempotency-key': randomUUID() };
    const body = { patches: patch, version, triggeredBy: 'ai' };
    await garden.attempt('repeated PATCH', write, async () => {
      const [first, again] = [
        await by.http.patch(panelAt(panelId), body, key),
        await by.http.patch(panelAt(panelId), body, key),
      ];
      expect([again.status, again.body]).toEqual([first.status, first.body]);
      return answerOf(again);
    });
  },
];

/** The doors of single panels over sockets, gRPC and MCP. */
export const otherDoors: readonly Door[] = [
  patches('Socket.IO', answerOfAck, ({ by, triggered, ...rest }) =>
    by.live.ask('patch', { workspaceId: 'ws', ...rest, ...triggered }),
  ),
  patches('WebSocket', answerOfAck, ({ by, triggered, ...rest }) =>
    by.socket.ask({ type: 'patch', ...rest, ...triggered }),
  ),
  patches('gRPC Patch', answerOfCall, ({ by, panelId, version, patches: patch, triggered }) =>
    by.grpc.call('patch', { workspaceId: 'ws', panelId, version, patchesJson: json(patch), ...triggered }),
  ),
  patches(
    'MCP change_panel',
    answerOfTool,
    ({ by, panelId, version, patches: patch }) =>
      callTool(by.mcp, 'change_panel', { workspace: 'ws', panel: panelId, version, patches: patch }),
    { triggeredBy: 'ai' },
  ),
  async (garden) => {
    const { panelId, state: before, version, by } = await garden.target();
    const [triggeredBy, after] = [garden.dice.pick(triggers), otherState(garden, before)];
    const request = { workspaceId: 'ws', panelId, version, stateJson: json(after), ...said(triggeredBy) };
    const write = {
      actor: by.user,
      triggeredBy: triggeredBy ?? 'user',
      changes: [{ panelId, before, after }],
    };
    await garden.attempt('gRPC Put', write, async () => answerOfCall(await by.grpc.call('put', request)));
  },
  async (garden) => {
    const panelId = await garden.absent();
    if (panelId === undefined) return;
    const { dice, writers } = garden;
    const [by, triggeredBy, after] = [dice.pick(writers), dice.pick(triggers), randomState(dice)];
    const request = { workspaceId: 'ws', panelId, initialStateJson: json(after), ...said(triggeredBy) };
    const write = {
      actor: by.user,
      triggeredBy: triggeredBy ?? 'user',
      changes: [{ panelId, before: undefined, after }],
    };
    await garden.attempt('gRPC Create', write, async () =>
      answerOfCall(await by.grpc.call('create', request)),
    );
  },
  async (garden) => {
    const { panelId, state: before, by } = await garden.target();
    const write = { actor: by.user, triggeredBy: 'user', changes: [{ panelId, before, after: undefined }] };
    await garden.attempt('gRPC Delete', write, async () =>
      answerOfCall(await by.grpc.call('delete', { workspaceId: 'ws', panelId })),
    );
  },
];
