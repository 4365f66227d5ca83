export * from './document-model';
export * from './messages';
export * from './stored-document';
