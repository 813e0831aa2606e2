//! A device that keeps passkeys, as WebAuthn (W3C level 3) says it answers.

use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The bit that says that the owner was there.
const PRESENT: u8 = 0x01;
/// The bit that says that it was the owner.
const VERIFIED: u8 = 0x04;
/// The bit that says that a key comes with it.
const HAS_KEY: u8 = 0x40;

/// A device with one key.
pub(crate) struct Device {
    key: SigningKey,
    handle: Vec<u8>,
    /// Whose key it is, in the site's words.
    pub(crate) owner: Vec<u8>,
    /// How often it has signed.
    pub(crate) counter: AtomicU32,
    /// Whether it has made sure that its owner is there.
    pub(crate) verifies: bool,
    /// The page that it is used on.
    pub(crate) origin: &'static str,
}

impl Device {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).unwrap(),
            handle: vec![seed; 24],
            owner: Vec::new(),
            counter: AtomicU32::new(1),
            verifies: true,
            origin: "http://localhost:8417",
        }
    }

    /// Makes a key and says so.
    pub(crate) fn make(&mut self, options: &Value) -> String {
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required", "{options}");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        self.owner = bytes(&options["user"]["id"]);
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), HAS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.handle.len()).unwrap().to_be_bytes());
        data.extend(&self.handle);
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32]);
        data.extend(x.iter());
        data.extend([0x22, 0x58, 32]);
        data.extend(y.iter());
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut statement = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".to_vec();
        statement.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        statement.extend(&data);
        let said = json!({
            "id": text(&self.handle),
            "rawId": text(&self.handle),
            "type": "public-key",
            "response": {
                "clientDataJSON": text(&self.client("webauthn.create", options)),
                "attestationObject": text(&statement),
                "transports": ["internal"],
            },
            "clientExtensionResults": { "credProps": { "rk": true } },
        });
        said.to_string()
    }

    /// Signs a challenge.
    pub(crate) fn sign(&self, options: &Value) -> String {
        assert_eq!(options["userVerification"], "required", "{options}");
        self.counter.fetch_add(1, Ordering::Relaxed);
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = self.client("webauthn.get", options);
        let mut signed = data.clone();
        signed.extend(Sha256::digest(&client));
        let signature: Signature = self.key.sign(&signed);
        let said = json!({
            "id": text(&self.handle),
            "rawId": text(&self.handle),
            "type": "public-key",
            "response": {
                "clientDataJSON": text(&client),
                "authenticatorData": text(&data),
                "signature": text(signature.to_der().as_bytes()),
                "userHandle": text(&self.owner),
            },
            "clientExtensionResults": {},
        });
        said.to_string()
    }

    fn data(&self, site: &str, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(site).to_vec();
        data.push(flags | PRESENT | if self.verifies { VERIFIED } else { 0 });
        data.extend(self.counter.load(Ordering::Relaxed).to_be_bytes());
        data
    }

    fn client(&self, what: &str, options: &Value) -> Vec<u8> {
        let client = json!({
            "type": what,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        client.to_string().into_bytes()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(value.as_str().unwrap()).unwrap()
}
