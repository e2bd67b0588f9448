//! Files in and out: finding questions in a call, writing a response.
