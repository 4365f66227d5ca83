import { MessageBudget } from './message-budget';
import { TooManyMessages } from './refusals';

function budget(perSecond: number) {
  const clock = { ms: 0 };
  return { clock, budget: new MessageBudget(perSecond, () => clock.ms) };
}

function takeAll(subject: MessageBudget): number {
  for (let taken = 0; ; taken++) {
    try {
      subject.take();
    } catch (error) {
      if (error instanceof TooManyMessages) return taken;
      throw error;
    }
  }
}

describe('MessageBudget', () => {
  it('lets ten seconds of messages come at once, and no more', () => {
    expect(takeAll(budget(5).budget)).toBe(50);
  });

  it('fills up again, never beyond ten seconds of messages', () => {
    const { clock, budget: subject } = budget(5);
    takeAll(subject);
    clock.ms += 1_200;
    expect(takeAll(subject)).toBe(5);
    clock.ms += 1_000_000;
    expect(takeAll(subject)).toBe(50);
  });

  it('says how long to wait', () => {
    const { budget: subject } = budget(5);
    takeAll(subject);
    for (let number = 0; number < 7; number++) expect(() => subject.take()).toThrow(TooManyMessages);
    try {
      subject.take();
    } catch (error) {
      expect((error as TooManyMessages).facts).toEqual({ retryAfterSeconds: 2 });
    }
    expect(subject.isOverdrawn).toBe(false);
  });

  it('is overdrawn by those who do not wait', () => {
    const { budget: subject } = budget(5);
    takeAll(subject);
    for (let number = 0; number < 60; number++) expect(() => subject.take()).toThrow();
    expect(subject.isOverdrawn).toBe(true);
  });
});
