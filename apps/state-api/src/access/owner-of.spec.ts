import { ownerOf } from './owner-of';

const octets = (text: string) => Buffer.from(text).toString('latin1');
const owner = (path?: string, query?: unknown, ...header: string[]) =>
  ownerOf({
    params: { owner: path },
    query: query === undefined ? {} : { owner: query },
    raw: {
      headers: header.length === 0 ? {} : { 'x-workspace-owner': header.join(', ') },
      headersDistinct: header.length === 0 ? {} : { 'x-workspace-owner': header },
    },
  });

describe('the owner that a request names', () => {
  it('is that of the path, the parameter or the header in UTF-8', () => {
    expect(owner()).toBeUndefined();
    expect(owner('Zoë')).toBe('Zoë');
    expect(owner(undefined, 'Zoë')).toBe('Zoë');
    expect(owner(undefined, undefined, octets('Zoë'))).toBe('Zoë');
    expect(owner('Zoë', 'Zoë', octets('Zoë'))).toBe('Zoë');
  });

  it.each<[string, string | undefined, unknown, string[]]>([
    ['X-Workspace-Owner', undefined, 'ann', ['bob']],
    ['X-Workspace-Owner', 'ann', undefined, ['bob']],
    ['owner', 'ann', 'bob', []],
    ['X-Workspace-Owner', undefined, '', ['bob']],
    ['X-Workspace-Owner', undefined, undefined, ['ann', 'ann']],
    ['X-Workspace-Owner', undefined, undefined, ['Zo\xeb']],
    ['owner', undefined, ['ann', 'ann'], []],
  ])(
    'is refused at %s where the path is %j, the parameter %j and the header %j',
    (pointer, path, query, header) => {
      expect(() => owner(path, query, ...header)).toThrow(
        expect.objectContaining({
          code: 'validation_failed',
          facts: { errors: [{ pointer, message: expect.any(String) }] },
        }),
      );
    },
  );
});
