import { cleanup, configure } from '@testing-library/react';
import { Garden } from './garden';
import { describeLists } from './list-cases';
import { describeLive } from './live-cases';
import { describePanels } from './panel-cases';
import { describeProposals } from './proposal-cases';
import { describeReadme } from './readme-cases';
import { describeRenders } from './render-cases';
import { describeSuspense } from './suspense-cases';
import { describeTurns } from './turn-cases';

// On a machine that is busy, everything takes its time.
configure({ asyncUtilTimeout: 60_000 });

describe('the hooks, against the services', () => {
  let garden: Garden;

  beforeAll(async () => {
    garden = await Garden.start();
    await garden.stack.start('snapshot-worker');
  });

  // What others do comes at any time, and not while a test waits for it.
  beforeEach(() => Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: false }));
  afterEach(cleanup);
  afterAll(() => garden.close());

  describePanels(() => garden);
  describeSuspense(() => garden);
  describeLists(() => garden);
  describeLive(() => garden);
  describeProposals(() => garden);
  describeTurns(() => garden);
  describeRenders(() => garden);
  describeReadme(() => garden);
});
