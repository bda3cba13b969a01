/** What a test orders of the double. */
export class Faults {
  /** Every call fails as if the node were not there. */
  unavailable = false;
  /** The next so many appends are stored, and then the answer is lost. */
  answersToLose = 0;
  /** Checkpoints of filters tell the place of the event that is still to come, as EventStoreDB 24.10 did before it was fixed. */
  checkpointsAhead = false;
  /** The next so many checkpoints are the largest number there is, as EventStoreDB before March 2025 could give. */
  checkpointsBeyond = 0;
  /** Calls so far that read or append, for tests that count. */
  calls = 0;
}
