/** The methods of a port that answer with a promise: those that a script can be written for. */
export type AsyncMethod<Port> = {
  [Name in keyof Port]: Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Port];

type Args<Port, Name extends keyof Port> = Port[Name] extends (...args: infer A) => unknown ? A : never;
type Answer<Port, Name extends keyof Port> = Port[Name] extends (...args: never[]) => Promise<infer R>
  ? R
  : never;

/**
 * What becomes of a call in place of its plain answer.
 * @param call asks the adapter in memory, with the arguments of the call
 * @param args the arguments of the call
 */
export type Fault<Port, Name extends keyof Port> = (
  call: () => Promise<Answer<Port, Name>>,
  args: Args<Port, Name>,
) => Promise<Answer<Port, Name>>;

type AnyFault = (call: () => Promise<unknown>, args: unknown[]) => Promise<unknown>;

/** A call that waits until the test lets it go. */
export interface HeldCall {
  /** Resolves once the call has come. */
  readonly reached: Promise<void>;
  /** Lets the call go on. */
  release(): void;
}

/** An outage: what cannot be reached, and what becomes of calls that are under way. */
export interface Outage<Port> {
  /** The methods that fail; every method where not given. */
  readonly methods?: readonly AsyncMethod<Port>[];
  /** Whether the answers of calls that reached the adapter before are lost, too. */
  readonly losesResponses?: boolean;
}

/** When a fault happens: before the adapter is asked, or after it has done what it was asked for. */
export interface FaultTime {
  readonly after?: boolean;
}

/**
 * An adapter in memory that fails, delays or loses its answers by script, for one port of any kind. Calls without a
 * fault go to the adapter. Hand `port` to the code under test; what the test itself asks of the adapter is neither
 * counted nor disturbed.
 */
export class FailingStore<Port extends object> {
  /** The port to hand to the code under test. */
  readonly port: Port;
  readonly #next = new Map<PropertyKey, AnyFault[]>();
  readonly #lasting = new Map<PropertyKey, AnyFault>();
  readonly #calls = new Map<PropertyKey, number>();
  #outage: (Outage<Port> & { readonly error: unknown }) | undefined;

  /** @param adapter the adapter in memory that answers where there is no fault */
  constructor(readonly adapter: Port) {
    this.port = new Proxy(adapter, {
      get: (target, name) => {
        // The adapter is the receiver, because its private fields are not the proxy's.
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          this.#ask(name, args, () => Reflect.apply(value, target, args) as unknown);
      },
    });
  }

  /** How often a method was called through the port, failed calls included. */
  calls(name: AsyncMethod<Port>): number {
    return this.#calls.get(name) ?? 0;
  }

  /** Gives the next call of a method another course; several wait in line, one for each call. */
  onNext<Name extends AsyncMethod<Port>>(name: Name, fault: Fault<Port, Name>): void {
    this.#next.set(name, [...(this.#next.get(name) ?? []), fault as unknown as AnyFault]);
  }

  /** Gives every call of a method another course, until `recover`. Faults for the next calls go first. */
  onEach<Name extends AsyncMethod<Port>>(name: Name, fault: Fault<Port, Name>): void {
    this.#lasting.set(name, fault as unknown as AnyFault);
  }

  /** Fails the next call. With `after`, the adapter has done its work: only the answer is lost. */
  failNext(name: AsyncMethod<Port>, error: unknown, { after = false }: FaultTime = {}): void {
    this.onNext(name, async (call) => {
      if (after) await call();
      throw error;
    });
  }

  /** Fails every call, until `recover`. */
  failEach(name: AsyncMethod<Port>, error: unknown): void {
    this.onEach(name, () => Promise.reject(error));
  }

  /** Answers the next call with something else, without asking the adapter. */
  respondNext<Name extends AsyncMethod<Port>>(name: Name, answer: Answer<Port, Name>): void {
    this.onNext(name, () => Promise.resolve(answer));
  }

  /** Holds the next call. With `after`, the adapter has done its work: only the answer is late. */
  holdNext(name: AsyncMethod<Port>, { after = false }: FaultTime = {}): HeldCall {
    let reach = (): void => undefined;
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.onNext(name, async (call) => {
      const answer = after ? await call() : undefined;
      reach();
      await released;
      return after ? (answer as never) : call();
    });
    return { reached, release: () => release() };
  }

  /**
   * Makes the store unreachable until `comeBack` or `recover`: every call that has not reached the adapter fails, held
   * ones included.
   */
  leave(error: unknown, outage: Outage<Port> = {}): void {
    this.#outage = { ...outage, error };
  }

  /** Ends an outage; faults that last go on. */
  comeBack(): void {
    this.#outage = undefined;
  }

  /** Ends an outage, and every fault that lasts. */
  recover(): void {
    this.comeBack();
    this.#lasting.clear();
  }

  #ask(name: PropertyKey, args: unknown[], call: () => unknown): unknown {
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
    if (this.#isAway(name)) return Promise.reject(this.#outage?.error);
    const fault = this.#next.get(name)?.shift() ?? this.#lasting.get(name);
    const answer = fault ? fault(() => this.#unlessAway(name, call), args) : call();
    return answer instanceof Promise ? this.#unlessLost(name, answer) : answer;
  }

  async #unlessAway(name: PropertyKey, call: () => unknown): Promise<unknown> {
    if (this.#isAway(name)) throw this.#outage?.error;
    return call();
  }

  async #unlessLost(name: PropertyKey, answer: Promise<unknown>): Promise<unknown> {
    const value = await answer;
    if (this.#isAway(name) && this.#outage?.losesResponses) throw this.#outage.error;
    return value;
  }

  #isAway(name: PropertyKey): boolean {
    if (!this.#outage) return false;
    return this.#outage.methods?.some((method) => method === name) ?? true;
  }
}
