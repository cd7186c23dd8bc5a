//! What a session waits for: `--expect` and `--exit-after`.
