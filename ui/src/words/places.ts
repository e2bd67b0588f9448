// Addresses within the app, in one place so that screens can link without knowing each other.

/** The address of Home. */
export const HOME = '#/';
/** The address of the list of consultations. */
export const CONSULTATIONS = '#/consultations';
/** The address of the screen that brings a call in. */
export const BRING_IN = '#/bring-in';
/** The address of Sync and history. */
export const SYNC = '#/sync';
/** The address of the settings. */
export const SETTINGS = '#/settings';
/** The address of the full search. */
export const SEARCH = '#/search';
/** The address of Recently deleted. */
export const DELETED = '#/deleted';

/** Returns the address of a call's workspace. */
export function toCall(call: string): string {
  return `#/consultations/${encodeURIComponent(call)}`;
}

/** Returns the address of one question in its workspace. */
export function toQuestion(call: string, question: string): string {
  return `${toCall(call)}/${encodeURIComponent(question)}`;
}

/** Goes to an address. */
export function go(address: string): void {
  window.location.hash = address;
}
