import { exitCodes } from './exit-codes';

/** An expected failure of a command: what happened, and the command that helps. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
    /** A command to run next, such as `nexus login`. */
    readonly help?: string,
  ) {
    super(message);
  }
}

/** The command was called in a way that makes no sense. */
export class UsageError extends Failure {
  constructor(message: string, help?: string) {
    super(message, exitCodes.usage, help);
  }
}

/** Ctrl-C, or another signal that ends the command. */
export class Interrupted extends Error {
  constructor(readonly exitCode: number = exitCodes.interrupted) {
    super('Interrupted.');
  }
}
