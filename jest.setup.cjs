// Services start as processes of their own, which takes minutes on a busy machine. Tests wait for conditions, so this is
// only reached by one that hangs.
jest.setTimeout(300_000);
