// Services start as processes of their own, which takes seconds on a busy machine.
jest.setTimeout(120_000);
