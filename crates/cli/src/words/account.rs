//! The words of the person's account. Passphrases are asked for at the terminal, or come in a variable; they are never
//! an argument, which everybody on the computer can read.

use crate::Fault;
use crate::args::AccountWord;
use crate::print::Printer;
use crate::words::{ask, number, rows, text};
use linchpin_commands::Core;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

/// The variable that may hold the passphrase of the account.
const PASSPHRASE: &str = "LINCHPIN_SIGN_IN_PASSPHRASE";
/// The variable that may hold the new one.
const NEW_PASSPHRASE: &str = "LINCHPIN_NEW_PASSPHRASE";

/// Does a word.
pub(crate) fn run(core: &Core, word: &AccountWord, printer: Printer) -> Result<(), Fault> {
    match word {
        AccountWord::SetUp => {
            let passphrase = hidden(PASSPHRASE, "A passphrase of at least 12 characters")?;
            let begun = ask(core, "set_up_account", json!({ "passphrase": passphrase }))?;
            printer.answer(&begun, |begun| {
                format!(
                    "Type this into your app for codes, for {}: {}\n{}\nThen: linchpin account confirm CODE",
                    text(begun, "/email"),
                    text(begun, "/secret"),
                    text(begun, "/otpauth")
                )
            })
        }
        AccountWord::Confirm { code } => {
            let codes = ask(core, "confirm_account", json!({ "code": code }))?;
            printer.answer(&codes, |codes| {
                format!("Your account is set up, and you are signed in here.\n{}", recovery(codes))
            })
        }
        AccountWord::Codes { code } => {
            let code = code_or_ask(code.as_deref())?;
            printer.answer(&ask(core, "new_recovery_codes", json!({ "code": code }))?, recovery)
        }
        AccountWord::Devices => printer.answer(&ask(core, "own_account", json!({}))?, devices),
        AccountWord::SignOut => {
            let state = ask(core, "sign_out", json!({}))?;
            printer.answer(&state, |_| {
                "Signed out. You can go on writing; nothing is sent or fetched until you sign in again."
                    .to_owned()
            })
        }
        AccountWord::Revoke { device } => {
            let account = ask(core, "revoke_device", json!({ "device": device }))?;
            printer.answer(&account, |account| format!("Its access is ended.\n{}", devices(account)))
        }
        AccountWord::Passphrase { code } => {
            let present = hidden(PASSPHRASE, "Your present passphrase")?;
            let new = hidden(NEW_PASSPHRASE, "The new one, of at least 12 characters")?;
            let code = code_or_ask(code.as_deref())?;
            let asked = json!({ "passphrase": present, "code": code, "newPassphrase": new });
            printer.answer(&ask(core, "change_passphrase", asked)?, |_| {
                "Your passphrase is changed. Your other computers must sign in again.".to_owned()
            })
        }
    }
}

/// Signs in.
pub(crate) fn sign_in(
    core: &Core,
    (url, email, code): (&str, &str, Option<&str>),
    printer: Printer,
) -> Result<(), Fault> {
    let passphrase = hidden(PASSPHRASE, "The passphrase of your account")?;
    let code = code_or_ask(code)?;
    let asked = json!({
        "hubUrl": url, "email": email, "passphrase": passphrase, "code": code, "storePassphrase": null,
    });
    printer.answer(&ask(core, "sign_in", asked)?, |state| {
        format!(
            "Signed in to {} as {}. \"linchpin sync\" sends what you have and fetches what is there.",
            text(state, "/network/name"),
            text(state, "/me/name")
        )
    })
}

fn recovery(codes: &Value) -> String {
    let all: Vec<&str> = rows(codes, "/codes").iter().filter_map(Value::as_str).collect();
    format!(
        "Recovery codes, for one use each where you have no phone. They are shown this once; write them down:\n{}",
        all.join("\n")
    )
}

fn devices(account: &Value) -> String {
    let line = |row: &Value| {
        let is = |path: &str| row.pointer(path) == Some(&Value::Bool(true));
        let note = match (is("/isThis"), is("/isRevoked")) {
            (_, true) => "  access ended",
            (true, _) => "  this computer",
            _ => "",
        };
        format!("{}  {}{note}", text(row, "/device"), text(row, "/name"))
    };
    let set_up = account.pointer("/isSetUp") == Some(&Value::Bool(true));
    let said = if set_up {
        format!("{} recovery codes are left.", number(account, "/recoveryCodesLeft"))
    } else {
        "No account is set up yet: linchpin account set-up".to_owned()
    };
    let lines: Vec<String> = rows(account, "/devices").iter().map(line).collect();
    format!("{}\n{said}", lines.join("\n"))
}

/// Returns what a variable holds, or what somebody types unseen.
fn hidden(variable: &str, what: &str) -> Result<String, Fault> {
    if let Ok(words) = std::env::var(variable) {
        return Ok(words);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fault::Mistake(format!(
            "{what}: give it in the variable {variable}. Nothing was changed."
        )));
    }
    rpassword::prompt_password(format!("{what}: ")).map_err(|_| {
        Fault::Mistake(format!("The passphrase could not be read. Give it in the variable {variable}."))
    })
}

/// Returns the code that was typed with the word, or asks for it.
fn code_or_ask(code: Option<&str>) -> Result<String, Fault> {
    if let Some(code) = code {
        return Ok(code.to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Fault::Mistake("The code is missing: add --code CODE. Nothing was changed.".into()));
    }
    let mut line = String::new();
    let asked = write!(std::io::stderr(), "The code of your app, or a recovery code: ");
    asked.and_then(|()| std::io::stdin().read_line(&mut line)).map_err(Fault::Output)?;
    Ok(line.trim().to_owned())
}
