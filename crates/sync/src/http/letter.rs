//! A request and an answer as they travel: method, path, signed headers and body out; status, headers and bytes
//! in. The line of the product and that of the simulator write and read the same ones.

use crate::http::{DeviceKey, body, fault};
use crate::seam::{AccountCall, Call, Fault, FileCall, FileReply, Reply, Terms};
use linchpin_domain::id::DeviceId;
use linchpin_protocol::{HEADER_APP, HEADER_EPOCH, HEADER_PROTOCOL, PROTOCOLS, limits, proof as wire};
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Serialize;

/// A request, signed and ready to be sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The method.
    pub method: Method,
    /// Path and query as the hub sees them.
    pub target: String,
    /// The headers, the proof among them.
    pub headers: HeaderMap,
    /// The body, packed if the headers say so.
    pub body: Vec<u8>,
}

impl Letter {
    /// Returns the headers as plain text, names in small letters.
    pub fn plain_headers(&self) -> Vec<(String, String)> {
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        self.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
    }
}

/// Writes and signs a request. `nonce` is used once; `packed` says whether bodies may be packed.
///
/// # Errors
/// [`Fault::Strange`] for what cannot be written.
pub fn letter(
    call: &Call,
    terms: Terms,
    device: DeviceId,
    key: &DeviceKey,
    nonce: String,
    packed: bool,
) -> Result<Letter, Fault> {
    let request = Request::of(call)?;
    let (body, is_packed) = request.body(packed && !matches!(call, Call::Hello(_) | Call::Join(_)))?;
    let mut headers = headers(&request.method, &request.target, &body, terms, (device, key), nonce)?;
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    if packed {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("zstd"));
    }
    if let Call::File(FileCall::Part { .. }) = call {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    if let Call::File(FileCall::Get { .. }) = call {
        headers.insert(ACCEPT, HeaderValue::from_static("application/octet-stream"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    }
    Ok(Letter { method: request.method, target: request.target, headers, body })
}

/// Reads an answer that came without a line: its status and its bytes, packed or not.
///
/// # Errors
/// As the line's own reading: a refusal, or what an answer is that is not the hub's.
pub fn read_letter(call: &Call, status: u16, bytes: Vec<u8>) -> Result<Reply, Fault> {
    let status = StatusCode::from_u16(status).map_err(|_| Fault::Strange)?;
    read_answer(call, status, &HeaderMap::new(), bytes)
}

/// Reads an answer as what was asked for.
pub(super) fn read_answer(
    call: &Call,
    status: StatusCode,
    headers: &HeaderMap,
    bytes: Vec<u8>,
) -> Result<Reply, Fault> {
    if let Call::File(FileCall::Get { .. }) = call
        && status.is_success()
    {
        // They are what they are: some of them may look as if they were packed.
        let fits = bytes.len() <= most_bytes(call);
        return if fits { Ok(Reply::File(FileReply::Bytes(bytes))) } else { Err(Fault::Strange) };
    }
    let bytes = body::unpack(headers, bytes, most_bytes(call))?;
    if !status.is_success() {
        return Err(fault::refusal(status, &bytes));
    }
    body::parse(call, &bytes)
        .map_err(|fault| if fault::looks_like_a_page(&bytes) { Fault::Intercepted } else { fault })
}

pub(super) fn headers(
    method: &Method,
    target: &str,
    body: &[u8],
    terms: Terms,
    (device, key): (DeviceId, &DeviceKey),
    nonce: String,
) -> Result<HeaderMap, Fault> {
    // The proof covers the path as the hub sees it; a prefix belongs to whatever stands before the hub.
    let signed = wire::signed_bytes(method.as_str(), target, body, terms.hub_now_ms, &nonce);
    let mut headers = HeaderMap::new();
    let mut put = |name: &'static str, value: String| -> Result<(), Fault> {
        headers.insert(name, HeaderValue::from_str(&value).map_err(|_| Fault::Strange)?);
        Ok(())
    };
    put(HEADER_PROTOCOL, PROTOCOLS.first().copied().unwrap_or(1).to_string())?;
    put(HEADER_APP, env!("CARGO_PKG_VERSION").to_owned())?;
    put(HEADER_EPOCH, terms.epoch.to_string())?;
    put(wire::HEADER_DEVICE, device.to_string())?;
    put(wire::HEADER_TIME, terms.hub_now_ms.to_string())?;
    put(wire::HEADER_PROOF, key.sign(&signed))?;
    put(wire::HEADER_NONCE, nonce)?;
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if !body.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Ok(headers)
}

/// Returns the most bytes that a true answer has.
fn most_bytes(call: &Call) -> usize {
    match call {
        Call::Join(_)
        | Call::Seen(_)
        | Call::Presence(_)
        | Call::Verify(_)
        | Call::Account(_)
        | Call::File(_) => limits::OTHER_WIRE_BYTES,
        Call::Hello(_) | Call::Push(_) | Call::Pull(_) => limits::INFLATED_BYTES,
        // One document alone may be as large as the limit of a document.
        Call::Part { .. } => 2 * limits::INFLATED_BYTES,
    }
}

/// One request, before it is signed.
struct Request {
    method: Method,
    /// Path and query as the hub sees them.
    target: String,
    json: Option<Vec<u8>>,
    /// What goes as it is, where there is no JSON.
    raw: Vec<u8>,
}

impl Request {
    fn of(call: &Call) -> Result<Self, Fault> {
        match call {
            Call::Join(body) => Self::post("/v1/join", body),
            Call::Hello(body) => Self::post("/v1/hello", body),
            Call::Push(body) => Self::post("/v1/push", body),
            Call::Pull(body) => Self::post("/v1/pull", body),
            Call::Verify(body) => Self::post("/v1/verify", body),
            Call::Seen(body) => Self::post("/v1/seen", body),
            Call::Presence(body) => Self::post("/v1/presence", body),
            Call::Part { space, part, at, from } => {
                let at = at.map_or_else(|| format!("&from={from}"), |seq| format!("&at={seq}"));
                let target = format!("/v1/spaces/{space}/bootstrap?part={part}{at}");
                Ok(Self::get(target))
            }
            Call::Account(call) => Self::of_account(call),
            Call::File(call) => Self::of_file(call),
        }
    }

    fn of_account(call: &AccountCall) -> Result<Self, Fault> {
        match call {
            AccountCall::Own => Ok(Self::get("/v1/account".to_owned())),
            AccountCall::SetUp(body) => Self::post("/v1/account/set-up", body),
            AccountCall::Confirm(body) => Self::post("/v1/account/confirm", body),
            AccountCall::SignIn(body) => Self::post("/v1/account/sign-in", body),
            AccountCall::Refresh(body) => Self::post("/v1/account/refresh", body),
            AccountCall::SignOut(body) => Self::post("/v1/account/sign-out", body),
            AccountCall::RecoveryCodes(body) => Self::post("/v1/account/recovery-codes", body),
            AccountCall::Passphrase(body) => Self::post("/v1/account/passphrase", body),
            AccountCall::Revoke(body) => Self::post("/v1/account/revoke", body),
        }
    }

    fn of_file(call: &FileCall) -> Result<Self, Fault> {
        match call {
            FileCall::Begin(body) => Self::post("/v1/files/begin", body),
            FileCall::Finish(body) => Self::post("/v1/files/finish", body),
            FileCall::Part { space, sha256, part, bytes } => {
                let target = format!("/v1/files/part?space={space}&sha256={sha256}&part={part}");
                Ok(Self { method: Method::POST, target, json: None, raw: bytes.clone() })
            }
            FileCall::Get { space, sha256, from } => {
                Ok(Self::get(format!("/v1/spaces/{space}/file?sha256={sha256}&from={from}")))
            }
        }
    }

    fn get(target: String) -> Self {
        Self { method: Method::GET, target, json: None, raw: Vec::new() }
    }

    fn post(target: &str, body: &impl Serialize) -> Result<Self, Fault> {
        let json = serde_json::to_vec(body).map_err(|_| Fault::Strange)?;
        Ok(Self { method: Method::POST, target: target.to_owned(), json: Some(json), raw: Vec::new() })
    }

    fn body(&self, packed: bool) -> Result<(Vec<u8>, bool), Fault> {
        match &self.json {
            Some(json) if packed && json.len() > limits::PACK_FROM_BYTES => {
                let packed = zstd::bulk::compress(json, limits::ZSTD_LEVEL).map_err(|_| Fault::Strange)?;
                // Words that repeat themselves pack so well that a hub takes them for a bomb.
                let swells =
                    json.len() > limits::RATIO_FROM_BYTES && json.len() / limits::RATIO > packed.len();
                Ok(if swells { (json.clone(), false) } else { (packed, true) })
            }
            Some(json) => Ok((json.clone(), false)),
            None => Ok((self.raw.clone(), false)),
        }
    }
}
