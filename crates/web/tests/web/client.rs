//! A browser without scripts: keeps its cookie, follows nothing by itself.

use std::net::SocketAddr;

use ureq::http::Response;
use ureq::{Agent, Body};

/// Somebody who asks.
pub(crate) struct Client {
    agent: Agent,
    address: SocketAddr,
    cookie: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or("")
    }

    /// What a field of a form holds.
    pub(crate) fn field(&self, name: &str) -> String {
        let begin = format!("name=\"{name}\" value=\"");
        let from = self.body.find(&begin).unwrap_or_else(|| panic!("no {name}: {}", self.body));
        let rest = &self.body[from + begin.len()..];
        rest[..rest.find('"').unwrap()].to_owned()
    }

    /// The first heading, without tags.
    pub(crate) fn heading(&self) -> String {
        let from = self.body.find("<h1").unwrap_or_else(|| panic!("no heading: {}", self.body));
        let rest = &self.body[from..];
        let inner = &rest[rest.find('>').unwrap() + 1..rest.find("</h1>").unwrap()];
        let mut text = String::new();
        let mut is_tag = false;
        for c in inner.chars() {
            match c {
                '<' => is_tag = true,
                '>' => is_tag = false,
                c if !is_tag => text.push(c),
                _ => {}
            }
        }
        text.trim().to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self { agent: config.into(), address, cookie: None }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    pub(crate) fn get_with(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(self.url(path));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.call().unwrap();
        self.read(answer)
    }

    /// Asks by any method.
    pub(crate) fn method(&mut self, method: &str, path: &str) -> Answer {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path))
            .header("sec-fetch-site", "same-origin");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        let request = request.body(()).unwrap();
        let answer = self.agent.configure_request(request).allow_non_standard_methods(true);
        let answer = self.agent.run(answer.build()).unwrap();
        self.read(answer)
    }

    /// Sends a form as a page of the site would.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(path, fields, &[("sec-fetch-site", "same-origin")])
    }

    pub(crate) fn post_from(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let encode =
            |text: &str| text.bytes().fold(String::new(), |out, byte| format!("{out}%{byte:02X}"));
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(path, kind, body.join("&").as_bytes(), headers)
    }

    /// Sends a JSON document as a program would.
    pub(crate) fn post_json(&mut self, path: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(path, "application/json", body.as_bytes(), headers)
    }

    /// Sends files as a page of the site would.
    pub(crate) fn upload(&mut self, path: &str, csrf: &str, files: &[(&str, &[u8])]) -> Answer {
        self.multipart(path, Some(csrf), files, &[("sec-fetch-site", "same-origin")])
    }

    /// Sends files as a page of the site would, with headers of the caller's own.
    pub(crate) fn upload_as(
        &mut self,
        path: &str,
        csrf: &str,
        files: &[(&str, &[u8])],
        headers: &[(&str, &str)],
    ) -> Answer {
        self.multipart(path, Some(csrf), files, headers)
    }

    /// Sends files as a program would.
    pub(crate) fn upload_with(
        &mut self,
        path: &str,
        files: &[(&str, &[u8])],
        headers: &[(&str, &str)],
    ) -> Answer {
        self.multipart(path, None, files, headers)
    }

    fn multipart(
        &mut self,
        path: &str,
        csrf: Option<&str>,
        files: &[(&str, &[u8])],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut body = Vec::new();
        if let Some(csrf) = csrf {
            body.extend(b"--line\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n");
            body.extend(csrf.as_bytes());
            body.extend(b"\r\n");
        }
        for (name, bytes) in files {
            body.extend(b"--line\r\ncontent-disposition: form-data; name=\"files\"; filename=\"");
            body.extend(name.as_bytes());
            body.extend(b"\"\r\ncontent-type: application/octet-stream\r\n\r\n");
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--line--\r\n");
        self.send(path, "multipart/form-data; boundary=line", &body, headers)
    }

    fn send(&mut self, path: &str, kind: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(self.url(path)).header("content-type", kind);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send(body).unwrap();
        self.read(answer)
    }

    fn read(&mut self, answer: Response<Body>) -> Answer {
        let status = answer.status().as_u16();
        let headers: Vec<(String, String)> = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let set = headers.iter().find(|(name, _)| name == "set-cookie");
        if let Some((_, value)) = set {
            let pair = value.split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        let body = answer.into_body().read_to_vec().unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub(crate) fn with_cookie(&mut self, cookie: Option<&str>) {
        self.cookie = cookie.map(ToOwned::to_owned);
    }
}
