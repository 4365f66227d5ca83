import type { LoggedChange } from '../model';
import { ChangeBuffer, maxBuffered, maxBufferedBytes } from './change-buffer';

function change(revision: number, bytes: number): LoggedChange {
  const value = { format: 'bytes' as const, bytes: new Uint8Array(bytes) };
  const place = { revision, n: 1, last: true };
  const rest = { sensitive: false, expired: false, at: 0, expiresAt: undefined };
  return { type: 'updated', key: '/a', version: revision, value, ...place, ...rest };
}

describe('the buffer of a watch', () => {
  it('takes 64 changes and no more, until one is read', () => {
    const buffer = new ChangeBuffer();
    for (let n = 1; n <= maxBuffered; n++) expect(buffer.offer(change(n, 1))).toBe(true);
    expect(buffer.offer(change(65, 1))).toBe(false);
    expect(buffer.size).toBe(64);
    expect(buffer.take()?.revision).toBe(1);
    expect(buffer.offer(change(65, 1))).toBe(true);
  });

  it('takes 1 MiB and no more, but one change however large', () => {
    const buffer = new ChangeBuffer();
    expect(buffer.offer(change(1, maxBufferedBytes + 1))).toBe(true);
    expect(buffer.offer(change(2, 0))).toBe(false);
    buffer.take();
    expect(buffer.offer(change(2, maxBufferedBytes - 1))).toBe(true);
    expect(buffer.offer(change(3, 2))).toBe(false);
    expect(buffer.offer(change(3, 1))).toBe(true);
  });
});
