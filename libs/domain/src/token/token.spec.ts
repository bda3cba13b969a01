import type { PutToken } from '@chargestream/contracts';
import { at } from '../testing/events';
import { given } from '../testing/given-when-then';
import { tokenDecider, type TokenIntent } from './token';

const token = given(tokenDecider, (intent: TokenIntent) => ({
  causationId: intent.id,
  occurredAt: at(0),
  receivedAt: at(0),
}));
const around = {
  schemaVersion: 1 as const,
  tenantId: 't',
  chargerId: '',
  requestedAt: at(0),
  requestedBy: 'me',
  correlationId: 'x',
};
const data: PutToken = {
  idToken: 'TAG',
  type: 'ISO14443',
  status: 'ACCEPTED',
  expiresAt: null,
  groupId: null,
  cacheable: true,
};
const put = (id: string, more: Partial<PutToken> = {}): TokenIntent => ({
  ...around,
  id,
  type: 'PutToken',
  data: { ...data, ...more },
});
const remove = (id: string): TokenIntent => ({ ...around, id, type: 'RemoveToken', data: { idToken: 'TAG' } });

describe('a token', () => {
  it('is put, changed and removed', () => {
    token([])
      .when(put('1'))
      .then([{ type: 'TokenPut', data }]);
    token([put('1')])
      .when(put('2', { status: 'BLOCKED' }))
      .then([{ type: 'TokenPut', data: { ...data, status: 'BLOCKED' } }]);
    token([put('1')])
      .when(remove('2'))
      .then([{ type: 'TokenRemoved', data: { idToken: 'TAG' } }]);
  });

  it('does not change by being put or removed again', () => {
    token([put('1')])
      .when(put('2'))
      .thenNothing();
    token([put('1'), remove('2')])
      .when(remove('3'))
      .thenNothing();
    token([put('1'), remove('2')])
      .when(put('1'))
      .thenNothing();
    token([put('1'), remove('2'), put('3')])
      .when(remove('2'))
      .thenNothing();
  });

  it('cannot be removed when there never was one', () => {
    token([]).when(remove('1')).thenRejected('NOT_FOUND');
  });
});
