import { setImmediate } from 'node:timers/promises';
import { Duplex } from 'node:stream';
import type { Change, LiveEvent, Subscriber } from '@nexus-state/state-core';
import { aPanelKey } from '@nexus-state/state-core/testing/panel-builders';
import type { WebSocket } from 'ws';
import { WebSocketBroadcaster } from './web-socket-broadcaster';

describe('what is sent to plain WebSockets', () => {
  let broadcaster: WebSocketBroadcaster;
  /** What each socket gave to the system at once, in order. */
  let writes: Record<string, number[][]>;
  beforeEach(() => {
    broadcaster = new WebSocketBroadcaster();
    writes = {};
  });

  const open = (id: string): Subscriber => {
    const taken: number[][] = (writes[id] = []);
    const socket = new Duplex({
      read: () => undefined,
      writev: (chunks, done) => {
        taken.push(chunks.map(({ chunk }) => (JSON.parse(String(chunk)) as { version: number }).version));
        done();
      },
    });
    broadcaster.add(id, { send: (frame: Buffer) => socket.write(frame) } as unknown as WebSocket, socket);
    return { id } as Subscriber;
  };
  const key = aPanelKey();
  const change = (version: number, value = ''): LiveEvent => {
    const patch = [{ op: 'add', path: '/text', value }];
    return { kind: 'change', change: { key, version, changeType: 'updated', patch } as unknown as Change };
  };

  it('goes to the system once a turn for each of them, in its order', async () => {
    const [one, other] = [open('one'), open('other')];
    for (const version of [1, 2, 3]) broadcaster.send(change(version), new Set([one]));
    broadcaster.send(change(3), new Set([other]));
    expect(writes).toEqual({ one: [], other: [] });
    await setImmediate();
    expect(writes).toEqual({ one: [[1, 2, 3]], other: [[3]] });
    broadcaster.send(change(4), new Set([one, other]));
    await setImmediate();
    expect(writes).toEqual({ one: [[1, 2, 3], [4]], other: [[3], [4]] });
  });

  it('is not held back where it is much', async () => {
    const one = open('one');
    broadcaster.send(change(1), new Set([one]));
    broadcaster.send(change(2, 'x'.repeat(10_000)), new Set([one]));
    expect(writes['one']).toEqual([[1, 2]]);
    broadcaster.send(change(3), new Set([one]));
    expect(writes['one']).toEqual([[1, 2]]);
    await setImmediate();
    expect(writes['one']).toEqual([[1, 2], [3]]);
  });

  it('is not sent to those who are gone', async () => {
    const one = open('one');
    broadcaster.send(change(1), new Set([one]));
    broadcaster.remove('one');
    broadcaster.send(change(2), new Set([one]));
    await setImmediate();
    expect(writes['one']).toEqual([[1]]);
  });
});
