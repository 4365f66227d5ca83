/** The newest writes of a store that are known by their keys. */
const remembered = 10_000;

interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
}

/**
 * What writes were answered, by their `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): one that is repeated is
 * answered as the first time, and changes nothing.
 */
export class AnsweredWrites {
  readonly #answers = new WeakMap<object, Map<string, Promise<Answer>>>();

  /**
   * Does a write, unless it was done before.
   * @param store whose keys are meant: each has keys of its own
   */
  async once(store: object, request: Request, write: () => Promise<Response>): Promise<Response> {
    const key = request.headers.get('idempotency-key');
    if (key === null || request.method === 'GET') return write();
    const answers = this.#answers.get(store) ?? new Map<string, Promise<Answer>>();
    this.#answers.set(store, answers);
    const answer = answers.get(key) ?? write().then(answerOf);
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > remembered && oldest !== undefined) answers.delete(oldest);
    try {
      return responseOf(await answer);
    } catch (error) {
      answers.delete(key);
      throw error;
    }
  }
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: [...response.headers], text: await response.text() };
}

function responseOf({ status, headers, text }: Answer): Response {
  return new Response(text, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
}
