import { cleanup, configure } from '@testing-library/react';
import { version } from 'react';
import { Garden } from '../../e2e/garden';
import { describePanels } from '../../e2e/panel-cases';
import { describeSuspense } from '../../e2e/suspense-cases';

configure({ asyncUtilTimeout: 60_000 });

describe('the hooks with React 18', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
  });

  beforeEach(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false }));
  afterEach(cleanup);
  afterAll(() => garden.close());

  it('are tried with React 18', () => {
    expect(version).toMatch(/^18\./);
  });

  describePanels(() => garden);
  describeSuspense(() => garden);
});
