//! A request and an answer without any socket: what a shell hands in and gets back. The product's shell is
//! [`serve`](crate::serve); tests and the simulator call the hub directly.

use linchpin_protocol::error::{ErrorCode, Problem};
use serde::Serialize;
use std::collections::BTreeMap;

/// The content type of answers.
const JSON: &str = "application/json";
/// The content type of refusals.
const PROBLEM: &str = "application/problem+json";

/// One request.
#[derive(Clone, Default)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, from its slash.
    pub path: String,
    /// What follows the question mark; empty where there is none.
    pub query: String,
    /// The headers, names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body as it came, packed if it is.
    pub body: Vec<u8>,
    /// Where it came from, for limits; empty where that is not known.
    pub peer: String,
}

impl Request {
    /// Returns a header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Returns path and query as they were sent, which is what the sender signed.
    pub fn target(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }

    /// Returns a value of the query.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v)
    }
}

/// One answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body, packed if the headers say so.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns an answer with a JSON body.
    pub(crate) fn json(body: Vec<u8>) -> Self {
        Self { status: 200, headers: vec![("content-type", JSON.to_owned())], body }
    }

    /// Returns an answer that says only that it was noted.
    pub(crate) fn noted() -> Self {
        Self { status: 204, headers: Vec::new(), body: Vec::new() }
    }

    /// Returns a refusal.
    pub(crate) fn problem(problem: &Problem) -> Self {
        let body = serde_json::to_vec(problem).unwrap_or_default();
        let headers = vec![("content-type", PROBLEM.to_owned()), ("cache-control", "no-store".to_owned())];
        Self { status: problem.code.status(), headers, body }
    }
}

/// A refusal on its way out of a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) Problem);

impl Refusal {
    /// Returns the refusal with a code alone.
    pub(crate) fn new(code: ErrorCode) -> Self {
        Self(Problem { code, retry_after_ms: None, hub_time: None, detail_id: None })
    }

    /// Adds when to try again.
    pub(crate) fn after(mut self, ms: u64) -> Self {
        self.0.retry_after_ms = Some(ms);
        self
    }

    /// Adds the hub's time.
    pub(crate) fn at(mut self, hub_time: u64) -> Self {
        self.0.hub_time = Some(hub_time);
        self
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

/// Writes an answer's body.
pub(crate) fn json(value: &impl Serialize) -> Result<Answer, Refusal> {
    serde_json::to_vec(value).map(Answer::json).map_err(|_| ErrorCode::Internal.into())
}
