//! What a validation found: the failures, in the order of the tests.

/// The most failures kept for one test. A hostile file could otherwise ask for gigabytes of
/// messages; nobody reads the thousandth line about one fault.
const FAILURES_KEPT_PER_TEST: usize = 1_000;

/// The length at which a message is cut: it may quote a text of the document, however long.
const MESSAGE_CHARACTERS: usize = 400;

/// One failed test at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The number of the test in the standard (`6.1.1`), or `schema`.
    pub test: &'static str,
    /// Where: a JSON pointer (RFC 6901) into the document.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

/// The outcome for one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validation {
    /// Every failure, at most a thousand of each test.
    pub failures: Vec<Failure>,
    /// What is worth saying but makes no document invalid: a file name against section 5.1.
    pub remarks: Vec<String>,
}

impl Validation {
    /// Tells whether the document passed the schema check and every mandatory test.
    pub fn valid(&self) -> bool {
        self.failures.is_empty()
    }

    /// The failed tests, each once, in the order of the standard.
    pub fn failed(&self) -> Vec<&'static str> {
        let mut tests: Vec<&'static str> = Vec::new();
        for failure in &self.failures {
            if !tests.contains(&failure.test) {
                tests.push(failure.test);
            }
        }
        tests
    }

    /// Notes a failure, unless its test has already failed very often.
    pub(super) fn fail(
        &mut self,
        test: &'static str,
        path: impl Into<String>,
        message: impl Into<String>,
    ) {
        if !self.is_full(test) {
            let mut message = message.into();
            if let Some((end, _)) = message.char_indices().nth(MESSAGE_CHARACTERS) {
                message.truncate(end);
                message.push('…');
            }
            self.failures.push(Failure { test, path: path.into(), message });
        }
    }

    /// Tells whether no more failures of a test are kept, so that it need not look further.
    pub(super) fn is_full(&self, test: &'static str) -> bool {
        // Tests run one after the other, so the failures of this one are the tail of the list.
        let back = self.failures.iter().rev().nth(FAILURES_KEPT_PER_TEST - 1);
        back.is_some_and(|failure| failure.test == test)
    }
}
