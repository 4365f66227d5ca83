import type { Proposal, Propose } from '../model';

/** Where changes go that approval rules hold back. */
export interface Proposer {
  /** Keeps a change that waits for approval; it is not looked at. @throws Unavailable */
  keep(command: Propose): Promise<Proposal>;
}
