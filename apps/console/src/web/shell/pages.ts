import { Activity, Camera, GitPullRequest, KeyRound, Sparkles, Users } from 'lucide-react';

/** The pages of a workspace; `door` names what the service must offer for it. */
export const spacePages = [
  { to: '/w/$ws/snapshots', label: 'Snapshots', Icon: Camera, door: undefined },
  { to: '/w/$ws/activity', label: 'Activity', Icon: Activity, door: undefined },
  { to: '/w/$ws/members', label: 'Members', Icon: Users, door: undefined },
  { to: '/w/$ws/proposals', label: 'Proposals', Icon: GitPullRequest, door: 'proposals' },
  { to: '/w/$ws/context', label: 'AI context', Icon: Sparkles, door: 'context' },
  { to: '/w/$ws/keys', label: 'Keys', Icon: KeyRound, door: 'keys' },
] as const;

/** Pages that are reached from one of those, and by the palette. */
export const furtherPages = [
  { to: '/w/$ws/activity/turns', label: 'Turns of agents', door: 'turns' },
  { to: '/w/$ws/proposals/rules', label: 'Approval rules', door: 'proposals' },
] as const;
