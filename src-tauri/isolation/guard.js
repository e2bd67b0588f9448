// Stands between the page and Rust. Passes on what our own page asks for, in the shape in which it asks, and
// nothing else; the permission system then decides by name. Imports nothing, keeps nothing.
(function () {
  'use strict';

  const NAME = /^(?:[a-z][a-z0-9_]{0,63}|plugin:(?:window|event)\|[a-z_]{1,63})$/;

  // No such command exists, so Rust refuses it by name and the caller hears of it.
  const REFUSED = 'refused_by_the_guard';

  window.__TAURI_ISOLATION_HOOK__ = function (message) {
    const ours = typeof message.cmd === 'string' && NAME.test(message.cmd);
    return ours ? message : Object.assign({}, message, { cmd: REFUSED });
  };
})();
