//! The transparency log: canonical leaves, tiles, signed checkpoints, proofs, verification. No storage, no clock.
