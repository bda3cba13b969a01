import { ArgsType, Field, Int, Mutation } from '@nestjs/graphql';
import type { CommandToSend, IntentSender } from '../../intents/intent-sender';
import type { ApiContext } from '../context';
import type { CommandOptions } from '../inputs/commands';
import { Whole } from '../inputs/validators';
import { CommandType, toCommand } from '../types/command';

const MAX_WAIT_S = 120;

export const INPUT = { description: 'What to do.' };

/** A mutation that becomes a command to a charger. */
export const commandMutation = (description: string) => Mutation(() => CommandType, { description });

@ArgsType()
export class WaitArgs {
  @Field(() => Int, {
    defaultValue: 0,
    description: `Wait up to this many seconds (0 to ${MAX_WAIT_S}) for a final state; the command goes on anyway.`,
  })
  @Whole(0, MAX_WAIT_S)
  waitSeconds!: number;
}

/** Asks core for the command, and answers it as it is after the wait. @throws ApiError */
export async function sendCommand(
  intents: IntentSender,
  { caller }: ApiContext,
  chargerId: string,
  { timeoutSeconds, holdUntilOnline }: CommandOptions,
  { waitSeconds }: WaitArgs,
  what: CommandToSend,
): Promise<CommandType> {
  const terms = { timeoutSeconds, holdUntilOnline, waitSeconds };
  return toCommand(await intents.command(caller, chargerId, what, terms));
}
