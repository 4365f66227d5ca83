import { type JsonObject, canonicalJson } from '@nexus-state/documents';
import { jsonState, patchCase, runs } from '@nexus-state/documents/testing';
import * as fc from 'fast-check';
import { ModelServer } from '../testing/model-server';
import { SimulatedClient } from '../testing/simulation';
import { randomOps } from '../testing/random-ops';

const action = fc.record({
  client: fc.nat(2),
  what: fc.constantFrom(
    ...(['change', 'change', 'change', 'send', 'send', 'arrive', 'arrive', 'answer', 'answer'] as const),
    ...([
      'deliver',
      'deliver',
      'deliverOne',
      'lose',
      'undo',
      'redo',
      'overflow',
      'reconnect',
      'restart',
    ] as const),
  ),
  seed: fc.nat(),
});

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never;

function act(client: SimulatedClient, { what, seed }: Action): void {
  switch (what) {
    case 'change':
      return client.change((state) => randomOps(state, seed));
    case 'send':
      return client.send();
    case 'arrive':
      return client.arrive();
    case 'answer':
      return client.answer(false);
    case 'lose':
      return client.answer(true);
    case 'deliver':
      return client.deliver();
    case 'deliverOne':
      return client.deliver(1);
    case 'undo':
      return client.undo();
    case 'redo':
      return client.redo();
    case 'overflow':
      return client.overflow();
    case 'reconnect':
      return client.reconnect();
    case 'restart':
      return client.restart();
  }
}

function quiesce(clients: readonly SimulatedClient[]): void {
  for (let round = 0; round < 200; round++) {
    for (const client of clients) {
      client.send();
      client.arrive();
      client.answer(false);
      client.deliver();
    }
    if (clients.every(({ isQuiet }) => isQuiet)) return;
  }
  throw new Error('Changes are left that are never sent.');
}

function check(initial: JsonObject, actions: readonly Action[], knowsSelf: boolean): void {
  const server = new ModelServer(initial);
  const clients = ['ada', 'ben', 'eve'].map(
    (name) => new SimulatedClient(name, server, knowsSelf ? name : undefined),
  );
  for (const one of actions) act(clients[one.client] as SimulatedClient, one);
  quiesce(clients);
  for (const client of clients) {
    expect(canonicalJson(client.model.state as JsonObject)).toBe(canonicalJson(server.state));
    for (const id of client.made) {
      const times = server.history.filter((taken) => taken.id === id).length;
      expect([id, times, client.rejected.get(id) ?? 0]).toEqual(
        client.resolved.has(id) ? [id, 1, 0] : [id, 0, 1],
      );
    }
  }
}

describe('documents of several clients', () => {
  it.each([true, false])(
    'end equal to the server, each change in history once or reported once (own name known: %s)',
    (knowsSelf) => {
      const actions = fc.array(action, { maxLength: 80, size: 'max' });
      fc.assert(
        fc.property(jsonState, actions, (initial, all) => check(initial, all, knowsSelf)),
        runs(100),
      );
    },
  );

  it('of one author are undone to where they began, and made again', () => {
    fc.assert(
      fc.property(jsonState, fc.array(fc.nat(), { maxLength: 12 }), (initial, seeds) => {
        const server = new ModelServer(initial);
        const client = new SimulatedClient('ada', server, 'ada');
        for (const seed of seeds) client.change((state) => randomOps(state, seed));
        const final = canonicalJson(client.model.state as JsonObject);
        while (client.model.canUndo) client.undo();
        expect(canonicalJson(client.model.state as JsonObject)).toBe(canonicalJson(initial));
        while (client.model.canRedo) client.redo();
        quiesce([client]);
        expect(canonicalJson(server.state)).toBe(final);
      }),
      runs(200),
    );
  });

  it('end equal with states and patches of every shape', () => {
    const actions = fc.array(action, { maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(patchCase(), actions, ({ state, patch }, all) => {
        const server = new ModelServer(state);
        const [client, other] = ['ada', 'ben'].map((name) => new SimulatedClient(name, server, name)) as [
          SimulatedClient,
          SimulatedClient,
        ];
        for (const one of all) act(other, one);
        client.change(() => patch);
        client.deliver();
        quiesce([client, other]);
        expect(canonicalJson(client.model.state as JsonObject)).toBe(canonicalJson(server.state));
      }),
      runs(300),
    );
  });
});
