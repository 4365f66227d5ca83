import { callTool } from '../../clients/mcp-client';
import { json } from '../../grpc/client';
import { type Answer, answerOf, answerOfAck, answerOfCall, answerOfTool } from './answers';
import type { Garden, Writer } from './garden';

const writesOfEach = 6;
const places = ['/title', '/deep', '/other', '/items', '/copy1'] as const;

/** A write of the storm, by the value that nothing else writes. */
export interface Gust {
  readonly value: string;
  readonly answer: Answer;
}

/** Everybody writes to the same panels at once, through all doors of patches. */
export async function storm(garden: Garden, name: string): Promise<readonly Gust[]> {
  const panels = [...(await garden.panels()).keys()];
  const gusts = garden.writers.flatMap((by, index) =>
    Array.from({ length: writesOfEach }, (_, count) => {
      const value = `${name} ${index} ${count}`;
      const patches = [{ op: 'add', path: garden.dice.pick(places), value }];
      const wanted = { panelId: garden.dice.pick(panels), patches };
      return { value, by, door: count % doors.length, wanted };
    }),
  );
  return Promise.all(
    gusts.map(async ({ value, by, door, wanted }) => ({
      value,
      answer: await (doors[door] as (typeof doors)[number])(by, wanted),
    })),
  );
}

interface Wanted {
  readonly panelId: string;
  readonly patches: readonly object[];
}

const triggeredBy = 'ai';

const doors: readonly ((by: Writer, wanted: Wanted) => Promise<Answer>)[] = [
  async ({ http }, { panelId, patches }) =>
    answerOf(await http.patch(`/api/state/ws/${panelId}`, { patches, triggeredBy }, { 'if-match': '*' })),
  async ({ live }, { panelId, patches }) =>
    answerOfAck(await live.ask('patch', { workspaceId: 'ws', panelId, patches, version: 1, triggeredBy })),
  async ({ socket }, { panelId, patches }) =>
    answerOfAck(await socket.ask({ type: 'patch', panelId, patches, version: 1, triggeredBy })),
  async ({ grpc }, { panelId, patches }) =>
    answerOfCall(
      await grpc.call(
        'patch',
        { workspaceId: 'ws', panelId, patchesJson: json(patches), triggeredBy },
        { 'if-match': '*' },
      ),
    ),
  async ({ mcp }, { panelId, patches }) =>
    answerOfTool(await callTool(mcp, 'change_panel', { workspace: 'ws', panel: panelId, patches })),
];
