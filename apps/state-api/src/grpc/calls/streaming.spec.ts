import { EventEmitter, getEventListeners } from 'node:events';
import { SlowWatcher, writable } from './streaming';

class Stream extends EventEmitter {
  writableNeedDrain = true;
}

let stream: Stream;
let gone: AbortController;
beforeEach(() => {
  stream = new Stream();
  gone = new AbortController();
});
const wait = (ms = 60_000) => writable(stream as never, gone.signal, ms);
afterEach(() => {
  expect([stream.listenerCount('drain'), getEventListeners(gone.signal, 'abort').length]).toEqual([0, 0]);
});

it('does not wait for a stream that takes more', async () => {
  stream.writableNeedDrain = false;
  await wait();
});

it('waits until the stream has drained', async () => {
  const waiting = wait();
  stream.emit('drain');
  await waiting;
});

it('waits no longer than the call', async () => {
  const waiting = wait();
  gone.abort();
  await waiting;
  await wait();
});

it('ends a stream that is behind for too long', async () => {
  await expect(wait(5)).rejects.toBeInstanceOf(SlowWatcher);
});
