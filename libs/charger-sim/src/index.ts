export { ChargingCurve, randomVehicle, type Reading, type Vehicle } from './charging-curve';
export { systemClock, type Clock } from './clock';
export { DEFAULT_ANSWERS, type Answer } from './commands/default-answers';
export type { ActionSummary, Count, DepotProgress, DepotSummary } from './depot-summary';
export { driveCharger, DrivenCharger, type DrivenChargerOptions, type StartOutcome } from './driving/driven-charger';
export { scenario, type Script } from './driving/script';
export { FAULT_KINDS, Faults, parseFault, type Fault, type FaultOrder } from './faults';
export { Gate } from './gate';
export {
  Journal,
  type Delivery,
  type ExpectedSession,
  type JournalEntry,
  type JournalOptions,
  type MessageJournal,
  type OcppVersionName,
} from './journal';
export { LatencyHistogram } from './latency';
export type { ConnectorStatus, Payload, StopCause } from './message';
export type { ChargeOutcome, ChargeRequest, SimulatedChargerOptions } from './options';
export { seededRandom, type Random } from './random';
export { DEFAULT_ID_TOKENS, runDepot, type DepotOptions } from './run-depot';
export { SCENARIOS, type Scenario, type ScenarioContext } from './scenarios';
export {
  connectCharger,
  ScriptedCharger,
  type CallHandler,
  type ConnectChargerOptions,
  type ReceivedCall,
} from './scripted-charger';
export { SimulatedCharger } from './simulated-charger';
export { UpgradeRefusedError, type Endpoint } from './socket';
export { Traffic } from './traffic';
export type { ChargingProfile, ChargingSchedule, InstalledProfile } from './v16/charging-profile';
export { compositeSchedule, limitAt, type CompositePeriod, type ScheduleQuestion } from './v16/composite-schedule';
export type { Equipment, VendorHandler } from './v16/equipment';
export type { FirmwareFailure } from './v16/firmware';
