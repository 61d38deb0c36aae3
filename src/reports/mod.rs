//! Figures on paper and in files.

pub mod csv;
