export { indexedDbStorage } from './storage/indexeddb/indexeddb-storage';
