//! The hub: brings everyone's work together. Its heart is [`Hub::handle`], a plain function from a request and
//! the time to an answer, so that tests and the simulator drive the very lines that serve the network. Sockets,
//! threads and clocks live in [`serve`] and in the program.
#![forbid(unsafe_code)]

mod account;
mod audit;
mod auth;
mod body;
mod db;
mod describe;
mod error;
mod files;
mod hub;
mod limit;
mod live;
mod moving;
mod parts;
mod push;
mod request;
mod router;
mod routes;
mod scope;
pub mod serve;
mod text_work;
mod work;

pub use audit::{Broken, Link};
pub use db::{HubFacts, Status};
pub use describe::describe;
pub use error::HubError;
pub use files::{BadBecause, BadFile, FilesSeen, Swept};
pub use hub::{Hub, Invited, Random};
pub use limit::Class;
pub use live::Listener;
pub use moving::Moved;
pub use request::{Answer, Request};
pub use router::{Asker, Needs, ROUTES, Route};
