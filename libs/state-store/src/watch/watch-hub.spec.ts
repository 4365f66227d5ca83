import { MemoryBackend } from '../memory/memory-backend';
import { readPattern } from '../model';
import { setWrite } from '../store';
import { WatchHub } from '.';

/** Counts who listens. */
class CountedBackend extends MemoryBackend {
  listening = 0;
  override onChange(): () => void {
    this.listening++;
    return () => this.listening--;
  }
}

/** Keeps the first question for the revision waiting, after it has read it. */
class SlowBackend extends MemoryBackend {
  answer: () => void = () => undefined;
  #asked: () => void = () => undefined;
  readonly isAsked = new Promise<void>((resolve) => (this.#asked = resolve));
  #isFirst = true;
  override async revision(): Promise<number> {
    const revision = await super.revision();
    if (!this.#isFirst) return revision;
    this.#isFirst = false;
    const answered = new Promise<void>((resolve) => (this.answer = resolve));
    this.#asked();
    await answered;
    return revision;
  }
}

describe('a hub of watches', () => {
  it('listens to its backend only while there are watches', async () => {
    const backend = new CountedBackend();
    const hub = new WatchHub(backend);
    const pattern = readPattern('*');
    hub.watch(pattern, undefined, AbortSignal.abort());
    expect(backend.listening).toBe(0);
    const stop = new AbortController();
    const watches = [hub.watch(pattern, undefined, stop.signal), hub.watch(pattern, 0, undefined)];
    expect(backend.listening).toBe(1);
    stop.abort();
    expect(backend.listening).toBe(1);
    await watches[1]?.return();
    expect(backend.listening).toBe(0);
    const refused = hub.watch(pattern, 7, undefined);
    await expect(refused.next()).rejects.toThrow('the newest revision is 0');
    expect(backend.listening).toBe(0);
  });

  it('begins a watch no earlier than it was asked for, while another one still begins', async () => {
    const backend = new SlowBackend();
    const hub = new WatchHub(backend);
    const pattern = readPattern('*');
    const first = hub.watch(pattern, undefined, undefined);
    await backend.isAsked;
    await backend.commit([{ checks: [], writes: [setWrite('/a', 1)] }]);
    const second = hub.watch(pattern, undefined, undefined);
    const begun = hub.begun();
    backend.answer();
    await begun;
    expect([await first.ready, await second.ready]).toEqual([0, 1]);
    hub.end(new Error('end'));
  });
});
