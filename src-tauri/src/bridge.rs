//! One real Tauri command for each entry of the list of commands, so that the permission system knows each by
//! name. Every one does the same: reads the request, runs it on a thread that may block, hands the answer over.
//! The request is read here, not by Tauri, so that a wrong shape is refused with our code and sentence.

use linchpin_commands::error::Error;
use linchpin_commands::{Body, Core, dispatch};
use serde_json::Value;
use std::sync::Arc;
use tauri::ipc::{Invoke, InvokeBody, Request, Response};
use tauri::{State, Wry};

/// The header that carries the request where the body is raw bytes; JSON with everything beyond ASCII escaped.
const REQUEST: &str = "x-request";

macro_rules! commands {
    ($($(#[$about:meta])* $feature:ident :: $name:ident ($($asked:tt)*) -> $answer:ident $(<$row:ident>)?, $kind:ident [$($tag:ident),*];)*) => {
        $(
            $(#[$about])*
            #[tauri::command]
            async fn $name(request: Request<'_>, core: State<'_, Arc<Core>>) -> Result<Response, Value> {
                answer(stringify!($name), &request, &core).await
            }
        )*

        /// Returns what takes the window's calls.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}

include!("../../crates/commands/src/list.rs");

async fn answer(name: &'static str, request: &Request<'_>, core: &Arc<Core>) -> Result<Response, Value> {
    let (asked, raw) =
        read(request.body(), request.headers().get(REQUEST).and_then(|value| value.to_str().ok()));
    let core = Arc::clone(core);
    let done = tauri::async_runtime::spawn_blocking(move || dispatch(&core, name, asked, raw)).await;
    match done {
        Ok(Ok(Body::Json(text))) => Ok(Response::new(text)),
        Ok(Ok(Body::Bytes(bytes))) => Ok(Response::new(bytes)),
        Ok(Err(error)) => Err(refusal(&error)),
        // A panic in a command is a bug of ours; the window shows a sentence and goes on.
        Err(_) => Err(Value::Null),
    }
}

/// Returns the request and the bytes. What cannot be read becomes `null`, which every command refuses.
fn read(body: &InvokeBody, header: Option<&str>) -> (Value, Option<Vec<u8>>) {
    match body {
        InvokeBody::Json(body) => (body.get("req").cloned().unwrap_or_default(), None),
        InvokeBody::Raw(bytes) => {
            let asked = header.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
            (asked, Some(bytes.clone()))
        }
    }
}

fn refusal(error: &Error) -> Value {
    serde_json::to_value(error).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_lies_under_its_name() {
        let body = InvokeBody::Json(json!({ "req": { "text": "ash" } }));
        assert_eq!(read(&body, None), (json!({ "text": "ash" }), None));
    }

    #[test]
    fn bytes_come_with_their_request_in_the_header() {
        let body = InvokeBody::Raw(vec![1, 2]);
        let header = r#"{"answer":"caf\u00e9"}"#;
        assert_eq!(read(&body, Some(header)), (json!({ "answer": "café" }), Some(vec![1, 2])));
    }

    #[test]
    fn what_cannot_be_read_is_nothing() {
        assert_eq!(read(&InvokeBody::Raw(vec![]), Some("{not json")), (Value::Null, Some(vec![])));
        assert_eq!(read(&InvokeBody::Json(json!([1])), None), (Value::Null, None));
    }
}
