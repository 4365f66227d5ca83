import { MemoryBackend } from '../memory/memory-backend';
import { readPattern } from '../model';
import { WatchHub } from '.';

/** Counts who listens. */
class CountedBackend extends MemoryBackend {
  listening = 0;
  override onChange(): () => void {
    this.listening++;
    return () => this.listening--;
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
});
