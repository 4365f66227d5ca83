import type { Capabilities, Retention, StateStore } from '../store';

/** How a rule gets at stores of the backend that is tested. */
export interface StoreFactory {
  /** Opens a store without keys, for one rule alone. */
  open(options?: { readonly retention?: Retention }): Promise<StateStore>;
  /**
   * Opens another store on the same keys, as another process would have it, or the same process after a restart. Needed
   * where the capabilities name `durable` or `shared`.
   */
  openAgain?(store: StateStore): Promise<StateStore>;
}

/** One promise of every store. */
export interface Rule {
  /** The promise, as a sentence. */
  readonly name: string;
  /** The rule holds only where the backend has this capability. */
  readonly needs?: keyof Capabilities;
  /** Throws where the promise is not kept. */
  check(factory: Required<StoreFactory>): Promise<void>;
}

/** What came of a rule. */
export type RuleOutcome = 'kept' | 'not applicable';

/**
 * Checks one rule, and closes the stores that it opened.
 * @throws what the rule found, or what the backend failed with
 */
export async function checkRule(rule: Rule, factory: StoreFactory): Promise<RuleOutcome> {
  const opened: StateStore[] = [];
  const tracked = async (open: Promise<StateStore>) => {
    const store = await open;
    opened.push(store);
    return store;
  };
  try {
    if (rule.needs !== undefined) {
      const { capabilities } = await tracked(factory.open());
      if (!capabilities[rule.needs]) return 'not applicable';
    }
    await rule.check({
      open: (options) => tracked(factory.open(options)),
      openAgain: (store) => {
        if (!factory.openAgain) throw new Error(`The factory needs openAgain() for the rule "${rule.name}".`);
        return tracked(factory.openAgain(store));
      },
    });
    return 'kept';
  } finally {
    await Promise.all(opened.map((store) => store.close()));
  }
}
