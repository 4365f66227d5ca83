export { fileStorage } from './storage/file/file-storage';
