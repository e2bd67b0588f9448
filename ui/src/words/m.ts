// The words of the app, by key. They lie in ui/messages/en-GB.json.
export { m } from './messages/messages.js';
