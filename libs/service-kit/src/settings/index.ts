export { loadSettings, SettingsError } from './load-settings';
export { misspelledVariables } from './misspelled';
export type { RegistrationMode } from './ocpp-settings';
export { reads, SERVICE_NAMES, type ServiceName } from './service-names';
export { filesOf } from './security-contradictions';
export { ENVIRONMENT, isSecret, Settings, type AuthMode } from './settings';
export type { KafkaSaslMechanism } from './storage-settings';
