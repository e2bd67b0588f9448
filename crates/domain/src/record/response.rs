//! Our reply to a call by one body. Its text lives in answers; who may write in it is a fact of the hub.

use crate::id::{CallId, PersonId};
use crate::record::record;

record! {
    /// The reply of one body to one call.
    Response, schema 1, place [Response], words true {
        /// The call it answers.
        call: Option<CallId> = "call" LastWriter 60;
        /// In whose name it is given.
        body: String = "body" LastWriter 202;
        /// In what capacity.
        capacity: String = "capacity" LastWriter 202;
        /// Who leads it.
        lead: Option<PersonId> = "lead" LastWriter 60;
    }
}
