//! All SQL of assignments and tasks.
