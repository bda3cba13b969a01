import { DateTimeScalar, JsonScalar } from '../scalars';
import { AdministrationResolver } from './administration.resolver';
import { ChargersResolver, ConnectorsResolver } from './chargers.resolver';
import { CommandsResolver } from './commands.resolver';
import { RecordsResolver } from './records.resolver';
import { SessionsResolver } from './sessions.resolver';
import { SubscriptionsResolver } from './subscriptions.resolver';

export const RESOLVERS = [
  ChargersResolver,
  ConnectorsResolver,
  SessionsResolver,
  RecordsResolver,
  AdministrationResolver,
  CommandsResolver,
  SubscriptionsResolver,
];

export { DateTimeScalar, JsonScalar };
