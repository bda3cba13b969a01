export { containsSecret, redact, redactFrame, redactText } from './redact';
export { isSecretName, REDACTED } from './secret-names';
