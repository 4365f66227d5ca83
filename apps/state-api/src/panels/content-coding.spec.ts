import { acceptsGzip } from './content-coding';

describe('acceptsGzip', () => {
  it.each([
    'gzip',
    'GZIP',
    'gzip, deflate, br',
    'br;q=1.0, gzip;q=0.8, *;q=0.1',
    '*',
    'deflate,x-gzip',
    'gzip;q=1, identity;q=1',
  ])('is true for %s', (header) => expect(acceptsGzip(header)).toBe(true));

  it.each([
    undefined,
    '',
    'identity',
    'br',
    'gzip;q=0',
    'gzip; q=0.000',
    '*;q=0',
    'gzip;q=0, *',
    'gzip;q=0.5, identity',
    'gzip;q=no',
  ])('is false for %s', (header) => expect(acceptsGzip(header)).toBe(false));
});
