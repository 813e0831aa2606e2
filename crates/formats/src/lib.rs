//! Foreign bytes to the model and back. No judgement, no I/O.
