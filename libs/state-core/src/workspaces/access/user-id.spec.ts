import { InvalidId } from '../../errors';
import { checkUserId, isUserId } from './user-id';

describe('the id of a user', () => {
  it.each(['u', 'auth0|5f7c8ec7', 'Zoë', 'a b', 'x'.repeat(255), 'é'.repeat(127)])('can be %j', (text) => {
    expect(isUserId(text)).toBe(true);
    expect(() => checkUserId('userId', text)).not.toThrow();
  });

  it.each(['', 'a\u0000b', '\ud800', 'x'.repeat(256), 'é'.repeat(128)])('cannot be %j', (text) => {
    expect(isUserId(text)).toBe(false);
    expect(() => checkUserId('owner', text)).toThrow(InvalidId);
  });
});
