export {
  type FollowPanel,
  type FollowedEvent,
  type FollowedPages,
  type GrowingPage,
  followPages,
} from './feeds';
export * from './hub';
export * from './ports';
export { type PresenceLimits, defaultPresenceLimits } from './presence';
export type {
  Broadcaster,
  FeedEvent,
  LiveEvent,
  PanelFeedEvent,
  PresenceEvent,
  Reach,
  Subscriber,
} from './subscribers/subscriber';
