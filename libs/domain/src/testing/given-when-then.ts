import { deepStrictEqual, strictEqual } from 'node:assert';
import { isRejection, type Decider, type FactContext, type Rejection } from '../decider';

/** A fact of the past, with the id of what caused it and when; both have defaults that suit most rules. */
export interface Past<Fact> {
  fact: Fact;
  context: FactContext;
}

/**
 * `given(past).when(command).then(facts)`, reading as the business rule. The outcome of a command can be the past of
 * the next: `.when(first).andThen(second).then(...)` tells both as one story.
 */
export function given<State, Command, Fact>(
  decider: Decider<State, Command, Fact>,
  contextOf: (command: Command) => FactContext,
) {
  return function from(commands: readonly Command[]) {
    let state = decider.initialState;
    const run = (command: Command): readonly Fact[] | Rejection => {
      const decision = decider.decide(state, command);
      if (isRejection(decision)) return decision;
      for (const fact of decision) state = decider.evolve(state, fact, contextOf(command));
      return decision;
    };
    for (const command of commands) run(command);
    return {
      when(command: Command) {
        const outcome = run(command);
        return {
          outcome,
          state: () => state,
          then(expected: readonly unknown[]): void {
            deepStrictEqual(outcome, expected);
          },
          thenNothing(): void {
            deepStrictEqual(outcome, []);
          },
          thenRejected(code: Rejection['rejected']): void {
            strictEqual('rejected' in (outcome as object) && (outcome as Rejection).rejected, code);
          },
        };
      },
    };
  };
}
