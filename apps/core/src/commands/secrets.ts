import type { ChargerCommand, Intent } from '@chargestream/contracts';
import type { CommandCommand } from '@chargestream/domain';
import { containsSecret, redact } from '@chargestream/redaction';
import { LRUCache } from 'lru-cache';

type SendCommand = Extract<Intent, { type: 'SendCommand' }>;

/** The request of a command as it may be stored for ever: keys and passwords hidden, and said to be. */
export function withoutSecrets(intent: SendCommand): Extract<CommandCommand, { kind: 'request' }> {
  const { data } = intent;
  if (!containsSecret(data.command)) return { kind: 'request', intent };
  const command = redact(data.command) as ChargerCommand;
  return { kind: 'request', intent: { ...intent, data: { ...data, command } }, withheld: true };
}

const MAX_KEPT = 10_000;

/** What is hidden in stored commands, as the intents carried it: in memory, until the command has ended. */
export class Secrets {
  private readonly commands = new LRUCache<string, ChargerCommand>({ max: MAX_KEPT });

  keep({ id, data }: SendCommand): void {
    if (containsSecret(data.command)) this.commands.set(id, data.command);
  }

  of(commandId: string): ChargerCommand | undefined {
    return this.commands.get(commandId);
  }

  forget(commandId: string): void {
    this.commands.delete(commandId);
  }
}
