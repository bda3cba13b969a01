import { describeError } from './describe-error';
import type { AnswerMessage, AnswerOf, ArgumentOf, RequestMessage } from './protocol';

type Handlers<Table> = {
  [Name in keyof Table]: (argument: ArgumentOf<Table, Name>) => AnswerOf<Table, Name> | Promise<AnswerOf<Table, Name>>;
};

/** Answers the bench's requests over IPC; `ready` tells it that the process can be used. Dies with the bench. */
export function answerRequests<Table>(handlers: Handlers<Table>, ready: unknown): void {
  const send = (message: unknown) => {
    if (process.connected) process.send?.(message);
  };
  process.on('message', (message: RequestMessage) => {
    const handler = handlers[message.request as keyof Table];
    Promise.resolve()
      .then(() => handler(message.argument as never))
      .then(
        (answer): AnswerMessage => ({ id: message.id, ok: true, answer }),
        (error: unknown): AnswerMessage => ({ id: message.id, ok: false, error: describeError(error) }),
      )
      .then(send, send);
  });
  process.on('disconnect', () => process.exit(1));
  send({ ready });
}

/** Runs a child's main function; what it throws ends the process with the reason on standard error. */
export function runChild(main: () => Promise<void>): void {
  if (!process.send) {
    process.stderr.write('This program is a part of the bench and is started by it: npm run bench -- --help\n');
    process.exit(2);
  }
  main().catch((error: unknown) => {
    process.stderr.write(`${describeError(error)}\n`);
    process.exit(1);
  });
}
