import { doorsOf } from './doors';

it('shows what the service describes, and nothing else', () => {
  expect(doorsOf(['/api/state/{workspaceId}'])).toEqual({
    keys: false,
    proposals: false,
    turns: false,
    context: false,
    search: false,
  });
  const offered = ['proposals/{id}', 'turns', 'context', 'search'].map((path) => `/api/state/{ws}/${path}`);
  expect(doorsOf(['/api/kv/', ...offered])).toEqual({
    keys: true,
    proposals: true,
    turns: true,
    context: true,
    search: true,
  });
});
