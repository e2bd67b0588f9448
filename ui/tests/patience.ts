/** How long anything on a page is waited for, in milliseconds: a busy machine is no fault. */
export const PATIENCE = 20_000;
