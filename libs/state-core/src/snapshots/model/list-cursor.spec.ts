import { listCursor, parseListCursor } from './list-cursor';

const position = {
  createdAt: '2026-01-02T03:04:05.678Z',
  snapshotId: '6f0d8f3e-3d1c-4b2e-9a55-000000000001',
};

describe('list cursor', () => {
  it('is read back as it was made, and is safe in a URL', () => {
    expect(listCursor(position)).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(parseListCursor(listCursor(position))).toEqual(position);
  });

  it.each(['', 'x', listCursor({ ...position, createdAt: '2026-99-02T03:04:05.678Z' })])(
    'refuses %j',
    (cursor) => {
      expect(() => parseListCursor(cursor)).toThrow(/cursor/);
    },
  );
});
