export * from './http';
export { type RestClient, type RestClientOptions, createRestClient } from './rest-client';
export type { PanelRest } from './rest/panel';
export type { WorkspaceRest } from './rest/workspace';
export type * from './rest-types';
