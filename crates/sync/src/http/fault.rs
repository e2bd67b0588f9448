//! Why there is no answer, or not the hub's: told apart as far as the line shows it.

use crate::seam::Fault;
use linchpin_protocol::error::Problem;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use std::error::Error;
use std::io;

/// Names a fault of the line.
pub(super) fn of(error: &reqwest::Error) -> Fault {
    if causes(error).any(is_certificate) {
        return Fault::NotTrusted;
    }
    let unreachable = causes(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown | io::ErrorKind::HostUnreachable
        )
    });
    if unreachable || (error.is_connect() && error.is_dns()) {
        return Fault::Offline;
    }
    if error.is_decode() || error.is_redirect() {
        return Fault::Strange;
    }
    Fault::NoAnswer
}

/// Returns a fault and its causes in one line.
pub(super) fn chain(error: &reqwest::Error) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn Error + 'static)| {
        // The I/O error of a TLS stream holds the TLS error inside and does not name it as its source.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match inner {
            Some(inner) => Some(inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn is_certificate(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref::<rustls::Error>(), Some(rustls::Error::InvalidCertificate(_)))
}

/// Tells whether an answer comes from something between us and the hub: a sign-in page, a block page, a
/// redirect. The hub never sends any of these.
pub(super) fn is_not_the_hub(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind =
        headers.get(CONTENT_TYPE).map(|value| value.as_bytes().to_ascii_lowercase()).unwrap_or_default();
    let web_page = kind.starts_with(b"text/html") || kind.starts_with(b"application/xhtml");
    web_page || status.is_redirection() || status == StatusCode::PROXY_AUTHENTICATION_REQUIRED
}

/// Names what answered in the hub's place; what is too large for it may pass in smaller parts.
pub(super) fn of_page(status: StatusCode) -> Fault {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Fault::Status(status.as_u16()) } else { Fault::Intercepted }
}

/// Reads a refusal: the hub's own says why.
pub(super) fn refusal(status: StatusCode, bytes: &[u8]) -> Fault {
    match serde_json::from_slice::<Problem>(bytes) {
        Ok(problem) => Fault::Problem(problem),
        Err(_) if looks_like_a_page(bytes) => of_page(status),
        Err(_) => Fault::Status(status.as_u16()),
    }
}

/// Tells whether bytes are a web page, whatever they call themselves.
pub(super) fn looks_like_a_page(bytes: &[u8]) -> bool {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    bytes.get(start..).is_some_and(|rest| rest.starts_with(b"<"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use linchpin_protocol::error::ErrorCode;

    fn headers(kind: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().expect("it parses"));
        headers
    }

    #[test]
    fn a_sign_in_page_with_a_good_status_is_not_taken_for_the_hub() {
        assert!(is_not_the_hub(StatusCode::OK, &headers("Text/HTML; charset=utf-8")));
        assert!(is_not_the_hub(StatusCode::FOUND, &HeaderMap::new()));
        assert!(!is_not_the_hub(StatusCode::OK, &headers("application/json")));
        assert!(!is_not_the_hub(StatusCode::SERVICE_UNAVAILABLE, &headers("application/problem+json")));
    }

    #[test]
    fn a_refusal_is_the_hubs_only_where_it_says_why() {
        let problem = br#"{"code":"busy","retryAfterMs":500}"#;
        let Fault::Problem(problem) = refusal(StatusCode::SERVICE_UNAVAILABLE, problem) else {
            panic!("not read")
        };
        assert_eq!((problem.code, problem.retry_after_ms), (ErrorCode::Busy, Some(500)));
        assert_eq!(refusal(StatusCode::BAD_GATEWAY, b"upstream"), Fault::Status(502));
        assert_eq!(refusal(StatusCode::PAYLOAD_TOO_LARGE, b"<html>"), Fault::Status(413));
        assert_eq!(refusal(StatusCode::FORBIDDEN, b"  <!doctype html>"), Fault::Intercepted);
    }
}
