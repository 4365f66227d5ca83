import { describeStorage } from '../testing/storage-suite';
import { memoryStorage } from './memory';

describeStorage('the storage in memory', memoryStorage);
