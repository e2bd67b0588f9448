// The stand-in's account with the hub: one code counts, and one passphrase.
import type { OwnAccount } from '../generated';
import { refuse, type Answers } from './shape';
import type { World } from './world';

type Served =
  | 'set_up_account'
  | 'confirm_account'
  | 'sign_in'
  | 'own_account'
  | 'sign_out'
  | 'revoke_device'
  | 'change_passphrase'
  | 'new_recovery_codes';

/** The code that the stand-in takes. */
const CODE = '123456';

/** Returns the answers to the commands about signing in. */
export function accountAnswers(world: World, state: Answers<'app_state'>['app_state']): Answers<Served> {
  let [isSetUp, signedOut] = [false, false];
  const over = new Set<string>();
  const computer = (device: string, name: string, isThis: boolean): OwnAccount['devices'][number] => ({
    device,
    name,
    addedAt: world.now - 86_400_000,
    seenAt: world.now,
    isRevoked: over.has(device),
    isThis,
  });
  const own = (): OwnAccount => ({
    email: 'asha@example.org',
    isSetUp,
    signInRequired: false,
    recoveryCodesLeft: isSetUp ? 10 : 0,
    devices: [computer('d-here', 'Practice computer', true), computer('d-there', 'Laptop', false)],
  });
  const changed = (): void => world.changed(['Account']);
  const check = (code: string): void => {
    if (code.trim() !== CODE) refuse('validation', 'error_sign_in_failed', 'E-mail address, passphrase and code do not fit together. Nothing was changed.', 'code');
  };
  const codes = (rest: string): string[] => Array.from({ length: 10 }, (_, at) => `${at}${rest}`);
  return {
    set_up_account: ({ passphrase }) => {
      if (passphrase.length < 12) refuse('validation', 'error_passphrase_refused', 'This passphrase is shorter than 12 characters, or one that many people choose. Nothing was changed.', 'passphrase');
      const secret = 'GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ';
      const otpauth = `otpauth://totp/Sample?secret=${secret.replaceAll(' ', '')}`;
      return { otpauth, secret, email: 'asha@example.org', picture: { size: 21, path: 'M0 0h7v7h-7zM14 0h7v7h-7zM0 14h7v7h-7zM9 9h3v3h-3z' } };
    },
    confirm_account: ({ code }) => {
      check(code);
      [isSetUp, signedOut] = [true, false];
      changed();
      return { codes: codes('K2Q-F9M4-XT0B-8RDW') };
    },
    new_recovery_codes: ({ code }) => {
      check(code);
      return { codes: codes('R7N-3JWA-M5PV-0CEG') };
    },
    sign_in: async ({ code }, bytes) => {
      check(code);
      [isSetUp, signedOut] = [true, false];
      changed();
      return state({}, bytes);
    },
    own_account: () => {
      if (signedOut) refuse('notAllowed', 'error_not_signed_in', 'You are not signed in on this computer. Your work is safe here and you can go on writing.');
      return own();
    },
    sign_out: async (_, bytes) => {
      signedOut = true;
      changed();
      return state({}, bytes);
    },
    revoke_device: ({ device }) => {
      over.add(device);
      changed();
      return own();
    },
    change_passphrase: ({ code }) => {
      check(code);
      return own();
    },
  };
}
