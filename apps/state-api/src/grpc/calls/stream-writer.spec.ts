import { EventEmitter, getEventListeners } from 'node:events';
import { StreamWriter } from './stream-writer';
import { SlowWatcher } from './streaming';

/** A stream whose client reads when it is told to. */
class Stream extends EventEmitter {
  readonly unread: (() => void)[] = [];
  readonly call = { nextCall: { stream: { close: (code: number) => void (this.resetWith = code) } } };
  resetWith: number | undefined;

  write(_: object, flushed: () => void): boolean {
    this.unread.push(flushed);
    return true;
  }

  read(): void {
    this.unread.shift()?.();
  }
}

let stream: Stream;
let gone: AbortController;
beforeEach(() => {
  stream = new Stream();
  gone = new AbortController();
});
afterEach(() => {
  expect(getEventListeners(gone.signal, 'abort')).toEqual([]);
});

const writing = (ms = 60_000) => new StreamWriter(stream as never, gone.signal, ms);
const large = { change: { patchJson: Buffer.alloc(200_000), panelId: 'p' } };
const small = { bookmark: { revision: 1 }, cursor: '1' };

/** Sends messages until one has to wait. @returns how many were taken before, and the one that waits */
async function fill(writer: StreamWriter, message: object) {
  for (let count = 0; ; count++) {
    const sent = writer.send(message);
    const isTaken = await Promise.race([
      sent.then(() => true),
      new Promise((resolve) => setImmediate(resolve, false)),
    ]);
    if (!isTaken) return { count, sent };
  }
}

it('lets a bounded number of bytes wait for a client that reads nothing', async () => {
  const { count, sent } = await fill(writing(), large);
  expect(count).toBe(1);
  stream.read();
  await sent;
});

it('lets a bounded number of small messages wait', async () => {
  const { count, sent } = await fill(writing(), small);
  expect(count).toBeGreaterThan(100);
  expect(count).toBeLessThan(3_000);
  while (stream.unread.length > 0) stream.read();
  await sent;
});

it('waits no longer than the call', async () => {
  const writer = writing();
  const { sent } = await fill(writer, large);
  gone.abort();
  await sent;
  await writer.send(large);
});

it('ends a stream whose client reads nothing for too long, and not one that reads slowly', async () => {
  const { sent } = await fill(writing(40), large);
  await expect(sent).rejects.toBeInstanceOf(SlowWatcher);
  stream = new Stream();
  const writer = writing(1_000);
  const reading = setInterval(() => stream.read(), 5);
  for (let n = 0; n < 4; n++) await writer.send(large);
  clearInterval(reading);
});

describe('after its end, a stream', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is reset where its client does not read that either', () => {
    writing(1_000).resetLater();
    jest.advanceTimersByTime(999);
    expect(stream.resetWith).toBeUndefined();
    jest.advanceTimersByTime(1);
    // ENHANCE_YOUR_CALM, which clients know as RESOURCE_EXHAUSTED.
    expect(stream.resetWith).toBe(11);
  });

  it.each(['finish', 'cancelled'])('is not reset where it is over: %s', (ending) => {
    writing(1_000).resetLater();
    stream.emit(ending);
    jest.advanceTimersByTime(10_000);
    expect(stream.resetWith).toBeUndefined();
  });
});
