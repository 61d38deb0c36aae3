//! What is stored of a person, whichever feature stored it: given to them as one file, and made anonymous once they have
//! left. `docs/personal-data.md` lists every column with its purpose and its end.

mod anonymise;
mod fields;
mod forget;
mod own_data;
mod queries;

pub use anonymise::{Anonymised, anonymise};
pub use fields::{Held, NAMING, OWN};
pub use forget::forget_old;
pub use own_data::{Part, own_data};
