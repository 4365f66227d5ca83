import { errorCodes } from '@nexus-state/contracts';
import * as client from '../index';
import { errorClasses, errorOf } from './error-classes';
import { NexusError } from './problem';

const classNameOf = (code: string) =>
  `${code
    .split('_')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('')}Error`;

describe('error classes', () => {
  it.each([...errorCodes, 'internal_error'])('there is an exported one for %s', (code) => {
    const error = errorOf({ error: code, message: 'why', status: 400 }, 'request-1');
    expect(error).toBeInstanceOf(NexusError);
    expect(errorClasses[code]).toBeDefined();
    expect((client as Record<string, unknown>)[classNameOf(code)]).toBe(errorClasses[code]);
    expect(error).toMatchObject({ code, message: 'why', status: 400, requestId: 'request-1' });
  });

  it('a code that is not known yet gives an error all the same', () => {
    expect(errorOf({ error: 'not_known_yet', message: 'why' })).toMatchObject({
      code: 'not_known_yet',
      facts: { message: 'why' },
    });
    expect(errorOf({ error: 'constructor', message: 'why' }).code).toBe('constructor');
  });
});
