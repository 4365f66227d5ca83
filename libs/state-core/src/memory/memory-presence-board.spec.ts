import { describePresenceBoard } from '../testing/presence-board.contract';
import { MemoryPresence, MemoryPresenceBoard } from './memory-presence-board';

describePresenceBoard('memory', async () => {
  const shared = new MemoryPresence();
  const leaseMs = 1_000;
  return { leaseMs, gateway: () => new MemoryPresenceBoard(shared, leaseMs) };
});
