import { aPanelKey } from '../../testing/panel-builders';
import { Recipients } from './recipients';
import type { Broadcaster, LiveEvent, Subscriber } from './subscriber';

const event: LiveEvent = { kind: 'presence', key: aPanelKey(), members: [] };

class Log implements Broadcaster {
  readonly sent: string[][] = [];
  send(_event: LiveEvent, to: ReadonlySet<Subscriber>): void {
    this.sent.push(Array.from(to, ({ id }) => id));
  }
}

const subscriber = (id: string, broadcaster: Broadcaster, writable = true): Subscriber => ({
  id,
  broadcaster,
  isWritable: () => writable,
});

it('sends once through each broadcaster, to those that are writable, and deletes the others', () => {
  const [one, other, full] = [new Log(), new Log(), new Log()];
  const slow = [subscriber('slow', one, false), subscriber('full', full, false)];
  const ready = [subscriber('a', one), subscriber('b', one), subscriber('c', other)];
  const recipients = new Recipients([...slow, ...ready]);
  expect(recipients.send(event)).toEqual({ sent: 3, unwritable: slow });
  expect([one.sent, other.sent, full.sent]).toEqual([[['a', 'b']], [['c']], []]);
  expect(recipients.send(event)).toEqual({ sent: 3, unwritable: [] });
});

it('sends nothing to those that were deleted', () => {
  const log = new Log();
  const [a, b] = [subscriber('a', log), subscriber('b', log)];
  const recipients = new Recipients([a, b]);
  recipients.delete(a);
  recipients.send(event);
  recipients.delete(b);
  expect(recipients.send(event).sent).toBe(0);
  expect(log.sent).toEqual([['b']]);
});
