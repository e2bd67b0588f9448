// What stands in the way of sending, in a sentence.
import type { Link } from '../../ipc/generated';
import { m } from '../../words/m';

/** Returns what the state of the connection means for the person. */
export function problem(link: Link): string {
  switch (link) {
    case 'connected':
      return m.sync_line_connected();
    case 'busy':
      return m.sync_line_busy();
    case 'notJoined':
      return m.sync_line_not_joined();
    case 'offline':
      return m.sync_line_offline();
    case 'hubAway':
      return m.status_hub_away();
    case 'intercepted':
      return m.status_intercepted();
    case 'notTrusted':
      return m.status_not_trusted();
    case 'hubBusy':
      return m.status_hub_busy();
    case 'tooOld':
      return m.status_too_old();
    case 'signedOut':
      return m.status_signed_out();
    case 'paused':
      return m.sync_line_paused();
  }
}
