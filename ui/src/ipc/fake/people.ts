// The stand-in's account, settings, backups and people.
import type { AppState, Settings } from '../generated';

import { refuse, type Answers } from './shape';
import { remember, type World } from './world';

type Served =
  | 'app_state'
  | 'start_offline'
  | 'join_network'
  | 'unlock'
  | 'set_lock'
  | 'lock_now'
  | 'open_lock'
  | 'set_store_aside'
  | 'make_recovery_key'
  | 'set_profile'
  | 'remove_sample'
  | 'list_people'
  | 'get_settings'
  | 'change_settings'
  | 'list_backups'
  | 'make_backup'
  | 'restore_backup';

/** How the stand-in begins. */
export interface Beginning {
  phase: AppState['phase'];
  joined: boolean;
  theme: Settings['theme'];
  keyPlace: AppState['keyPlace'];
}

const PASSPHRASE = 'correct horse battery';
const LOCK_WORDS = 'kettle hill';
const RECOVERY = ['7K2QF', '9M4XT', '0B8RD', 'W3HNC', 'Y6JVP', '5ZGE1', 'A7TQS', 'M2XK9'];

/** Returns the answers to the commands about the account. */
export function peopleAnswers(world: World, beginning: Beginning): Answers<Served> {
  const settings: Settings = {
    theme: beginning.theme,
    textSize: 100,
    density: 'compact',
    reduceMotion: false,
    sharePresence: true,
    shareSeen: true,
    hourlyBackup: true,
    proxy: '',
    navFolded: null,
    panelWidth: 328,
  };
  const backups = [
    { name: 'linchpin-2026-11-22-0900.linchpin-backup', folder: 'Documents/Linchpin backups', at: world.now - 6_300_000, bytes: 3_400_000, checked: true },
    { name: 'linchpin-2026-11-21-1700.linchpin-backup', folder: 'Documents/Linchpin backups', at: world.now - 63_900_000, bytes: 3_380_000, checked: true },
  ];
  let { phase, joined } = beginning;
  let hasRecoveryKey = beginning.phase === 'locked';
  let [lockMinutes, lockWords]: [number | null, string] = beginning.phase === 'covered' ? [15, LOCK_WORDS] : [null, ''];
  const knows = (words: string | null): void => {
    if (words !== lockWords && words !== RECOVERY.join('-')) refuse('validation', 'error_not_the_words', 'These are not the words for it. Your work is safe and still covered. Try again, or type your recovery key.', 'words');
  };
  const state = (): AppState => {
    const me = phase === 'ready' ? world.people.find((one) => one.me) ?? null : null;
    return {
      phase,
      me: me && { ...me, nation: 'england', role: 'member' },
      network: joined ? { name: 'Managers in general practice', hubUrl: 'https://hub.example.org' } : null,
      hasSample: world.calls.some((call) => call.sample && call.deletedAt === null),
      keyPlace: beginning.keyPlace,
      hasRecoveryKey,
      version: '0.1.0',
      platform: 'linux',
      today: new Date(world.now).toISOString().slice(0, 10),
      lockMinutes: phase === 'ready' ? lockMinutes : null,
    };
  };
  const begin = (name: string, practice: string): AppState => {
    if (name.trim() === '') refuse('validation', 'error_name_empty', 'Write your name, so that colleagues know whose words they read.', 'name');
    const me = world.people.find((one) => one.me) ?? null;
    if (me) Object.assign(me, { name, practice, initials: name.split(/\s+/u).map((part) => part.charAt(0)).join('').slice(0, 2).toUpperCase() });
    phase = 'ready';
    world.changed(['Account', 'People', 'Calls']);
    return state();
  };
  return {
    app_state: state,
    start_offline: ({ name, practice, withSample }) => {
      world.calls = withSample ? world.calls.slice(0, 2).map((call) => ({ ...call, sample: true })) : [];
      return begin(name, practice);
    },
    join_network: ({ invitation, name, practice }) => {
      const code = invitation.replace(/[^0-9a-z]/giu, '');
      if (code.length < 8) refuse('validation', 'error_code_short', 'This code is too short. Nothing was changed. Copy the whole code from the invitation.', 'invitation');
      if (code.toUpperCase().startsWith('OLD')) refuse('notAllowed', 'error_code_used', 'This code was used already or has run out. Nothing was changed. Ask your co-ordinator for a new one.', 'invitation');
      joined = true;
      return begin(name, practice);
    },
    unlock: ({ passphrase }) => {
      if (passphrase === null) refuse('signedOut', 'error_keychain', 'The keychain of this computer is locked or has lost the key of your work. Your work is safe and unchanged. Unlock the keychain and try again, or type your recovery key.');
      if (passphrase !== PASSPHRASE && passphrase !== RECOVERY.join('-')) refuse('validation', 'error_passphrase_wrong', 'This is not the passphrase. Your work is safe and still locked. Try again.', 'passphrase');
      phase = 'ready';
      world.changed(['Account']);
      return state();
    },
    set_lock: ({ minutes, words, present }) => {
      if (lockMinutes === null && beginning.keyPlace === 'keychain' && !hasRecoveryKey) refuse('validation', 'error_lock_no_key', 'Without a recovery key nobody could open the lock once its words are forgotten. Nothing was changed. Make a recovery key in Settings first.');
      if (lockMinutes !== null) knows(present);
      if (words !== null && words.length < 6) refuse('validation', 'error_lock_words_short', 'The words for the lock need at least 6 characters. Nothing was changed. Choose some that you can type quickly.', 'words');
      [lockMinutes, lockWords] = [minutes, words ?? lockWords];
      world.changed(['Account']);
      return state();
    },
    lock_now: () => {
      phase = 'covered';
      world.changed(['Account']);
      return state();
    },
    open_lock: ({ words }) => {
      knows(words);
      phase = 'ready';
      world.changed(['Account']);
      return state();
    },
    set_store_aside: () => {
      [phase, hasRecoveryKey] = ['firstRun', false];
      world.changed(['Account']);
      return state();
    },
    make_recovery_key: () => {
      hasRecoveryKey = true;
      world.changed(['Account']);
      return { groups: RECOVERY };
    },
    set_profile: (asked) => {
      const me = world.people.find((one) => one.me) ?? null;
      const before = { ...me };
      if (me) Object.assign(me, { name: asked.name ?? me.name, practice: asked.practice ?? me.practice });
      world.changed(['Account', 'People']);
      return { undo: remember(world, () => me && Object.assign(me, before)), savedAt: world.now };
    },
    remove_sample: () => {
      const samples = world.calls.filter((call) => call.sample);
      for (const call of samples) call.deletedAt = world.now;
      world.changed(['Account', 'Calls']);
      return { undo: remember(world, () => samples.forEach((call) => (call.deletedAt = null))), savedAt: world.now };
    },
    list_people: ({ text }) => world.people.filter((one) => `${one.name} ${one.practice}`.toLowerCase().includes(text.trim().toLowerCase())),
    get_settings: () => ({ ...settings }),
    change_settings: ({ settings: wanted }) => Object.assign(settings, wanted),
    list_backups: () => [...backups],
    make_backup: ({ choose }) => {
      const made = { name: 'linchpin-2026-11-22-1045.linchpin-backup', folder: choose ? 'Desktop' : 'Documents/Linchpin backups', at: world.now, bytes: 3_410_000, checked: true };
      backups.unshift(made);
      return made;
    },
    restore_backup: ({ name }) => {
      if (name === null && phase === 'firstRun') refuse('validation', 'error_not_a_backup', 'This file is not a Linchpin backup. Nothing was changed. Choose a file that ends in .linchpin-backup.');
      phase = 'ready';
      world.changed(['Account', 'Calls', 'Questions', 'Answers', 'People']);
      return state();
    },
  };
}

