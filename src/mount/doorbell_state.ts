/** What the doorbell's thread is started with. */
export interface DoorbellSetup {
  readonly descriptor: number;
  /** One word: IDLE, ARMED or STOPPED. */
  readonly state: SharedArrayBuffer;
}

export const IDLE = 0;
export const ARMED = 1;
export const STOPPED = 2;
