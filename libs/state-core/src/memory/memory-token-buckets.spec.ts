import { describeTokenBuckets } from '../testing/token-buckets.contract';
import { MemoryTokenBuckets } from './memory-token-buckets';

describeTokenBuckets('memory', async () => ({ buckets: new MemoryTokenBuckets() }));
