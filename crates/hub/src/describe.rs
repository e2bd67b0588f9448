//! The description of the API, OpenAPI 3.1: the list of routes, and the shape of each message, read off an
//! example that has every field. The same program gives the same bytes every time.

mod examples;

use crate::router::{Asker, ROUTES, Route};
use linchpin_protocol::sign_in::HEADER_SESSION;
use linchpin_protocol::{HEADER_APP, HEADER_EPOCH, HEADER_PROTOCOL, proof};
use serde_json::{Map, Value, json};

/// Returns the description, indented, with names in order.
pub fn describe() -> String {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let there = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Value::Object(there) = there {
            there.insert(route.method.to_lowercase(), operation(route));
        }
    }
    let schemas: Map<String, Value> =
        examples::all().into_iter().map(|(name, example)| (name.to_owned(), shape(&example))).collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Linchpin hub",
            "version": "1",
            "description": "What a desk and the hub say to each other. Fields are only ever added; whoever meets an unknown one passes over it.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "deviceProof": {
                "type": "apiKey",
                "in": "header",
                "name": proof::HEADER_PROOF,
                "description": "An ed25519 signature over method, path and query, the body's hash, time and nonce.",
            }},
        },
    });
    let mut text = serde_json::to_string_pretty(&sorted(document)).unwrap_or_default();
    text.push('\n');
    text
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.about.trim(),
        "x-actions": route.needs.names(),
        "x-class": route.class.name(),
        "responses": responses(route),
    });
    let Value::Object(map) = &mut operation else { return operation };
    if route.asker != Asker::Anybody {
        map.insert("security".to_owned(), json!([{ "deviceProof": [] }]));
    }
    if !route.asks.is_empty() {
        let schema = reference(route.asks);
        map.insert(
            "requestBody".to_owned(),
            json!({ "required": true, "content": { "application/json": schema } }),
        );
    }
    map.insert("parameters".to_owned(), Value::Array(parameters(route)));
    operation
}

fn parameters(route: &Route) -> Vec<Value> {
    let header = |name: &str, required: bool| json!({ "in": "header", "name": name, "required": required, "schema": { "type": "string" } });
    let mut all = vec![header(HEADER_PROTOCOL, false), header(HEADER_APP, false)];
    if route.asker != Asker::Anybody || matches!(route.name, "join" | "sign_in") {
        let names = [proof::HEADER_DEVICE, proof::HEADER_TIME, proof::HEADER_NONCE, proof::HEADER_PROOF];
        all.extend(names.map(|name| header(name, true)));
        all.push(header(HEADER_EPOCH, false));
        all.push(header(HEADER_SESSION, route.asker == Asker::SignedIn));
    }
    if route.path.contains("{space}") {
        all.push(json!({ "in": "path", "name": "space", "required": true, "schema": { "type": "string" } }));
    }
    for (name, kind) in query(route) {
        all.push(json!({ "in": "query", "name": name, "required": false, "schema": { "type": kind } }));
    }
    all
}

/// Returns the values of a route's query, each with its kind.
fn query(route: &Route) -> &'static [(&'static str, &'static str)] {
    match route.name {
        "bootstrap" => &[("part", "integer"), ("at", "integer"), ("from", "integer")],
        "file_part" => &[("space", "string"), ("sha256", "string"), ("part", "integer")],
        "file_get" => &[("sha256", "string"), ("from", "integer")],
        _ => &[],
    }
}

fn responses(route: &Route) -> Value {
    let problem = json!({
        "description": "A refusal.",
        "content": { "application/problem+json": reference("Problem") },
    });
    let (status, kind) = match route.name {
        "live" => ("200", "text/event-stream"),
        "bootstrap" => ("200", "application/x-ndjson"),
        "file_get" => ("200", "application/octet-stream"),
        _ if route.gives.is_empty() && route.asks.is_empty() => ("200", "application/json"),
        _ if route.gives.is_empty() => {
            return json!({ "204": { "description": "Noted." }, "default": problem });
        }
        _ => ("200", "application/json"),
    };
    let content = if route.gives.is_empty() { json!({}) } else { reference(route.gives) };
    json!({ status: { "description": "The answer.", "content": { kind: content } }, "default": problem })
}

fn reference(name: &str) -> Value {
    json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } })
}

/// Returns the shape of an example.
fn shape(example: &Value) -> Value {
    match example {
        Value::Null => json!({}),
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(_) => json!({ "type": "integer" }),
        Value::String(_) => json!({ "type": "string" }),
        Value::Array(items) => {
            let mut shapes: Vec<Value> = Vec::new();
            for item in items.iter().map(shape) {
                if !shapes.contains(&item) {
                    shapes.push(item);
                }
            }
            match shapes.len() {
                0 => json!({ "type": "array" }),
                1 => json!({ "type": "array", "items": shapes.pop() }),
                _ => json!({ "type": "array", "items": { "anyOf": shapes } }),
            }
        }
        Value::Object(map) if map.contains_key("$enum") => {
            json!({ "type": "string", "enum": map.get("$enum") })
        }
        Value::Object(map) => {
            let properties: Map<String, Value> =
                map.iter().map(|(name, value)| (name.clone(), shape(value))).collect();
            json!({ "type": "object", "properties": properties })
        }
    }
}

/// Puts names in order at every depth, however maps are kept by the library.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut names: Vec<(String, Value)> = map.into_iter().collect();
            names.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(names.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_in_the_tree_is_fresh() {
        let there = include_str!("../api.json").replace("\r\n", "\n");
        assert!(there == describe(), "run `cargo xtask generate`");
    }

    #[test]
    fn every_message_that_a_route_names_is_described() {
        let text = describe();
        let document: Value = serde_json::from_str(&text).expect("it reads as JSON");
        let schemas = document["components"]["schemas"].as_object().expect("it is an object");
        for route in ROUTES {
            for name in [route.asks, route.gives] {
                assert!(name.is_empty() || schemas.contains_key(name), "{name}");
            }
        }
    }
}
