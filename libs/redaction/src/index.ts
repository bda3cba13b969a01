export { containsSecret, redact, redactFrame, redactText } from './redact';
export { isSecretName, REDACTED } from './secret-names';
export { secretsIn } from './secrets-in';
