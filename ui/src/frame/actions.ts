// Everything the frame can do, by name: the palette, the shortcuts and the list of keys read this one list.
import type { Component } from 'svelte';
import Archive from '@lucide/svelte/icons/archive';
import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import FileText from '@lucide/svelte/icons/file-text';
import House from '@lucide/svelte/icons/house';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Moon from '@lucide/svelte/icons/moon';
import PanelLeft from '@lucide/svelte/icons/panel-left';
import Plus from '@lucide/svelte/icons/plus';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Search from '@lucide/svelte/icons/search';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import Sun from '@lucide/svelte/icons/sun';
import SunMoon from '@lucide/svelte/icons/sun-moon';
import TextSearch from '@lucide/svelte/icons/text-search';
import Trash from '@lucide/svelte/icons/trash-2';
import Undo from '@lucide/svelte/icons/undo-2';
import ZoomIn from '@lucide/svelte/icons/zoom-in';
import ZoomOut from '@lucide/svelte/icons/zoom-out';
import { findHere } from '../editor/findHere';
import { asRefusal, call } from '../ipc/call';
import { say } from '../widgets/toasts.svelte';
import { m } from '../words/m';
import { BRING_IN, CONSULTATIONS, DELETED, HOME, SEARCH, SETTINGS, SYNC, go } from '../words/places';
import { sentence } from '../words/refusals';
import { look } from './look.svelte';
import { takeBack } from './takeBack';

/** Something that can be done from anywhere. */
export interface Action {
  readonly id: string;
  readonly kind: 'screen' | 'action';
  readonly words: string;
  readonly detail: string;
  readonly icon: Component<{ size: number }>;
  /** The shortcut, such as `Mod Shift F`; empty where there is none. */
  readonly keys: string;
  /** Whether its keys stay with a text that is being written. */
  readonly notInText: boolean;
  readonly do: () => void;
}

const SIZES = [90, 100, 115, 130, 150];

/** Returns the list; what needs the frame itself is handed in. */
export function actions(frame: { fold: () => void; showKeys: () => void; showPalette: () => void }): Action[] {
  return [
    screen('home', m.action_home(), '', House, 'Mod 1', HOME),
    screen('consultations', m.action_consultations(), '', FileText, 'Mod 2', CONSULTATIONS),
    screen('sync', m.action_sync(), m.action_sync_detail(), RefreshCw, 'Mod 3', SYNC),
    screen('settings', m.action_settings(), m.action_settings_detail(), SlidersHorizontal, 'Mod ,', SETTINGS),
    screen('deleted', m.action_deleted(), '', Trash, '', DELETED),
    act('search', m.action_search(), Search, 'Mod Shift F', () => go(SEARCH)),
    act('find-here', m.action_find_here(), TextSearch, 'Mod F', () => {
      if (!findHere()) say(m.find_nothing_open());
    }),
    act('bring-in', m.action_bring_in(), ClipboardPaste, '', () => go(BRING_IN)),
    act('by-hand', m.action_by_hand(), Plus, '', () => go(`${BRING_IN}?by=hand`)),
    act('sync-now', m.action_sync_now(), RefreshCw, '', () => tried(() => call('sync_now', {}))),
    act('backup', m.action_backup(), Archive, '', () =>
      tried(async () => {
        const made = await call('make_backup', { choose: false });
        say(m.settings_backup_made_unchecked({ name: made.name }));
      }),
    ),
    { ...act('undo', m.action_undo(), Undo, 'Mod Z', () => void takeBack(null)), notInText: true },
    act('light', m.action_theme_light(), Sun, '', () => tried(() => look.change({ theme: 'light' }))),
    act('dark', m.action_theme_dark(), Moon, '', () => tried(() => look.change({ theme: 'dark' }))),
    act('system', m.action_theme_system(), SunMoon, '', () => tried(() => look.change({ theme: 'system' }))),
    act('bigger', m.action_bigger(), ZoomIn, '', () => tried(() => resize(1))),
    act('smaller', m.action_smaller(), ZoomOut, '', () => tried(() => resize(-1))),
    act('fold', m.action_fold(), PanelLeft, '', frame.fold),
    act('keys', m.action_keys(), Keyboard, 'F1', frame.showKeys),
    act('palette', m.keys_palette(), Search, 'Mod K', frame.showPalette),
  ];
}

function screen(
  id: string,
  words: string,
  detail: string,
  icon: Action['icon'],
  keys: string,
  address: string,
): Action {
  return { id, kind: 'screen', words, detail, icon, keys, notInText: false, do: () => go(address) };
}

function act(id: string, words: string, icon: Action['icon'], keys: string, does: () => void): Action {
  return { id, kind: 'action', words, detail: '', icon, keys, notInText: false, do: does };
}

function tried(work: () => Promise<unknown>): void {
  work().catch((reason: unknown) => say(sentence(asRefusal(reason))));
}

async function resize(by: 1 | -1): Promise<void> {
  const at = SIZES.indexOf(look.settings?.textSize ?? 100);
  const next = SIZES[at + by];
  if (next !== undefined) await look.change({ textSize: next });
}
