//! Which deliveries are shown and counted: `--events` and `--where`. Every request is answered all the same.
