//! Somebody who uses a server as a browser does: a cookie, the proof that a form carries, and now and then a token.

use std::time::Duration;

use serde_json::Value;

use super::{Untold, text};

/// Most bytes of an answer.
const MOST: u64 = 16 << 20;

/// Somebody at a server.
pub(super) struct Visitor {
    agent: ureq::Agent,
    /// Scheme, host and port.
    base: String,
    cookie: Option<String>,
    token: Option<String>,
    csrf: String,
    /// Who it is, as the server names them.
    pub(super) name: String,
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
    location: Option<String>,
}

/// Somebody whom a demonstration lets be chosen.
pub(super) struct Person {
    id: String,
    pub(super) name: String,
}

impl Visitor {
    /// Nobody yet, at a server.
    pub(super) fn at(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(2)))
            .user_agent(concat!("wardround/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
            base: base.trim_end_matches('/').to_owned(),
            cookie: None,
            token: None,
            csrf: String::new(),
            name: String::new(),
        }
    }

    /// Who can be chosen.
    pub(super) fn people(&mut self) -> Result<Vec<Person>, Untold> {
        let page = self.get("/sign-in")?.expect(200, "/sign-in")?;
        let forms = page.split("name=\"person\" value=\"").skip(1);
        let people = forms.filter_map(|form| {
            let id = form.split('"').next()?.to_owned();
            let (_, rest) = form.split_once("<button")?;
            let (_, rest) = rest.split_once('>')?;
            let name = plain(rest.split("</button>").next()?);
            Some(Person { id, name })
        });
        Ok(people.collect())
    }

    /// Comes in as one of them.
    pub(super) fn come_in(&mut self, person: &Person) -> Result<(), Untold> {
        let form = format!("person={}&to=%2F", person.id);
        let answer =
            self.send("/demo/role", "application/x-www-form-urlencoded", form.as_bytes(), None)?;
        if answer.status != 303 || self.cookie.is_none() {
            return Err(Untold::new(format!("{} is not let in: {}", person.name, answer.told())));
        }
        self.name.clone_from(&person.name);
        let page = self.get("/account")?.expect(200, "/account")?;
        let csrf =
            page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let csrf = csrf.ok_or_else(|| Untold::new("no form of the account page has a proof"))?;
        csrf.clone_into(&mut self.csrf);
        Ok(())
    }

    /// Makes a token that may send evidence and answer alerts, and goes on with that.
    pub(super) fn take_token(&mut self) -> Result<(), Untold> {
        let form = format!("csrf={}&name=story&days=1&sends=on&answers=on", self.csrf);
        let answer = self.send(
            "/account/tokens",
            "application/x-www-form-urlencoded",
            form.as_bytes(),
            None,
        )?;
        let page = answer.expect(200, "/account/tokens")?;
        let token = page.split("<code>wr_").nth(1).and_then(|rest| rest.split('<').next());
        let token = token.ok_or_else(|| Untold::new("the account page shows no new token"))?;
        self.token = Some(format!("wr_{token}"));
        Ok(())
    }

    /// Asks for something.
    pub(super) fn get(&mut self, path: &str) -> Result<Answer, Untold> {
        let mut request = self.agent.get(format!("{}{path}", self.base));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let answer = request.call().map_err(|error| self.lost(&error))?;
        self.read(answer)
    }

    /// Asks for a document.
    pub(super) fn json(&mut self, path: &str) -> Result<Value, Untold> {
        let body = self.get(path)?.expect(200, path)?;
        serde_json::from_str(&body).map_err(|error| Untold::new(format!("{path}: {error}")))
    }

    /// Sends a document with the proof of the session, where there is one, and a key by which it is done once.
    pub(super) fn post(
        &mut self,
        path: &str,
        mut document: Value,
        key: &str,
    ) -> Result<Value, Untold> {
        if self.token.is_none()
            && let Some(fields) = document.as_object_mut()
        {
            fields.insert("csrf".to_owned(), Value::from(self.csrf.as_str()));
        }
        let answer =
            self.send(path, "application/json", document.to_string().as_bytes(), Some(key))?;
        if !matches!(answer.status, 200 | 201) {
            return Err(Untold::new(format!("{path}: {}", answer.told())));
        }
        serde_json::from_str(&answer.body).map_err(|error| Untold::new(format!("{path}: {error}")))
    }

    /// Sends files, and waits until they are recorded.
    pub(super) fn upload(
        &mut self,
        path: &str,
        files: &[(String, String)],
        key: &str,
    ) -> Result<(), Untold> {
        const APART: &str = "wardround-story-a8f1c2";
        let mut body = String::new();
        for (name, content) in files {
            body.push_str(&format!(
                "--{APART}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n{content}\r\n"
            ));
        }
        body.push_str(&format!("--{APART}--\r\n"));
        let kind = format!("multipart/form-data; boundary={APART}");
        let answer = self.send(path, &kind, body.as_bytes(), Some(key))?;
        match (answer.status, &answer.location) {
            (200, _) => Ok(()),
            (202, Some(job)) => self.wait_for(&job.clone()),
            _ => Err(Untold::new(format!("{path}: {}", answer.told()))),
        }
    }

    fn wait_for(&mut self, job: &str) -> Result<(), Untold> {
        super::until(|| {
            let job = self.json(job)?;
            Ok(match text(&job, "/state") {
                "done" => Some(Ok(())),
                "failed" | "cancelled" => Some(Err(Untold::new(format!("the job failed: {job}")))),
                _ => None,
            })
        })?
        .unwrap_or_else(|| Err(Untold::new("the evidence is not recorded in time")))
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        match (&self.token, &self.cookie) {
            (Some(token), _) => headers.push(("authorization", format!("Bearer {token}"))),
            (None, Some(cookie)) => headers.push(("cookie", cookie.clone())),
            (None, None) => {}
        }
        headers
    }

    fn send(
        &mut self,
        path: &str,
        kind: &str,
        body: &[u8],
        key: Option<&str>,
    ) -> Result<Answer, Untold> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        request = request.header("content-type", kind);
        // A browser says where a form stands; a server believes no cookie without that.
        request = request.header("origin", &self.base);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let answer = request.send(body).map_err(|error| self.lost(&error))?;
        self.read(answer)
    }

    fn read(&mut self, answer: ureq::http::Response<ureq::Body>) -> Result<Answer, Untold> {
        let header = |name: &str| {
            let value = answer.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        if let Some(set) = header("set-cookie")
            && let Some(pair) = set.split(';').next()
            && self.cookie.is_none()
        {
            self.cookie = Some(pair.to_owned());
        }
        let (status, location) = (answer.status().as_u16(), header("location"));
        let body = answer.into_body().into_with_config().limit(MOST).read_to_string();
        Ok(Answer { status, location, body: body.map_err(|error| self.lost(&error))? })
    }

    fn lost(&self, error: &ureq::Error) -> Untold {
        Untold::new(format!("{} does not answer: {error}", self.base))
    }
}

impl Answer {
    /// The body of an answer that is as it should be.
    pub(super) fn expect(self, status: u16, path: &str) -> Result<String, Untold> {
        if self.status == status {
            return Ok(self.body);
        }
        Err(Untold::new(format!("{path}: {}", self.told())))
    }

    /// What an answer that is not as it should be says of itself.
    fn told(&self) -> String {
        let problem: Option<Value> = serde_json::from_str(&self.body).ok();
        let detail = problem.as_ref().map(|problem| text(problem, "/detail"));
        format!("answers {}: {}", self.status, detail.unwrap_or("a page"))
    }
}

/// A text of a page as people read it.
fn plain(text: &str) -> String {
    let marks = [
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    marks.iter().fold(text.trim().to_owned(), |text, (mark, sign)| text.replace(mark, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_shown() {
        assert_eq!(plain(" St Anne&#39;s &amp; Co "), "St Anne's & Co");
    }
}
