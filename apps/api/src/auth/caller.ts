/** Who asks, as far as it matters to us. */
export interface Caller {
  tenantId: string;
  /** Subject of the credentials; `anonymous` with AUTH=none. */
  subject: string;
}
