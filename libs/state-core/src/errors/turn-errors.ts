import { CoreError } from './core-error';

/** No such turn of the workspace. */
export class TurnNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(turnId: string) {
    super(`There is no turn "${turnId}" of this workspace.`, { turnId });
  }
}

/** A change of a turn that is over, or another end of it. */
export class TurnEnded extends CoreError {
  readonly code = 'turn_ended';
  /** @param state where the turn is: `committed`, `aborted` or `expired` */
  constructor(turnId: string, state: string) {
    super(`Turn "${turnId}" is ${state}. Nothing was changed; begin another turn.`, { turnId, state });
  }
}

/** A change of a turn outside the panels that the turn may change. */
export class OutsideTurn extends CoreError {
  readonly code = 'forbidden';
  constructor(turnId: string, panelId: string) {
    super(`Turn "${turnId}" may not change panel "${panelId}": it is none of its "panels".`, {
      turnId,
      panelId,
    });
  }
}

/** Changes that are to be taken back and are too many, or too many since. */
export class UndoTooExpensive extends CoreError {
  readonly code = 'query_too_expensive';
  /** @param limitChanges how many changes may be looked at */
  constructor(limitChanges: number) {
    super(
      `More than ${limitChanges} changes would have to be looked at. Take back fewer panels or a shorter time.`,
      { limitChanges },
    );
  }
}
