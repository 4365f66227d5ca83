import { describeUpdateBus } from '../testing/update-bus.contract';
import { MemoryUpdateBus } from './memory-update-bus';

describeUpdateBus('memory', async () => {
  const bus = new MemoryUpdateBus();
  return { publisher: bus, subscriber: bus };
});
