// @ts-check
const { setTimeout: sleep } = require('node:timers/promises');
const { Connection } = require('../load/connection');
const { stateText } = require('../load/documents');
const { expectStatus } = require('../load/requests');

/** Panels that are written side by side, over a connection each. */
const PANELS = 4;

/** Each is written so often, or when its last write is answered, if that is later. */
const EVERY_MS = 25;

/** A workspace with little to do: a few panels, each replaced at a steady pace. */
class SteadyWriter {
  /** @type {InstanceType<typeof Connection>[]} */
  #connections = [];
  #port;
  #token;
  #versions = new Array(PANELS).fill(0);

  /**
   * @param {number} port
   * @param {string} token
   * @param {string} workspace
   */
  constructor(port, token, workspace) {
    this.#port = port;
    this.#token = token;
    this.workspace = workspace;
  }

  /**
   * Writes until it is stopped.
   * @param {() => boolean} goesOn asked before each write
   * @returns {Promise<number[]>} the milliseconds of each write
   */
  async write(goesOn) {
    // Connections of its own for each time: the server closes those that are idle between.
    this.#connections = Array.from({ length: PANELS }, () => new Connection(this.#port, this.#token));
    /** @type {number[]} */
    const latencies = [];
    try {
      await Promise.all(
        this.#connections.map(async (connection, id) => {
          // Spread over the interval: together they would be one batch.
          await sleep((id * EVERY_MS) / PANELS);
          for (let due = performance.now(); goesOn(); due += EVERY_MS) {
            await sleep(Math.max(0, due - performance.now()));
            latencies.push(await this.#replace(connection, id));
            due = Math.max(due, performance.now() - EVERY_MS);
          }
        }),
      );
    } finally {
      for (const connection of this.#connections) connection.close();
    }
    return latencies;
  }

  /**
   * @param {InstanceType<typeof Connection>} connection
   * @param {number} id
   */
  async #replace(connection, id) {
    const version = this.#versions[id];
    const body = `{"version":${version},"state":${stateText(id, version)}}`;
    const began = performance.now();
    const answer = await connection.send('PUT', `/api/state/${this.workspace}/panel-${id}`, body);
    const took = performance.now() - began;
    expectStatus(version === 0 ? 201 : 200, answer);
    this.#versions[id] = version + 1;
    return took;
  }
}

module.exports = { SteadyWriter };
