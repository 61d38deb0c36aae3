//! The units' answer to the notice (参会回执): who comes, by a deadline. Everybody comes but for the exceptions, which are
//! recorded as the unit's word and as venues of the roster.

pub mod model;
pub mod queries;

mod answer;

pub use answer::{Answer, draft, send};
pub use model::{Line, Reply};
