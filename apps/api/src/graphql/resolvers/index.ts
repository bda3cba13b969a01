import { DateTimeScalar, JsonScalar } from '../scalars';
import { AdministrationResolver } from './administration.resolver';
import { ChargersResolver, ConnectorsResolver } from './chargers.resolver';
import { ChargingProfileCommandsResolver } from './charging-profile-commands.resolver';
import { ChargingProfilesResolver } from './charging-profiles.resolver';
import { CommandFieldsResolver } from './command-fields.resolver';
import { CommandsResolver } from './commands.resolver';
import { LocalListCommandsResolver } from './local-list-commands.resolver';
import { LocalListsResolver } from './local-lists.resolver';
import { MaintenanceCommandsResolver } from './maintenance-commands.resolver';
import { ChargerMaintenanceResolver, OperationsResolver } from './operations.resolver';
import { OcppMessagesResolver } from './ocpp-messages.resolver';
import { RecordsResolver } from './records.resolver';
import { ReservationCommandsResolver } from './reservation-commands.resolver';
import { ReservationsResolver, SessionReservationResolver } from './reservations.resolver';
import { SessionsResolver } from './sessions.resolver';
import { SubscriptionsResolver } from './subscriptions.resolver';
import { ChargerUploadsResolver, OperationUploadsResolver } from './uploads.resolver';

export const RESOLVERS = [
  ChargersResolver,
  ConnectorsResolver,
  SessionsResolver,
  ReservationsResolver,
  SessionReservationResolver,
  ChargingProfilesResolver,
  LocalListsResolver,
  OperationsResolver,
  ChargerMaintenanceResolver,
  ChargerUploadsResolver,
  OperationUploadsResolver,
  RecordsResolver,
  OcppMessagesResolver,
  AdministrationResolver,
  CommandsResolver,
  CommandFieldsResolver,
  ChargingProfileCommandsResolver,
  LocalListCommandsResolver,
  ReservationCommandsResolver,
  MaintenanceCommandsResolver,
  SubscriptionsResolver,
];

export { DateTimeScalar, JsonScalar };
