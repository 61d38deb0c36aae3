//! What falls due, and telling each person once.
