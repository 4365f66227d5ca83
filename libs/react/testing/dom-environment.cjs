const { TestEnvironment } = require('jest-environment-jsdom');

/** A document to render into, with what browsers have and jsdom lacks; WebSocket is that of the client for Node.js. */
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    const { structuredClone, fetch, Request, Response, Headers, TextEncoder, TextDecoder, ReadableStream } =
      globalThis;
    Object.assign(this.global, {
      ...{ structuredClone, fetch, Request, Response, Headers, TextEncoder, TextDecoder, ReadableStream },
      ...{ AbortController, AbortSignal, WebSocket: undefined, IS_REACT_ACT_ENVIRONMENT: true },
    });
  }
};
