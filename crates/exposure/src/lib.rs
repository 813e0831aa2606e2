//! What the world knows, and the judgement of a host against it. No storage, no network.

pub mod knowledge;
