import type { CommandOutcome, OperationKind } from '@chargestream/contracts';
import { at } from '../testing/events';
import { given } from '../testing/given-when-then';
import { operationsDecider, type OperationsCommand } from './operations';

const operations = given(operationsDecider, (command: OperationsCommand) => ({
  causationId: 'id' in command ? command.id : JSON.stringify(command),
  occurredAt: at(0),
  receivedAt: at(0),
}));
type Begin = Extract<OperationsCommand, { kind: 'begin' }>;
const begin = (id: string, kind: OperationKind = 'FIRMWARE_UPDATE', requestId: number | null = null): Begin => ({
  kind: 'begin',
  id,
  started: { operationId: id, kind, commandId: id, requestId, detail: kind === 'LOG_UPLOAD' ? { source: 'LOG' } : {} },
  refusal: null,
});
const signing = (id: string, refusal: string | null = null): Begin => ({
  kind: 'begin',
  id,
  started: {
    ...{ operationId: `o-${id}`, kind: 'CERTIFICATE_RENEWAL', commandId: null, requestId: null },
    detail: { csr: 'pem', certificateType: null },
  },
  refusal,
});
const answered = (
  commandId: string,
  outcome: CommandOutcome,
  status: string | null = null,
  delivers = false,
): OperationsCommand => ({ kind: 'answered', commandId, outcome, status, delivers });
const told = (
  id: string,
  status: string,
  requestId: number | null = null,
  kind: OperationKind = 'FIRMWARE_UPDATE',
): OperationsCommand => ({
  kind: 'told',
  id,
  about: { kind, variant: kind === 'LOG_UPLOAD' ? 'LOG' : null, requestId },
  status,
  operationId: `o-${id}`,
});
const progressed = (operationId: string, status: string) => ({
  type: 'OperationProgressed',
  data: { operationId, status },
});
const ended = (operationId: string, outcome: string, status: string) => ({
  type: 'OperationEnded',
  data: { operationId, outcome, status },
});

describe('a long operation', () => {
  it('goes on with each word of the charger, and ends with the last; repeats change nothing', () => {
    const begun = begin('a');
    operations([])
      .when(begun)
      .then([{ type: 'OperationStarted', data: begun.started }]);
    const past = [begun, answered('a', 'ACCEPTED')];
    operations([begun]).when(begun).thenNothing();
    operations(past)
      .when(told('1', 'Downloading'))
      .then([progressed('a', 'Downloading')]);
    operations([...past, told('1', 'Downloading')])
      .when(told('1', 'Downloading'))
      .thenNothing();
    const end = operations([...past, told('1', 'Installing')]).when(told('2', 'Installed'));
    end.then([progressed('a', 'Installed'), ended('a', 'SUCCEEDED', 'Installed')]);
    expect(end.state().open).toEqual([]);
    operations([...past, told('2', 'Installed')])
      .when(told('3', 'Installed'))
      .thenNothing();
  });

  it.each(['DownloadFailed', 'InstallationFailed', 'InstallVerificationFailed', 'InvalidSignature'])(
    'fails by %s',
    (status) => {
      operations([begin('a')])
        .when(told('1', status))
        .then([progressed('a', status), ended('a', 'FAILED', status)]);
    },
  );

  it.each(['REJECTED', 'FAILED', 'OFFLINE', 'EXPIRED'] as const)('is refused when its command ends %s', (outcome) => {
    operations([begin('a')])
      .when(answered('a', outcome))
      .then([ended('a', 'REFUSED', outcome)]);
  });

  it.each(['TIMED_OUT', 'UNKNOWN'] as const)('is followed when its command ends %s', (outcome) => {
    operations([begin('a')])
      .when(answered('a', outcome))
      .thenNothing();
    operations([begin('a'), answered('a', outcome)])
      .when(told('1', 'Installed'))
      .then([progressed('a', 'Installed'), ended('a', 'SUCCEEDED', 'Installed')]);
  });

  it('replaces the one before it once the charger has taken it on', () => {
    const past = [begin('a'), answered('a', 'ACCEPTED'), begin('b')];
    operations(past)
      .when(told('1', 'Downloading'))
      .then([progressed('a', 'Downloading')]);
    operations(past)
      .when(answered('b', 'ACCEPTED'))
      .then([ended('a', 'REPLACED', 'by b'), progressed('b', 'Accepted')]);
    operations(past)
      .when(answered('b', 'REJECTED'))
      .then([ended('b', 'REFUSED', 'REJECTED')]);
  });

  it('is found by its requestId', () => {
    const past = [begin('a', 'LOG_UPLOAD', 1), begin('b', 'LOG_UPLOAD', 2)];
    operations(past)
      .when(told('1', 'AcceptedCanceled', 1, 'LOG_UPLOAD'))
      .then([progressed('a', 'AcceptedCanceled'), ended('a', 'REPLACED', 'AcceptedCanceled')]);
  });

  it('may be one that nobody asked for; Idle is none', () => {
    operations([]).when(told('1', 'Idle')).thenNothing();
    operations([])
      .when(told('1', 'Downloading'))
      .then([
        {
          type: 'OperationStarted',
          data: { operationId: 'o-1', kind: 'FIRMWARE_UPDATE', commandId: null, requestId: null, detail: {} },
        },
        progressed('o-1', 'Downloading'),
      ]);
    operations([begin('a')])
      .when(told('1', 'Idle'))
      .thenNothing();
  });

  it('stalls when nothing was heard since, and goes on with a later word', () => {
    const stall: OperationsCommand = { kind: 'stall', operationId: 'a', heardAt: at(0), at: at(30) };
    operations([begin('a')])
      .when(stall)
      .then([{ type: 'OperationStalled', data: { operationId: 'a', silentForS: 1800 } }]);
    operations([begin('a'), stall])
      .when(stall)
      .thenNothing();
    operations([begin('a')])
      .when({ ...stall, heardAt: at(-1) })
      .thenNothing();
    const again = operations([begin('a'), stall]).when(told('1', 'Downloading'));
    again.then([progressed('a', 'Downloading')]);
    expect(again.state().open[0]).toMatchObject({ stalled: false });
  });

  it('is bounded in number', () => {
    const many = Array.from({ length: 40 }, (_, index) => begin(`c${index}`));
    const { state } = operations(many).when(begin('last'));
    expect(state().open).toHaveLength(24);
    expect(state().open.at(-1)).toMatchObject({ operationId: 'last' });
  });
});

describe('a certificate renewal', () => {
  it('ends with the answer to the CertificateSigned, whoever sent it', () => {
    operations([signing('1')])
      .when(answered('x', 'ACCEPTED', 'Accepted'))
      .thenNothing();
    operations([signing('1')])
      .when(answered('x', 'ACCEPTED', 'Accepted', true))
      .then([ended('o-1', 'SUCCEEDED', 'Accepted')]);
    operations([signing('1')])
      .when(answered('x', 'REJECTED', 'Rejected', true))
      .then([ended('o-1', 'FAILED', 'Rejected')]);
  });

  it('is replaced by the next request, and refused where nobody signs', () => {
    operations([signing('1')])
      .when(signing('2'))
      .then([ended('o-1', 'REPLACED', 'by o-2'), { type: 'OperationStarted', data: signing('2').started }]);
    operations([])
      .when(signing('1', 'Rejected'))
      .then([{ type: 'OperationStarted', data: signing('1').started }, ended('o-1', 'REFUSED', 'Rejected')]);
  });
});
