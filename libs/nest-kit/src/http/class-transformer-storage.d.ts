declare module 'class-transformer/cjs/storage' {
  export const defaultMetadataStorage: import('class-transformer/types/metadata/MetadataStorage').MetadataStorage;
}
