import { planFor } from './plan';

const present = { state: { on: true, tags: ['a', 'b'], at: { x: 1, y: 2 } }, version: 3 };

describe('the plan of an import', () => {
  it('creates what is not there', () => {
    expect(planFor({}, undefined, 'replace')).toEqual({ action: 'create' });
    expect(planFor({}, undefined, 'skip')).toEqual({ action: 'create' });
  });

  it('leaves what is equal, whatever the order of its keys', () => {
    const state = { at: { y: 2, x: 1 }, tags: ['a', 'b'], on: true };
    expect(planFor(state, present, 'replace')).toEqual({ action: 'unchanged' });
    expect(planFor(state, present, 'skip')).toEqual({ action: 'unchanged' });
  });

  it('replaces what differs, or leaves it', () => {
    const state = { ...present.state, tags: ['b', 'a'] };
    expect(planFor(state, present, 'replace')).toEqual({ action: 'replace', before: 3 });
    expect(planFor(state, present, 'skip')).toEqual({ action: 'skip' });
  });
});
