import { validate } from '@langchain/langgraph-checkpoint-validation';
import { NexusSaver } from '../src';
import { Library } from './library';

// The suite is written for Vitest, whose `expect.soft` goes on after a failure; here it ends the test.
Object.assign(expect, { soft: expect });

let library: Library;

validate({
  checkpointerName: '@nexus-state/langgraph',
  beforeAll: async () => {
    library = await Library.start();
  },
  beforeAllTimeout: 300_000,
  afterAll: () => library.close(),
  // A user of its own has no thread yet.
  createCheckpointer: () => new NexusSaver(library.client()),
});
