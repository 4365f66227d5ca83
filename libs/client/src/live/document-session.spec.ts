import { eventually } from '@nexus-state/state-core/testing';
import type { ServerMessage } from '../document/messages';
import { HeldForApprovalError } from '../http/held-for-approval';
import type { Answer, Request, Transport } from '../http/transport';
import { WorkspaceRoutes } from '../rest/workspace-routes';
import { DocumentSession } from './document-session';

/** Requests that were sent, each with a way to answer it. */
let sent: { readonly request: Request; answer(version: number): void; refuse(error: Error): void }[];

beforeEach(() => (sent = []));

function newSession(onTrouble: (error: Error) => void = fail): DocumentSession {
  const send = (request: Request): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const body = (version: number) => ({ version, updatedAt: '2026-01-01T00:00:00.000Z', merged: false });
      const answer = (version: number) =>
        resolve({ status: 200, headers: new Headers(), body: body(version) });
      sent.push({ request, answer, refuse: reject });
    });
  const routes = new WorkspaceRoutes({ send } as unknown as Transport, 'ws', undefined);
  const stored = { version: 1, state: {}, pending: [] };
  return new DocumentSession(
    { routes, panelId: 'panel', self: 'me', storage: undefined, stored },
    { onEvents: () => undefined, onTrouble },
  );
}

function fail(error: Error): never {
  throw error;
}

const update = (version: number): ServerMessage => ({
  kind: 'update',
  version,
  actor: 'me',
  patch: [{ op: 'add', path: `/other${version}`, value: version }],
});

describe('a session of a document', () => {
  it('sends the next change also where several messages of one turn bring its time', async () => {
    const session = newSession();
    void session.change([{ op: 'add', path: '/first', value: 1 }]);
    await eventually(() => sent.length === 1, 'the first change to be sent');
    const second = session.change([{ op: 'add', path: '/second', value: 2 }]);
    // Its version is 4, so that two updates of others have to come before it counts.
    sent[0]?.answer(4);
    await new Promise((resolve) => setTimeout(resolve));
    expect([sent.length, session.model.version]).toEqual([1, 1]);

    session.receive(update(2));
    session.receive(update(3));
    expect(session.model.version).toBe(4);
    await eventually(() => sent.length === 2, 'the second change to be sent');
    sent[1]?.answer(5);
    expect(await second).toMatchObject({ version: 5 });
    expect(session.model.state).toEqual({ first: 1, other2: 2, other3: 3, second: 2 });
  });

  it('takes a change back that waits for approval, and goes on with the next', async () => {
    const troubles: Error[] = [];
    const session = newSession((error) => troubles.push(error));
    const held = session.change([{ op: 'add', path: '/price', value: 1 }]);
    await eventually(() => sent.length === 1, 'the change to be sent');
    const proposed = new HeldForApprovalError('p1');
    sent[0]?.refuse(proposed);
    await expect(held).rejects.toBe(proposed);
    expect([session.model.state, troubles]).toEqual([{}, [proposed]]);
    const next = session.change([{ op: 'add', path: '/on', value: true }]);
    await eventually(() => sent.length === 2, 'the next change to be sent');
    sent[1]?.answer(2);
    expect(await next).toMatchObject({ version: 2 });
    expect(session.model.state).toEqual({ on: true });
  });
});
