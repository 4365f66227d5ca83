// @ts-check

/** Something went wrong that the person at the terminal can act on: shown as its sentence, without a stack. */
class Failure extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'Failure';
  }
}

module.exports = { Failure };
